import type { ReactNode } from 'react';
import type { ItemDetailsFragment, RequestDetailsFragment } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { recipient } from '../i18n/en/recipient.ts';
import { used } from '../i18n/en/used.ts';
import { list } from '../i18n/format.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/later.ts';
import { Mark } from '../parts/mark.tsx';
import { Notice } from '../parts/notice.tsx';
import { Opened } from '../parts/opened.tsx';
import { appName, hostOf, wider } from './abilities.ts';
import { Abilities } from './abilities-box.tsx';
import { LeftOut } from './left-out.tsx';
import { isTheirsToMend } from './ready.ts';

const Used = later(() => import('./used.tsx'));

export type Item = ItemDetailsFragment;
export type Step = 'connect' | 'decline' | 'remove';

interface Own {
  item: Item;
  request: RequestDetailsFragment;
  onStep: (step: Step, item: Item) => void;
}

/** Names that the app itself uses, for those who know them; folded away. */
function Technical({ item }: { item: Item }) {
  const t = useTexts(recipient);
  return (
    <details>
      <summary>{t.technical}</summary>
      <dl className="technical small">
        {item.appVersion && (
          <div>
            <dt>{t.version}</dt>
            <dd>{item.appVersion.name}</dd>
          </div>
        )}
        <div>
          <dt>{t.connectionName}</dt>
          <dd>{item.connectionName}</dd>
        </div>
        {item.modules.map(({ id }) => (
          <div key={id}>
            <dt>{t.module}</dt>
            <dd>
              <code>{id}</code>
            </dd>
          </div>
        ))}
        {item.permissions.map(({ scope, words }) => (
          <div key={scope}>
            <dt>{words}</dt>
            <dd>
              {t.permission} <code>{scope}</code>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** What can happen to an account, beside what the app's own page will say beyond it. */
function Asked({ item, handOut }: { item: Item; handOut: boolean }) {
  const t = useTexts(recipient);
  const language = useLanguage();
  const more = wider(item.permissions, item.modules);
  return (
    <>
      {item.note && (
        <p className="why">
          <strong>{t.why}</strong> {item.note}
        </p>
      )}
      {item.app?.isDefinedByOrganization && (
        <Notice tone="warn">
          <p>{t.unchecked}</p>
        </Notice>
      )}
      {!item.app && (
        <Notice tone="warn">
          <p>{t.appGone}</p>
        </Notice>
      )}
      <Abilities modules={item.modules} handOut={handOut} without={item.modulesNotCovered.map(({ id }) => id)} />
      {more.length > 0 && (
        <p className="small muted">
          {(handOut ? t.widerOpen : t.wider)(
            appName(item),
            list(
              more.map(({ words }) => words),
              language,
            ),
          )}
        </p>
      )}
      <Technical item={item} />
    </>
  );
}

/** Where one will type what, said before it happens. */
function Foretold({ item }: { item: Item }) {
  const t = useTexts(recipient);
  const usual = item.appVersion?.methods.find(({ available }) => available) ?? item.appVersion?.methods[0];
  if (!usual) return null;
  const oauth = usual.kind === 'OAUTH2_CODE';
  const words = oauth
    ? usual.signInHost
      ? t.signInAt(usual.signInHost)
      : t.signInAtApp(appName(item))
    : usual.kind === 'API_KEY'
      ? t.pasteKey
      : t.typeFields;
  return (
    <p className="foretold small muted">
      <Icon name={oauth ? 'out' : 'lock'} size={16} />
      {words}
    </p>
  );
}

function LastTry({ item }: { item: Item }) {
  const t = useTexts(recipient);
  const [attempt] = item.attempts;
  if (!attempt) return null;
  // Something came of a later one, or was taken back since: that try is history.
  if (item.waitingAccount || (item.credential && item.credential.authorizedAt > attempt.at)) return null;
  if (item.state === 'REVOKED' && item.changedAt > attempt.at) return null;
  return (
    <Notice tone="warn">
      <p>
        {t.lastTry} {t.reasons[attempt.reason]?.(appName(item))} <Ago at={attempt.at} />
      </p>
      {attempt.detail && <p className="small">{attempt.detail}</p>}
    </Notice>
  );
}

function Outcome({ item }: { item: Item }) {
  const t = useTexts(recipient);
  const app = appName(item);
  if (!item.revocation) return null;
  const { outcome } = item.revocation;
  const byHand = outcome === 'UNSUPPORTED' || outcome === 'FAILED';
  return (
    <p className="small muted">
      {t.revocation[outcome](app)}{' '}
      {byHand && item.app && hostOf(item.app.website) && (
        <a href={item.app.website} target="_blank" rel="noreferrer noopener">
          {t.atApp(app)}
        </a>
      )}
    </p>
  );
}

/** One account: who wants what of it, where it stands, and what one can do. Its buttons carry the app's name. */
export function Card({ item, request, onStep }: Own) {
  const t = useTexts(recipient);
  const u = useTexts(used);
  const c = useTexts(common);
  const app = appName(item);
  const left = request.recipient.hasLeft;
  const canConnect = item.viewerIsRecipient && item.appVersion !== null && !left;
  const button = (step: Step, look: 'main' | 'plain' | 'danger' | 'quiet', text: string, name: string) => (
    <Button look={look} aria-label={name} onClick={() => onStep(step, item)}>
      {text}
    </Button>
  );
  const may = item.viewerIsRecipient;
  const theirs = isTheirsToMend(item) && request.requester.id !== request.recipient.userId;
  const decline = may && button('decline', 'plain', t.decline, t.declineApp(app));

  const folded = (
    <details>
      <summary>{t.whatItCan(item.modules.length)}</summary>
      <div className="stack folded">
        <Asked item={item} handOut={request.tokenHandOut} />
      </div>
    </details>
  );
  const use = (
    <Opened title={u.title} heights={[44, 120]}>
      <Used item={item} />
    </Opened>
  );
  const bodies: Record<Item['state'], () => ReactNode> = {
    PENDING: () => (
      <>
        <Asked item={item} handOut={request.tokenHandOut} />
        <LastTry item={item} />
        <div className="actions">
          {canConnect && button('connect', 'main', t.authorize(app), t.authorize(app))}
          {decline}
          {canConnect && <Foretold item={item} />}
        </div>
      </>
    ),
    AUTHORIZED: () => (
      <>
        <p>
          {item.credential?.account ? t.authorizedAs(item.credential.account.label) : t.authorized}
          {item.credential?.account?.workspace && ` (${item.credential.account.workspace})`}
          {item.credential && (
            <span className="muted">
              . {t.since} <Ago at={item.credential.authorizedAt} full />
            </span>
          )}
        </p>
        {item.credential?.suspendedAt && (
          <Notice>
            <p>{u.suspendedForYou}</p>
          </Notice>
        )}
        <LeftOut permissions={item.missingPermissions} modules={item.modulesNotCovered}>
          {t.missingChoice}
        </LeftOut>
        <LastTry item={item} />
        {folded}
        {use}
        <div className="actions">
          {item.missingPermissions.length > 0 && canConnect && button('connect', 'plain', t.again(app), t.again(app))}
          {may && button('remove', 'danger', t.remove, t.removeApp(app))}
          {item.missingPermissions.length === 0 && canConnect && button('connect', 'plain', t.renew, t.renewApp(app))}
          {may && button('decline', 'quiet', t.declineGranted, t.declineGrantedApp(app))}
        </div>
      </>
    ),
    INVALID: () => (
      <>
        <Notice tone="warn">
          <p>
            {item.credential && t.invalid(app)} {item.invalidReason && t.reasons[item.invalidReason]?.(app)} {t.noticed}{' '}
            <Ago at={item.changedAt} />.
          </p>
          {!left && <p>{theirs ? t.invalidTheirs(request.requester.name) : t.invalidFix}</p>}
        </Notice>
        {folded}
        {use}
        <div className="actions">
          {canConnect && button('connect', theirs ? 'plain' : 'main', t.again(app), t.again(app))}
          {/* Where nothing was ever granted, nothing can be removed. */}
          {may && item.credential && button('remove', 'plain', t.remove, t.removeApp(app))}
          {decline}
        </div>
      </>
    ),
    REVOKED: () => (
      <>
        <p>
          {item.revokeReason === 'RECIPIENT_LEFT' ? t.left : t.removed}{' '}
          <span className="muted">
            {t.removedWhen} <Ago at={item.changedAt} full />
          </span>
        </p>
        <Outcome item={item} />
        <LastTry item={item} />
        {folded}
        {use}
        <div className="actions">
          {canConnect && button('connect', 'plain', t.again(app), t.again(app))}
          {may && button('decline', 'quiet', t.declineGranted, t.declineGrantedApp(app))}
        </div>
      </>
    ),
    DECLINED: () => (
      <>
        <p>
          {t.declined}
          {item.declineReason && `: ${c.quoted(item.declineReason)}`}
        </p>
        <p className="small muted">{t.declinedFinal(request.requester.name)}</p>
        <Outcome item={item} />
        {folded}
      </>
    ),
  };
  return (
    <article className="card account-card" aria-labelledby={`${item.id}-name`} id={item.id}>
      <header className="card-head">
        <Mark id={item.appId} name={app} />
        <div className="card-name">
          <h3 id={`${item.id}-name`} tabIndex={-1}>
            {app}
          </h3>
          <p className="small muted">{item.connectionName}</p>
        </div>
        {left && item.state === 'PENDING' ? (
          <Badge state="OVER">{t.leftOpen}</Badge>
        ) : (
          <Badge state={item.state}>{c.itemForYou[item.state]}</Badge>
        )}
      </header>
      {item.waitingAccount && (
        <Notice tone="good">
          <p>{t.oneStep}</p>
          <div>{button('connect', 'main', t.oneStepButton, `${t.oneStepButton}: ${app}`)}</div>
        </Notice>
      )}
      {bodies[item.state]()}
    </article>
  );
}
