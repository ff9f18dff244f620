import { useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { useLiveQuery } from '../api/hooks.ts';
import { has } from '../api/problem.ts';
import type { ConnectionAccountQuery, ConnectionByIdQuery } from '../api/types.gen.ts';
import { useTeam } from '../api/viewer.tsx';
import { Act, type Doing } from '../connections/acts.tsx';
import { Call, HandOut } from '../connections/call.tsx';
import { ConnectionAccountDocument, ConnectionByIdDocument } from '../connections/connection.gen.ts';
import { useFollowed } from '../connections/frame.tsx';
import { AccessState, ConnectionState } from '../connections/state.tsx';
import { TokenWindow } from '../connections/token.tsx';
import { ConnectionUse } from '../connections/use.tsx';
import { Shell } from '../frames/shell.tsx';
import { connection } from '../i18n/en/connection.ts';
import { connections } from '../i18n/en/connections.ts';
import { health } from '../i18n/en/health.ts';
import { absolute, day, list } from '../i18n/format.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { LiveDot } from '../parts/live.tsx';
import { Mark } from '../parts/mark.tsx';
import { Failed, Notice, Skeleton } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';
import { Abilities } from '../request/abilities-box.tsx';

type Connection = Extract<NonNullable<ConnectionByIdQuery['node']>, { readonly id: string }>;
type Account = ConnectionAccountQuery['request'];

/** An id may be that of something else. */
const isConnection = (node: NonNullable<ConnectionByIdQuery['node']>): node is Connection => 'consumer' in node;

/** B7: one connection: where it is used, what it may do, how it is called, and what it did. */
export default function ConnectionDetails() {
  const { id = '' } = useParams();
  return (
    <Shell>
      <One key={id} id={id} />
    </Shell>
  );
}

function One({ id }: { id: string }) {
  const t = useTexts(connection);
  const { data, problems, refetch } = useLiveQuery({ query: ConnectionByIdDocument, variables: { id } });
  const found = data?.node && isConnection(data.node) ? data.node : undefined;
  const gone = has(problems, 'NOT_FOUND') || has(problems, 'INVALID_ID') || (data && !found);
  return (
    <>
      <p className="crumb">
        <Link href={paths.connections}>
          <Icon name="left" size={16} />
          {t.back}
        </Link>
      </p>
      {gone ? (
        <div className="stack tight">
          <Heading title={t.missing} />
          <p className="muted">{t.missingText}</p>
        </div>
      ) : found ? (
        <Details of={found} />
      ) : problems.length > 0 ? (
        <Failed problems={problems} again={refetch} />
      ) : (
        <Skeleton heights={[60, 320, 240]} />
      )}
    </>
  );
}

function Details({ of }: { of: Connection }) {
  const t = useTexts(connection);
  const n = useTexts(connections);
  const [, go] = useLocation();
  const { teams } = useTeam();
  const admin = teams.some(({ id, isAdmin }) => id === of.teamId && isAdmin);
  const [doing, setDoing] = useState<Doing>();
  const [token, setToken] = useState<string>();
  const { data, problems, refetch } = useLiveQuery({
    query: ConnectionAccountDocument,
    variables: { requestId: of.requestId },
  });
  useFollowed(of.teamId);
  const request = data?.request;
  const act = (what: Doing['what']) => () => setDoing({ what, id: of.id, name: of.name });
  return (
    <>
      <div className="page-head">
        <div className="title">
          <Heading title={of.name} />
          <ConnectionState of={of} />
          <LiveDot />
        </div>
        <div className="row">
          {admin &&
            (of.suspendedAt ? (
              <Button look="main" onClick={act('resume')}>
                {t.resume}
              </Button>
            ) : (
              <Button icon="pause" onClick={act('suspend')}>
                {t.suspend}
              </Button>
            ))}
          <Button icon="key" onClick={act('rotate')}>
            {n.rotate}
          </Button>
          <Button look="danger" icon="bin" onClick={act('withdraw')}>
            {n.withdraw}
          </Button>
        </div>
      </div>
      <div className="stack">
        {of.suspendedAt ? (
          <Notice icon="pause">
            <p>{t.suspendedNotice}</p>
          </Notice>
        ) : (
          of.credentialSuspendedAt && (
            <Notice icon="pause">
              <p>{t.suspendedAllNotice}</p>
            </Notice>
          )
        )}
        {of.state !== 'AUTHORIZED' && (
          <Notice tone="warn">
            <p>{t.notWorking}</p>
          </Notice>
        )}
        {request ? (
          <Parts of={of} request={request} />
        ) : problems.length > 0 ? (
          <Failed problems={problems} again={refetch} />
        ) : (
          <Skeleton heights={[320, 240]} />
        )}
      </div>
      {doing && (
        <Act
          key={doing.what}
          doing={doing}
          onClose={() => setDoing(undefined)}
          onEnded={() => go(paths.connections)}
          onToken={(next) => {
            setDoing(undefined);
            setToken(next);
          }}
        />
      )}
      {token && <TokenWindow token={token} connection={of.id} onClose={() => setToken(undefined)} />}
    </>
  );
}

function Parts({ of, request }: { of: Connection; request: Account }) {
  const t = useTexts(connection);
  const language = useLanguage();
  const item = request.items.find(({ id }) => id === of.itemId);
  if (!item) return null;
  const app = item.app?.name ?? item.appId;
  // One that needs nothing filled in, and changes nothing.
  const sample = item.modules
    .filter(({ id }) => item.modulesNotCovered.every((missing) => missing.id !== id))
    .flatMap(({ calls }) => calls)
    .find(({ methods, host, path }) => methods.includes('GET') && host === null && !path.includes('*'))?.path;
  return (
    <div className="request-columns sender">
      <Facts of={of} request={request} />
      <div className="stack wide">
        <ConnectionUse id={of.id} modules={[...item.modules, ...(item.appVersion?.modules ?? [])]} />
        <section className="card" aria-labelledby="call">
          <h2 id="call">{t.call}</h2>
          <p className="muted">{t.callText(app)}</p>
          <Call id={of.id} path={sample} />
          <p className="small muted">{t.callToken}</p>
          {request.tokenHandOut ? (
            <details>
              <summary>{t.handOut}</summary>
              <div className="stack folded">
                <p className="small muted">{t.handOutText}</p>
                <HandOut id={of.id} />
              </div>
            </details>
          ) : (
            <p className="small muted">{t.handOutOff}</p>
          )}
        </section>
        <section className="card" aria-labelledby="may">
          <div>
            <h2 id="may">{t.may}</h2>
            <p className="muted small">{t.mayText}</p>
          </div>
          <Abilities
            level={3}
            modules={item.modules}
            handOut={request.tokenHandOut}
            without={item.modulesNotCovered.map(({ id }) => id)}
          />
          {item.modulesNotCovered.length > 0 && (
            <Notice tone="warn">
              <p>
                {t.notCovered(
                  list(
                    item.modulesNotCovered.map(({ name }) => name),
                    language,
                  ),
                )}
              </p>
            </Notice>
          )}
        </section>
      </div>
    </div>
  );
}

function Facts({ of, request }: { of: Connection; request: Account }) {
  const t = useTexts(connection);
  const n = useTexts(connections);
  const h = useTexts(health);
  const language = useLanguage();
  const item = request.items.find(({ id }) => id === of.itemId);
  const account = item?.credential?.account;
  const facts = [
    [
      n.consumer,
      of.consumerUrl ? (
        <a key="url" href={of.consumerUrl} target="_blank" rel="noreferrer noopener">
          {of.consumer}
        </a>
      ) : (
        of.consumer
      ),
    ],
    [n.lastUse, of.lastUsedAt ? <Ago key="use" at={of.lastUsedAt} /> : n.neverUsed],
    [t.made, day(of.createdAt, language)],
    [n.expires, of.expiresAt ? absolute(of.expiresAt, language) : n.never],
    [n.account, account ? `${account.label}${account.workspace ? ` (${account.workspace})` : ''}` : '–'],
    [h.state, item ? <AccessState key="state" of={item} /> : '–'],
    [t.recipient, request.recipient.name],
    [
      t.request,
      <Link key="request" href={paths.request(request.id)}>
        {request.name}
      </Link>,
    ],
  ] as const;
  return (
    <section className="card" aria-labelledby="facts">
      <div className="card-head">
        <Mark id={of.appId} name={item?.app?.name ?? of.appId} />
        <div className="card-name">
          <h2 id="facts">{t.facts}</h2>
          <p className="small muted">{item?.app?.name ?? of.appId}</p>
        </div>
      </div>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="long">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
