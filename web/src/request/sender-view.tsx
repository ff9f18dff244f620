import { Suspense, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useAsked, useSend } from '../api/hooks.ts';
import type { RequestDetailsFragment } from '../api/types.gen.ts';
import { AccessState } from '../connections/state.tsx';
import { Shell } from '../frames/shell.tsx';
import { common } from '../i18n/en/common.ts';
import { connection } from '../i18n/en/connection.ts';
import { health } from '../i18n/en/health.ts';
import { requests } from '../i18n/en/requests.ts';
import { absolute, list } from '../i18n/format.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { RemindDocument, ResendDocument } from '../list/list.gen.ts';
import { standing, words } from '../list/standing.ts';
import { Begin } from '../new-request/begin.tsx';
import { again } from '../new-request/draft.ts';
import { CanAskOutsideDocument } from '../new-request/new-request.gen.ts';
import { Ago } from '../parts/ago.tsx';
import { announce } from '../parts/announce.tsx';
import { Badge } from '../parts/badge.tsx';
import { Button, ButtonLink } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/later.ts';
import { LiveDot } from '../parts/live.tsx';
import { Avatar, Mark } from '../parts/mark.tsx';
import { Notice, Problems } from '../parts/notice.tsx';
import { Opening } from '../parts/opening.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';
import { appName } from './abilities.ts';
import { Abilities } from './abilities-box.tsx';
import type { Item } from './card.tsx';
import { History } from './history.tsx';

const End = later(() => import('./end.tsx'));

/** B4: where a request stands, for the side that asked (LIST-2). */
export default function SenderView({ request }: { request: RequestDetailsFragment }) {
  const t = useTexts(requests);
  const c = useTexts(common);
  const [, go] = useLocation();
  const [ending, setEnding] = useState(false);
  const resend = useSend(ResendDocument);
  const remind = useSend(RemindDocument);
  const { recipient, delivery } = request;
  // Whoever left can give nothing, and is written to no more (ROLE-7).
  const left = recipient.hasLeft;
  const open = request.items.filter(({ state }) => ['PENDING', 'REVOKED', 'INVALID'].includes(state));
  const waits = !left && open.length > 0;
  // Nobody is reminded of what they have answered, nor of what they ask of themselves.
  const remindable = !left && request.counts.pending > 0 && recipient.userId !== request.requester.id;
  const undelivered = !left && (delivery?.state === 'BOUNCED' || delivery?.state === 'FAILED');
  // Whoever left is asked as somebody from outside, which not everybody may (ROLE-2).
  const outside = useAsked({ query: CanAskOutsideDocument, variables: { teamId: request.team.id }, pause: !left });
  const mayAgain = outside.data?.canAskOutside ?? false;
  return (
    <Shell>
      <p className="crumb">
        <Link href={paths.sent}>
          <Icon name="left" size={16} />
          {t.back}
        </Link>
      </p>
      <div className="page-head">
        <div className="title">
          <Heading title={request.name} />
          <Badge state={standing(request, 'SENT')}>{words(request, 'SENT', c)}</Badge>
          <LiveDot />
        </div>
        <div className="row">
          {remindable && (
            <Button
              icon="clock"
              pending={remind.pending}
              onClick={async () => {
                if (await remind.run({ id: request.id })) announce(t.reminded(recipient.name));
              }}
            >
              {t.remind}
            </Button>
          )}
          {request.viewerCanDelete && (
            <Button look="danger" icon="bin" onClick={() => setEnding(true)}>
              {t.end}
            </Button>
          )}
        </div>
      </div>
      <div className="stack">
        <Problems of={[...resend.problems, ...remind.problems]} />
        {left && (
          <Notice tone="warn">
            <p>
              {t.leftNotice(recipient.name)} {mayAgain ? t.leftAgain : t.leftOthers}
            </p>
            {mayAgain && open.length > 0 && (
              <div>
                <Begin draft={() => again(request, open)}>{t.askAgain}</Begin>
              </div>
            )}
          </Notice>
        )}
        {undelivered && (
          <Notice tone="bad">
            <p>
              {t.deliveryTitle}: {t.delivery[delivery.state]}. {t.bouncedHint}
            </p>
            {delivery.detail && (
              <p className="small" lang="en">
                {delivery.detail}
              </p>
            )}
          </Notice>
        )}
      </div>
      <div className="request-columns sender">
        <section className="card" aria-labelledby="recipient">
          <h2 id="recipient">{t.recipient}</h2>
          <div className="person">
            <Avatar name={recipient.name} />
            <div>
              <strong>{recipient.name}</strong>
              <div className="muted">{recipient.email}</div>
              {recipient.fromOutside && (
                <div className="small muted">
                  {t.outside}. {left ? t.hasLeft : recipient.userId ? t.accepted : t.notAccepted}
                </div>
              )}
            </div>
          </div>
          <dl className="facts">
            {delivery && (
              <div>
                <dt>{t.deliveryTitle}</dt>
                <dd>
                  <Badge state={delivery.state}>{t.delivery[delivery.state]}</Badge>{' '}
                  <span className="small muted">
                    <Ago at={delivery.at} />
                  </span>
                  {delivery.state === 'DELAYED' && delivery.detail && (
                    <p className="small muted" lang="en">
                      {delivery.detail}
                    </p>
                  )}
                </dd>
              </div>
            )}
            {!delivery && recipient.userId === request.requester.id && (
              <div>
                <dt>{t.deliveryTitle}</dt>
                <dd>{t.deliverySelf}</dd>
              </div>
            )}
            <div>
              <dt>{t.by}</dt>
              <dd>
                {request.requester.name}, <Ago at={request.createdAt} />
              </dd>
            </div>
            <div>
              <dt>{t.team}</dt>
              <dd>{request.team.name}</dd>
            </div>
          </dl>
          {request.description && <blockquote className="message">{request.description}</blockquote>}
          <div className="actions">
            {waits && delivery && (
              <Button
                icon="mail"
                pending={resend.pending}
                onClick={async () => {
                  if (await resend.run({ id: request.id })) announce(t.resent(recipient.name));
                }}
              >
                {t.resend}
              </Button>
            )}
            {!left && request.link && <CopyButton text={request.link}>{t.copyLink}</CopyButton>}
          </div>
        </section>
        <section className="stack" aria-labelledby="accounts">
          <h2 id="accounts">{t.termsAccepted}</h2>
          {request.items.map((item) => (
            <SentItem
              key={item.id}
              item={item}
              request={request}
              mayAgain={item.state === 'DECLINED' && (!left || mayAgain)}
            />
          ))}
        </section>
        <section className="card" aria-labelledby="history">
          <h2 id="history">{t.history}</h2>
          <History request={request} />
        </section>
      </div>
      <Suspense fallback={<Opening />}>
        {ending && <End request={request} onClose={() => setEnding(false)} onEnded={() => go(paths.sent)} />}
      </Suspense>
    </Shell>
  );
}

