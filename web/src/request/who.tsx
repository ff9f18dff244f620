import type { RequestDetailsFragment } from '../api/types.gen.ts';
import { recipient } from '../i18n/en/recipient.ts';
import { report } from '../i18n/en/report.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Avatar } from '../parts/mark.tsx';
import { isAnswered } from './abilities.ts';

/** Whether some way to authorize asks for a key or password in this page. */
const typesSecrets = ({ items }: RequestDetailsFragment) =>
  items.some(({ appVersion }) => appVersion?.methods.some(({ kind }) => kind !== 'OAUTH2_CODE'));

/** Who asks, checkable, and reported where it does not look right; and what it means to agree. */
export function Who({ request, onReport }: { request: RequestDetailsFragment; onReport: (() => void) | undefined }) {
  const t = useTexts(recipient);
  const r = useTexts(report);
  const { requester, organization, team, description, createdAt } = request;
  const facts: [IconName, string][] = [
    // What is typed here does not stay with them, but nobody else reads it.
    ['lock', typesSecrets(request) ? t.meansSealed : t.meansPassword],
    // True while every call goes through the firewall (USE-3), and not of tokens that are handed out (USE-4).
    ...(request.tokenHandOut ? [] : [['shield', t.meansOnly] as [IconName, string]]),
    ['undo', t.meansBack],
  ];
  return (
    <div className="stack who">
      <section className="card" aria-labelledby="who">
        <h2 id="who">{t.who}</h2>
        <div className="person">
          <Avatar name={requester.name} />
          <div>
            <strong>{requester.name}</strong>
            <div className="muted">
              {organization.name}, {team.name}
            </div>
            <div className="muted">{requester.email}</div>
          </div>
        </div>
        {description && <blockquote className="message">{description}</blockquote>}
        <p className="small confirmed">
          <Icon name="check" size={16} />
          {t.confirmed(requester.email.split('@')[1] ?? '')}
        </p>
        <p className="small muted">
          {t.sent} <Ago at={createdAt} />. {request.items.some((item) => !isAnswered(item)) && t.unsure}
        </p>
        {request.viewerReportedAt ? (
          <p className="small muted">
            {r.reported} <Ago at={request.viewerReportedAt} />.
          </p>
        ) : (
          onReport && (
            <div className="in-line">
              <Button look="quiet" onClick={onReport}>
                {r.report}
              </Button>
            </div>
          )
        )}
      </section>
      <section className="card" aria-labelledby="means">
        <h2 id="means">{t.means}</h2>
        <ul className="means">
          {facts.map(([icon, words]) => (
            <li key={icon}>
              <Icon name={icon} />
              {words}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
