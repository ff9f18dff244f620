import { useOrganization } from '../api/viewer.tsx';
import { requests } from '../i18n/en/requests.ts';
import { useTexts } from '../i18n/language.ts';
import { paths } from '../paths.ts';
import { ButtonLink } from './button.tsx';
import { Empty } from './notice.tsx';

/** For who works in no team: whoever administers the organization makes one, others ask them. */
export function NoTeam() {
  const t = useTexts(requests);
  const role = useOrganization()?.role;
  const administers = role === 'OWNER' || role === 'ADMIN';
  return (
    <Empty
      icon="people"
      title={t.noTeam}
      action={
        administers && (
          <ButtonLink look="main" to={paths.organization}>
            {t.noTeamAct}
          </ButtonLink>
        )
      }
    >
      {administers ? t.noTeamYours : t.noTeamText}
    </Empty>
  );
}
