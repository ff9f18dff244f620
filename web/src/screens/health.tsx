import { Link, useSearchParams } from 'wouter';
import { useLiveQuery } from '../api/hooks.ts';
import type { HealthRowFragment, HealthState } from '../api/types.gen.ts';
import type { Team } from '../api/viewer.tsx';
import { ConnectionTabs, OfTeam, useFollowed } from '../connections/frame.tsx';
import { HealthCountsDocument, HealthDocument } from '../connections/health.gen.ts';
import { health } from '../i18n/en/health.ts';
import { used } from '../i18n/en/used.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Badge } from '../parts/badge.tsx';
import { Mark } from '../parts/mark.tsx';
import { Empty, Failed, Notice, Skeleton } from '../parts/notice.tsx';
import { Paged } from '../parts/paged.tsx';
import { Row, Table } from '../parts/table.tsx';
import { paths } from '../paths.ts';

const STATES = ['INVALID', 'DEGRADED', 'WORKING', 'ENDED'] as const;

/** A5: how what the team was granted fares, for whoever watches (HEALTH-5). */
export default function Health() {
  const t = useTexts(health);
  return (
    <OfTeam>
      {(team) => (
        <ConnectionTabs lead={t.lead}>
          <Watched key={team.id} team={team} />
        </ConnectionTabs>
      )}
    </OfTeam>
  );
}

function Watched({ team }: { team: Team }) {
  const t = useTexts(health);
  const [search] = useSearchParams();
  const asked = search.get('state');
  const state = STATES.find((each) => each === asked);
  const { data, problems, refetch } = useLiveQuery({ query: HealthCountsDocument, variables: { teamId: team.id } });
  useFollowed(team.id);
  if (!data)
    return problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[84, 56, 56]} />;
  const { working, degraded, invalid, ended } = data.connectionHealthCounts;
  const counts: Record<HealthState, number> = { INVALID: invalid, DEGRADED: degraded, WORKING: working, ENDED: ended };
  const alive = working + degraded + invalid;
  if (alive + ended === 0)
    return (
      <Empty icon="plug" title={t.empty}>
        {t.emptyText}
      </Empty>
    );
  const names = [t.account, t.state, t.token, t.asked, t.use];
  return (
    <div className="stack">
      <nav className="counts" aria-label={t.filter}>
        <Link href={paths.health} aria-current={state ? undefined : 'true'}>
          <strong>{alive}</strong>
          {t.all}
        </Link>
        {STATES.map((each) => (
          <Link
            key={each}
            href={`${paths.health}?state=${each}`}
            className={counts[each] > 0 ? LOOK[each] : undefined}
            aria-current={state === each ? 'true' : undefined}
          >
            <strong>{counts[each]}</strong>
            {t.states[each]}
          </Link>
        ))}
      </nav>
      {invalid > 0 && (
        <Notice tone="warn">
          <p>{t.invalid(invalid)}</p>
        </Notice>
      )}
      {degraded > 0 && (
        <Notice icon="clock">
          <p>{t.degraded(degraded)}</p>
        </Notice>
      )}
      {alive > 0 && working === alive && (
        <Notice tone="good">
          <p>{t.healthy(working)}</p>
        </Notice>
      )}
      <Paged
        key={state}
        document={HealthDocument}
        variables={{ teamId: team.id, states: state ? [state] : null }}
        pick={(page) => page.connectionHealth}
        empty={
          state === 'INVALID' || state === 'DEGRADED' ? (
            <Empty icon="check" title={t.allHealthy}>
              {t.allHealthyText}
            </Empty>
          ) : (
            <Empty icon="plug" title={t.noneHere}>
              {t.allHealthyText}
            </Empty>
          )
        }
        frame={(rows) => (
          <Table columns={names} caption={t.tab}>
            {rows}
          </Table>
        )}
        row={(row) => <One key={row.itemId} row={row} names={names} />}
      />
    </div>
  );
}

const LOOK: Record<HealthState, string> = { INVALID: 'warn', DEGRADED: 'wait', WORKING: 'good', ENDED: 'calm' };
const BADGE: Record<HealthState, string> = {
  INVALID: 'INVALID',
  DEGRADED: 'DELAYED',
  WORKING: 'AUTHORIZED',
  ENDED: 'REVOKED',
};

function One({ row, names }: { row: HealthRowFragment; names: readonly string[] }) {
  const t = useTexts(health);
  const { item, connectionCount, lastUsedAt } = row;
  const { credential } = item;
  const fares = credential?.health;
  return (
    <Row
      names={names}
      cells={[
        <span key="name" className="named">
          <Mark id={item.appId} name={item.app?.name ?? item.appId} small />
          <span className="two">
            <Link href={`${paths.request(item.requestId)}#${item.id}`}>{item.connectionName}</Link>
            <span className="small muted long">{credential?.account?.label ?? item.app?.name ?? item.appId}</span>
          </span>
        </span>,
        <State key="state" row={row} />,
        !fares || row.state === 'ENDED' ? (
          '–'
        ) : (
          <span key="token" className="two">
            <span>{fares.expiresAt ? <Timed words={t.ends} at={fares.expiresAt} /> : t.endless}</span>
            {fares.lastRefreshAt && (
              <span className="small muted">
                <Timed words={t.renewed} at={fares.lastRefreshAt} />
              </span>
            )}
            {row.state === 'WORKING' && fares.nextRefreshAt && (
              <span className="small muted">
                <Timed words={t.renewal} at={fares.nextRefreshAt} />
              </span>
            )}
          </span>
        ),
        !fares || row.state === 'ENDED' ? (
          '–'
        ) : (
          <span key="asked" className="two">
            <span>
              {fares.lastProbeAt ? <Ago at={fares.lastProbeAt} /> : fares.nextProbeAt ? t.notYet : t.neverAsked}
            </span>
            {row.state === 'WORKING' && fares.nextProbeAt && (
              <span className="small muted">
                <Timed words={t.again} at={fares.nextProbeAt} />
              </span>
            )}
          </span>
        ),
        <span key="use" className="two">
          <span>{t.connections(connectionCount)}</span>
          {lastUsedAt && (
            <span className="small muted">
              <Ago at={lastUsedAt} />
            </span>
          )}
        </span>,
      ]}
    />
  );
}

function Timed({ words, at }: { words: string; at: string }) {
  return (
    <>
      {words} <Ago at={at} />
    </>
  );
}

/** A provider that is away is not an access that is lost: other words, another colour, and what was tried. */
function State({ row: { state, item } }: { row: HealthRowFragment }) {
  const t = useTexts(health);
  const u = useTexts(used);
  const fares = item.credential?.health;
  return (
    <span className="two">
      <Badge state={BADGE[state]}>{t.states[state]}</Badge>
      {item.credential?.suspendedAt && <Badge state="SUSPENDED">{u.suspended}</Badge>}
      {state === 'DEGRADED' && fares && (
        <span className="small muted">
          {fares.failingSince && <Timed words={`${t.tries(fares.failures)}, ${t.since}`} at={fares.failingSince} />}
          {fares.nextRefreshAt && (
            <>
              . <Timed words={t.next} at={fares.nextRefreshAt} />
            </>
          )}
        </span>
      )}
      {state === 'DEGRADED' && fares?.lastFailure && <code className="small long">{fares.lastFailure}</code>}
      {state === 'INVALID' && item.invalidReason && (
        <span className="small muted">{t.reasons[item.invalidReason] ?? item.invalidReason}</span>
      )}
    </span>
  );
}
