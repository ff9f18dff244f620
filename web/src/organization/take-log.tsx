import { useState } from 'react';
import { type OperationResult, useClient } from 'urql';
import { type Problem, problemsOf } from '../api/problem.ts';
import type { AuditExportQuery, AuditExportQueryVariables, LogRecordFragment } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { log } from '../i18n/en/log.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Problems } from '../parts/notice.tsx';
import { csv } from './csv.ts';
import { concerning } from './log-about.ts';
import { AuditExportDocument } from './organization.gen.ts';

/** Records that one file holds; 100 calls of the API stay within its rates. */
const MOST = 10_000;

/** Gives the history to the browser as a file: what the API tells, and the words of the page. */
export function TakeLog({
  organizationId,
  kinds,
  words,
}: {
  organizationId: string;
  kinds: string[];
  words: (record: LogRecordFragment) => string;
}) {
  const t = useTexts(log);
  const { roles } = useTexts(common);
  const client = useClient();
  const [taken, setTaken] = useState<{ count: number; total: number }>();
  const [cut, setCut] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const take = async () => {
    const rows: (string | number)[][] = [[...t.columns]];
    setCut(false);
    setProblems([]);
    setTaken({ count: 0, total: 0 });
    let after: string | null = null;
    for (let more = true; more; ) {
      const variables: AuditExportQueryVariables = { id: organizationId, kinds, after };
      const { data, error }: OperationResult<AuditExportQuery> = await client
        .query(AuditExportDocument, variables, { requestPolicy: 'network-only' })
        .toPromise();
      if (!data) {
        setProblems(problemsOf(error));
        setTaken(undefined);
        return;
      }
      const { edges, pageInfo, totalCount } = data.organization.auditLog;
      for (const { node } of edges) {
        const { seq, at, kind, actorKind, person, payload, mac } = node;
        const who = [person?.name ?? '', person?.id ?? ''];
        rows.push([seq, at, kind, words(node), actorKind, ...who, concerning(node, { ...t, roles }), payload, mac]);
      }
      more = pageInfo.hasNextPage && rows.length <= MOST;
      setTaken({ count: rows.length - 1, total: totalCount });
      setCut(pageInfo.hasNextPage && !more);
      after = pageInfo.endCursor ?? null;
    }
    const file = URL.createObjectURL(new Blob([csv(rows)], { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = file;
    link.download = `history-${new Date().toISOString().slice(0, 10)}.csv`;
    link.click();
    URL.revokeObjectURL(file);
    setTaken(undefined);
  };
  return (
    <div className="stack tight">
      <div className="row">
        <Button icon="download" pending={taken !== undefined} onClick={() => taken ?? take()}>
          {t.take}
        </Button>
        <span role="status" className="small muted">
          {taken && taken.total > 0 && t.taking(taken.count, taken.total)}
        </span>
      </div>
      {cut && <p className="small muted">{t.cut(MOST)}</p>}
      <Problems of={problems} />
    </div>
  );
}
