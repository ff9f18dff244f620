import { useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import type { ConnectionRowFragment, CredentialRowFragment } from '../api/types.gen.ts';
import type { Team } from '../api/viewer.tsx';
import { Act, type Doing } from '../connections/acts.tsx';
import { ConnectionsDocument, CredentialsDocument } from '../connections/connections.gen.ts';
import { ConnectionTabs, OfTeam, useFollowed } from '../connections/frame.tsx';
import { NewConnection } from '../connections/new-connection.tsx';
import { AccessState, ConnectionState } from '../connections/state.tsx';
import { TokenWindow } from '../connections/token.tsx';
import { common } from '../i18n/en/common.ts';
import { connection } from '../i18n/en/connection.ts';
import { connections } from '../i18n/en/connections.ts';
import { day } from '../i18n/format.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { Mark } from '../parts/mark.tsx';
import { ActionMenu, type Entry } from '../parts/menu.tsx';
import { Empty } from '../parts/notice.tsx';
import { Paged } from '../parts/paged.tsx';
import { Row, Table } from '../parts/table.tsx';
import { paths } from '../paths.ts';

/** B6: what the team may use, and what uses it (USE-1). */
export default function Connections() {
  return <OfTeam>{(team) => <Lists key={team.id} team={team} />}</OfTeam>;
}

/** A token that was just given, and the connection that it is for. */
interface Given {
  readonly token: string;
  readonly id: string;
}

function Lists({ team }: { team: Team }) {
  const t = useTexts(connections);
  const [search, setSearch] = useSearchParams();
  const [creating, setCreating] = useState<string | undefined>(search.get('item') ?? undefined);
  const [given, setGiven] = useState<Given>();
  const [doing, setDoing] = useState<Doing>();
  useFollowed(team.id);
  const close = () => {
    setCreating(undefined);
    if (search.has('item')) setSearch({}, { replace: true });
  };
  const names = [t.name, t.consumer, t.state, t.expires, t.lastUse];
  const access = [t.name, t.account, t.state, t.since];
  return (
    <ConnectionTabs
      lead={t.lead}
      action={
        <Button look="main" icon="plus" onClick={() => setCreating('')}>
          {t.create}
        </Button>
      }
    >
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
            row={(row) => <OneConnection key={row.id} row={row} names={names} admin={team.isAdmin} onDo={setDoing} />}
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
            row={(row) => (
              <OneAccess
                key={row.id}
                row={row}
                names={access}
                admin={team.isAdmin}
                onMake={() => setCreating(row.id)}
                onDo={setDoing}
              />
            )}
          />
        </section>
      </div>
      {creating !== undefined && (
        <NewConnection
          teamId={team.id}
          item={creating}
          onClose={close}
          onToken={(token, id) => {
            close();
            setGiven({ token, id });
          }}
        />
      )}
      {given && <TokenWindow token={given.token} connection={given.id} onClose={() => setGiven(undefined)} />}
      {doing && (
        <Act
          key={`${doing.what} ${doing.id}`}
          doing={doing}
          onClose={() => setDoing(undefined)}
          onToken={(token) => {
            setDoing(undefined);
            setGiven({ token, id: doing.id });
          }}
        />
      )}
    </ConnectionTabs>
  );
}

/** The app in words, and the account where it is not said elsewhere: the mark is for the eye only. */
const appOf = (of: { appId: string; app: { name: string } | null }, account?: { label: string } | null) =>
  [of.app?.name ?? of.appId, account?.label].filter(Boolean).join(' · ');

function OneConnection({
  row,
  names,
  admin,
  onDo,
}: {
  row: ConnectionRowFragment;
  names: readonly string[];
  admin: boolean;
  onDo: (doing: Doing) => void;
}) {
  const t = useTexts(connections);
  const o = useTexts(connection);
  const c = useTexts(common);
  const language = useLanguage();
  const [, go] = useLocation();
  const act = (what: Doing['what'], label: string, danger = false): Entry => ({
    id: what,
    label,
    danger,
    onAction: () => onDo({ what, id: row.id, name: row.name }),
  });
  return (
    <Row
      names={names}
      cells={[
        <span key="name" className="named">
          <Mark id={row.appId} name={row.app?.name ?? row.appId} small />
          <span className="two">
            <Link href={paths.connection(row.id)}>{row.name}</Link>
            <span className="small muted">{appOf(row, row.account)}</span>
          </span>
        </span>,
        row.consumerUrl ? (
          <a
            key="by"
            className="free-words"
            title={row.consumer}
            href={row.consumerUrl}
            target="_blank"
            rel="noreferrer noopener"
          >
            {row.consumer}
          </a>
        ) : (
          <span key="by" className="free-words" title={row.consumer}>
            {row.consumer}
          </span>
        ),
        <ConnectionState key="state" of={row} />,
        <span key="ends" className="one-line">
          {row.expiresAt ? day(row.expiresAt, language) : t.never}
        </span>,
        <span key="use" className="one-line">
          {row.lastUsedAt ? <Ago at={row.lastUsedAt} /> : t.neverUsed}
        </span>,
      ]}
      menu={
        <ActionMenu
          label={c.moreFor(row.name)}
          trigger={<Icon name="dots" />}
          entries={[
            { id: 'details', label: o.details, onAction: () => go(paths.connection(row.id)) },
            { id: 'request', label: t.openRequest, onAction: () => go(paths.request(row.requestId)) },
            ...(admin ? [row.suspendedAt ? act('resume', o.resume) : act('suspend', o.suspend)] : []),
            act('rotate', t.rotate),
            act('withdraw', t.withdraw, true),
          ]}
        />
      }
    />
  );
}

function OneAccess({
  row,
  names,
  admin,
  onMake,
  onDo,
}: {
  row: CredentialRowFragment;
  names: readonly string[];
  admin: boolean;
  onMake: () => void;
  onDo: (doing: Doing) => void;
}) {
  const t = useTexts(connections);
  const o = useTexts(connection);
  const c = useTexts(common);
  const [, go] = useLocation();
  const works = row.state === 'AUTHORIZED';
  const what = row.credential?.suspendedAt ? 'resumeAll' : 'suspendAll';
  const act = { id: row.id, name: row.connectionName };
  return (
    <Row
      names={names}
      cells={[
        <span key="name" className="named">
          <Mark id={row.appId} name={row.app?.name ?? row.appId} small />
          <span className="two">
            <strong>{row.connectionName}</strong>
            <span className="small muted">{appOf(row)}</span>
          </span>
        </span>,
        row.credential?.account?.label ?? '–',
        <AccessState key="state" of={row} />,
        row.credential ? <Ago key="since" at={row.credential.authorizedAt} /> : '–',
      ]}
      menu={
        <ActionMenu
          label={c.moreFor(row.connectionName)}
          trigger={<Icon name="dots" />}
          entries={[
            ...(works ? [{ id: 'make', label: t.make, onAction: onMake }] : []),
            { id: 'request', label: t.openRequest, onAction: () => go(paths.request(row.requestId)) },
            ...(admin && row.credential ? [{ id: what, label: o[what], onAction: () => onDo({ ...act, what }) }] : []),
          ]}
        />
      }
    />
  );
}
