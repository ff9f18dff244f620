import { useState } from 'react';
import { useLiveQuery } from '../api/hooks.ts';
import type { UsageBy } from '../api/types.gen.ts';
import { connection } from '../i18n/en/connection.ts';
import { usage } from '../i18n/en/usage.ts';
import { used } from '../i18n/en/used.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Failed, Skeleton } from '../parts/notice.tsx';
import { By } from '../usage/by.tsx';
import { Chart } from '../usage/chart.tsx';
import { Rows, type Usage } from '../usage/rows.tsx';
import { bars, span } from '../usage/spans.ts';
import { ConnectionUseDocument } from './connection.gen.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What one connection did (USE-5): a chart, its numbers, and what was refused. */
export function ConnectionUse({ id, modules }: { id: string; modules: readonly Named[] }) {
  const t = useTexts(connection);
  const [by, setBy] = useState<UsageBy>('DAY');
  return (
    <section className="card" aria-labelledby="use">
      <div className="row apart">
        <h2 id="use">{t.use}</h2>
        <By by={by} onBy={setBy} />
      </div>
      <Times key={by} id={id} by={by} modules={modules} />
    </section>
  );
}

function Times({ id, by, modules }: { id: string; by: UsageBy; modules: readonly Named[] }) {
  const t = useTexts(connection);
  const u = useTexts(usage);
  const d = useTexts(used);
  const [{ from, to }] = useState(() => span(by, Date.now()));
  const { data, problems, refetch } = useLiveQuery({
    query: ConnectionUseDocument,
    variables: { id, from, to, by },
  });
  if (!data && problems.length > 0) return <Failed problems={problems} again={refetch} />;
  if (!data) return <Skeleton heights={[120, 40]} />;
  const rows = data.connectionUsage;
  if (rows.length === 0) return <p className="muted">{u.none[by]}</p>;
  const module = (of: string | null) => modules.find((one) => one.id === of)?.name ?? of;
  const refused = refusedOf(rows);
  return (
    <>
      <p className="muted small">{u.leads[by]}</p>
      <Chart of={bars(rows, by, from)} by={by} />
      <Rows of={rows} by={by} forTeam caption={t.use} module={(of) => module(of) ?? d.other} />
      {refused.length > 0 && (
        <section className="stack tight" aria-labelledby="refused">
          <h3 id="refused">{t.refusedTitle}</h3>
          <p className="muted small">{t.refusedLead}</p>
          <ul className="refused">
            {refused.map(({ moduleId, calls, lastAt }) => (
              <li key={moduleId}>
                <span>{moduleId === null ? t.refusedOther : t.refusedModule(module(moduleId) ?? '')}</span>
                <span className="muted small">
                  {d.refused(calls)}, {t.refusedLast} <Ago at={lastAt} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

interface Refused {
  readonly moduleId: string | null;
  readonly calls: number;
  readonly lastAt: string;
}

/** Refused calls by the module that was missing, the most first. */
function refusedOf(rows: readonly Usage[]): readonly Refused[] {
  const found = new Map<string | null, Refused>();
  for (const { kind, moduleId, calls, lastAt } of rows) {
    if (kind !== 'REFUSED') continue;
    const known = found.get(moduleId);
    found.set(moduleId, {
      moduleId,
      calls: calls + (known?.calls ?? 0),
      lastAt: known && known.lastAt > lastAt ? known.lastAt : lastAt,
    });
  }
  return [...found.values()].sort((a, b) => b.calls - a.calls);
}
