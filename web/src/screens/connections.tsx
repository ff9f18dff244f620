import { useState } from 'react';
import { useSubscription } from 'urql';
import { useLocation, useSearchParams } from 'wouter';
import { useSend } from '../api/hooks.ts';
import type { ConnectionRowFragment, CredentialRowFragment } from '../api/types.gen.ts';
import { type Team, useTeam } from '../api/viewer.tsx';
import {
  ConnectionsDocument,
  CredentialsDocument,
  HealthChangedDocument,
  RotateConnectionDocument,
  WithdrawConnectionDocument,
} from '../connections/connections.gen.ts';
import { NewConnection } from '../connections/new-connection.tsx';
import { TokenWindow } from '../connections/token.tsx';
import { Shell } from '../frames/shell.tsx';
import { common } from '../i18n/en/common.ts';
import { connections } from '../i18n/en/connections.ts';
import { requests } from '../i18n/en/requests.ts';
import { used } from '../i18n/en/used.ts';
import { day } from '../i18n/format.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Icon } from '../parts/icon.tsx';
import { LiveDot } from '../parts/live.tsx';
import { Mark } from '../parts/mark.tsx';
import { ActionMenu } from '../parts/menu.tsx';
import { Empty } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { Paged } from '../parts/paged.tsx';
import { Row, Table } from '../parts/table.tsx';
import { paths } from '../paths.ts';

/** B6 and B7: what the team may use, and what uses it (USE-1). */
export default function Connections() {
  const t = useTexts(requests);
  const { team } = useTeam();
  return (
    <Shell>
      {team ? (
        <OfTeam key={team.id} team={team} />
      ) : (
        <Empty icon="people" title={t.noTeam}>
          {t.noTeamText}
        </Empty>
      )}
    </Shell>
  );
}

type Doing = { what: 'rotate' | 'withdraw'; row: ConnectionRowFragment };

function OfTeam({ team }: { team: Team }) {
  const t = useTexts(connections);
  const [search, setSearch] = useSearchParams();
  const [creating, setCreating] = useState<string | undefined>(search.get('item') ?? undefined);
  const [token, setToken] = useState<string>();
  const [doing, setDoing] = useState<Doing>();
  const rotate = useSend(RotateConnectionDocument);
  const withdraw = useSend(WithdrawConnectionDocument);
  useSubscription({ query: HealthChangedDocument, variables: { teamId: team.id } });
  const close = () => {
    setCreating(undefined);
    if (search.has('item')) setSearch({}, { replace: true });
  };
  const names = [t.name, t.consumer, t.state, t.expires, t.lastUse];
  const access = [t.name, t.account, t.state, t.since];
  return (
    <>
      <div className="page-head">
        <div className="title">
          <Heading title={t.title} />
          <LiveDot />
        </div>
        <Button look="main" icon="plus" onClick={() => setCreating('')}>
          {t.create}
        </Button>
        <p className="lead">{t.lead}</p>
      </div>
      <div className="stack wide">
        <section aria-label={t.title}>
          <Paged
            document={ConnectionsDocument}
            variables={{ teamId: team.id }}
            pick={(data) => data.connections}
            empty={
              <Empty icon="plug" title={t.empty}>
                {t.emptyText}
              </Empty>
            }
            frame={(rows) => (
              <Table columns={[...names, '']} caption={t.title}>
                {rows}
              </Table>
            )}
            row={(row) => (
              <OneConnection key={row.id} row={row} names={names} onDo={(what) => setDoing({ what, row })} />
            )}
          />
        </section>
        <section className="stack" aria-labelledby="access">
          <h2 id="access">{t.accessTitle}</h2>
          <Paged
            document={CredentialsDocument}
            variables={{ teamId: team.id }}
            pick={(data) => data.credentials}
            empty={<p className="muted">{t.accessEmpty}</p>}
            frame={(rows) => (
              <Table columns={[...access, '']} caption={t.accessTitle}>
                {rows}
              </Table>
            )}
            row={(row) => <OneAccess key={row.id} row={row} names={access} onMake={() => setCreating(row.id)} />}
          />
        </section>
      </div>
      {creating !== undefined && (
        <NewConnection
          teamId={team.id}
          item={creating}
          onClose={close}
          onToken={(next) => {
            close();
            setToken(next);
          }}
        />
      )}
      {token && <TokenWindow token={token} onClose={() => setToken(undefined)} />}
      {doing?.what === 'rotate' && (
        <Confirm
          title={t.rotateTitle(doing.row.name)}
          word={t.rotate}
          send={rotate}
          variables={{ id: doing.row.id }}
          onClose={() => setDoing(undefined)}
          onDone={(data) => {
            setDoing(undefined);
            setToken(data.rotateConnection.token);
          }}
        >
          <p>{t.rotateText}</p>
        </Confirm>
      )}
      {doing?.what === 'withdraw' && (
        <Confirm
          title={t.withdrawTitle(doing.row.name)}
          word={t.withdraw}
          send={withdraw}
          variables={{ id: doing.row.id }}
          onClose={() => setDoing(undefined)}
          onDone={() => setDoing(undefined)}
        >
          <p>{t.withdrawText}</p>
        </Confirm>
      )}
    </>
  );
}

