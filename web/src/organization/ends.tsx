import { useLiveQuery } from '../api/hooks.ts';
import type { Problem } from '../api/problem.ts';
import type { TeamEndsQuery } from '../api/types.gen.ts';
import { connect } from '../i18n/en/connect.ts';
import { organization } from '../i18n/en/organization.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Failed, Skeleton } from '../parts/notice.tsx';
import { OrganizationEndsDocument, TeamEndsDocument } from './organization.gen.ts';

/** A2: the connections that stop when a team is deleted. */
export function TeamEnds({ teamId }: { teamId: string }) {
  const { data, problems, refetch } = useLiveQuery({ query: TeamEndsDocument, variables: { teamId } });
  return <Ends connections={data?.connections} problems={problems} again={refetch} />;
}

/** The same for all teams of an organization. */
export function OrganizationEnds({ id }: { id: string }) {
  const { data, problems, refetch } = useLiveQuery({ query: OrganizationEndsDocument, variables: { id } });
  return <Ends connections={data?.organization.connections} problems={problems} again={refetch} />;
}

interface Own {
  connections: TeamEndsQuery['connections'] | undefined;
  problems: readonly Problem[];
  again: () => void;
}

function Ends({ connections, problems, again }: Own) {
  const t = useTexts(connect);
  const o = useTexts(organization);
  if (!connections)
    return problems.length > 0 ? <Failed problems={problems} again={again} /> : <Skeleton heights={[72]} />;
  const { totalCount, edges } = connections;
  if (totalCount === 0) return <p className="muted">{t.endNone}</p>;
  return (
    <div className="stack tight">
      <p>{t.endList(totalCount)}</p>
      <ul className="affected">
        {edges.map(({ node: { id, name, app, appId, consumer, lastUsedAt } }) => (
          <li key={id}>
            <strong>{name}</strong>
            <div className="small muted">
              {app?.name ?? appId} · {consumer} · {lastUsedAt ? t.lastUse : t.neverUsed}{' '}
              {lastUsedAt && <Ago at={lastUsedAt} />}
            </div>
          </li>
        ))}
        {totalCount > edges.length && <li>{o.more(totalCount - edges.length)}</li>}
      </ul>
    </div>
  );
}
