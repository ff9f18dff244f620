import type { OpenInvitationsQuery } from '../api/types.gen.ts';
import { requests } from '../i18n/en/requests.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { ButtonLink } from '../parts/button.tsx';
import { paths } from '../paths.ts';

export type Invited = NonNullable<OpenInvitationsQuery['viewer']>['openInvitations'][number];

/** Invitations that nobody has accepted, for who came without the link from the mail (INV-1). */
export function InvitedCards({ of }: { of: readonly Invited[] }) {
  const t = useTexts(requests);
  return (
    <ul className="stack" aria-label={t.invitations}>
      {of.map(({ link, organizationName, kind, state, sentAt }) => (
        <li key={link} className="card row apart">
          <div>
            <strong>
              {kind === 'REQUEST' ? t.invitedRequest(organizationName) : t.invitedToJoin(organizationName)}
            </strong>
            <p className="small muted">
              {t.sentAt} <Ago at={sentAt} />
              {state === 'EXPIRED' && ` · ${t.invitedTooOld}`}
            </p>
          </div>
          <ButtonLink look="main" to={paths.invitation(link)}>
            {t.openInvitation}
            <span className="unseen"> {organizationName}</span>
          </ButtonLink>
        </li>
      ))}
    </ul>
  );
}