function SentItem({ item, request, mayAgain }: { item: Item; request: RequestDetailsFragment; mayAgain: boolean }) {
  const t = useTexts(requests);
  const h = useTexts(health);
  const o = useTexts(connection);
  const c = useTexts(common);
  const language = useLanguage();
  const app = appName(item);
  const left = request.recipient.hasLeft;
  return (
    <article className="card account-card" aria-labelledby={`${item.id}-name`} id={item.id}>
      <header className="card-head">
        <Mark id={item.appId} name={app} />
        <div className="card-name">
          <h3 id={`${item.id}-name`}>{app}</h3>
          <p className="small muted">{item.connectionName}</p>
        </div>
        {left && item.state === 'PENDING' ? (
          <Badge state="OVER">{t.leftBadge}</Badge>
        ) : (
          <AccessState of={item} words={c.item} />
        )}
      </header>
      {item.note && <p className="why">{item.note}</p>}
      {item.state === 'PENDING' && !left && <p className="muted">{t.waitsForAnswer}</p>}
      {item.state === 'DECLINED' && item.declineReason && (
        <p>
          {t.reasonWas}: {c.quoted(item.declineReason)}
        </p>
      )}
      {item.state === 'INVALID' && (
        <Notice tone="warn">
          <p>
            {t.invalidNow}
            {item.invalidReason && ` ${h.reasons[item.invalidReason] ?? item.invalidReason}.`} {!left && t.invalidAsked}
          </p>
        </Notice>
      )}
      {item.state === 'REVOKED' && (
        <p className="muted">
          {item.revokeReason === 'RECIPIENT_LEFT'
            ? t.leftNow(request.recipient.name)
            : left
              ? t.revokedBefore
              : t.revokedNow}
        </p>
      )}
      {item.state === 'AUTHORIZED' && (
        <>
          <p>
            {item.credential?.account ? t.connectedAs(item.credential.account.label) : t.connectedUnknown}
            {item.credential?.account?.workspace && ` (${item.credential.account.workspace})`}
            {item.credential && (
              <span className="muted">
                , <Ago at={item.credential.authorizedAt} />
              </span>
            )}
          </p>
          {item.credential?.suspendedAt && (
            <Notice icon="pause">
              <p>{o.suspendedAllNotice}</p>
            </Notice>
          )}
          {item.credential?.expiresAt && (
            <p className="small muted">
              {t.expires}: {absolute(item.credential.expiresAt, language)}
            </p>
          )}
          {item.modulesNotCovered.length > 0 && (
            <Notice tone="warn">
              <p>
                {t.modulesMissing(
                  list(
                    item.modulesNotCovered.map(({ name }) => name),
                    language,
                  ),
                )}
              </p>
            </Notice>
          )}
          <div className="actions">
            <ButtonLink icon="plug" to={`${paths.connections}?item=${encodeURIComponent(item.id)}`}>
              {t.useIt}
            </ButtonLink>
          </div>
        </>
      )}
      {mayAgain && (
        <div className="actions">
          <Begin draft={() => again(request, [item])} label={`${t.askAgain}: ${app}`}>
            {t.askAgain}
          </Begin>
        </div>
      )}
      <details>
        <summary>{t.details}</summary>
        <div className="stack folded">
          <Abilities
            modules={item.modules}
            handOut={request.tokenHandOut}
            without={item.modulesNotCovered.map(({ id }) => id)}
          />
          <ul className="small muted">
            {item.permissions.map(({ scope, words: said }) => (
              <li key={scope}>
                {said} <code>{scope}</code>
              </li>
            ))}
          </ul>
        </div>
      </details>
    </article>
  );
}