function OneConnection({
  row,
  names,
  onDo,
}: {
  row: ConnectionRowFragment;
  names: readonly string[];
  onDo: (what: Doing['what']) => void;
}) {
  const t = useTexts(connections);
  const c = useTexts(common);
  const language = useLanguage();
  const [, go] = useLocation();
  return (
    <Row
      names={names}
      cells={[
        <span key="name" className="named">
          <Mark id={row.appId} name={row.appId} small />
          <strong>{row.name}</strong>
        </span>,
        row.consumerUrl ? (
          <a key="url" href={row.consumerUrl} target="_blank" rel="noreferrer noopener">
            {row.consumer}
          </a>
        ) : (
          row.consumer
        ),
        <Badge key="state" state={row.state}>
          {t.words[row.state] ?? row.state}
        </Badge>,
        row.expiresAt ? day(row.expiresAt, language) : t.never,
        row.lastUsedAt ? <Ago key="use" at={row.lastUsedAt} /> : t.neverUsed,
      ]}
      menu={
        <ActionMenu
          label={c.moreFor(row.name)}
          trigger={<Icon name="dots" />}
          entries={[
            { id: 'request', label: t.openRequest, onAction: () => go(paths.request(row.requestId)) },
            { id: 'rotate', label: t.rotate, onAction: () => onDo('rotate') },
            { id: 'withdraw', label: t.withdraw, danger: true, onAction: () => onDo('withdraw') },
          ]}
        />
      }
    />
  );
}

/** Where it stands, and what is in the way: by word and icon. */
function Health({ row }: { row: CredentialRowFragment }) {
  const t = useTexts(connections);
  const u = useTexts(used);
  const { credential } = row;
  const since = credential?.health.failingSince;
  if (row.state === 'AUTHORIZED' && credential?.suspendedAt) return <Badge state="REVOKED">{u.suspended}</Badge>;
  if (row.state === 'AUTHORIZED' && credential?.health.state === 'DEGRADED')
    return (
      <span>
        <Badge state="DELAYED">{u.degraded}</Badge>
        {since && (
          <span className="small muted">
            {' '}
            {u.degradedSince} <Ago at={since} />
          </span>
        )}
      </span>
    );
  return <Badge state={row.state}>{t.words[row.state] ?? row.state}</Badge>;
}

function OneAccess({
  row,
  names,
  onMake,
}: {
  row: CredentialRowFragment;
  names: readonly string[];
  onMake: () => void;
}) {
  const t = useTexts(connections);
  const c = useTexts(common);
  const [, go] = useLocation();
  const works = row.state === 'AUTHORIZED';
  return (
    <Row
      names={names}
      cells={[
        <span key="name" className="named">
          <Mark id={row.appId} name={row.app?.name ?? row.appId} small />
          <strong>{row.connectionName}</strong>
        </span>,
        row.credential?.account?.label ?? '–',
        <Health key="state" row={row} />,
        row.credential ? <Ago key="since" at={row.credential.authorizedAt} /> : '–',
      ]}
      menu={
        <ActionMenu
          label={c.moreFor(row.connectionName)}
          trigger={<Icon name="dots" />}
          entries={[
            ...(works ? [{ id: 'make', label: t.make, onAction: onMake }] : []),
            { id: 'request', label: t.openRequest, onAction: () => go(paths.request(row.requestId)) },
          ]}
        />
      }
    />
  );
}
