import { useTeam, useViewer } from '../api/viewer.tsx';
import { requests } from '../i18n/en/requests.ts';
import { useTexts } from '../i18n/language.ts';
import { RequestList } from '../list/request-list.tsx';
import { RequestTabs } from '../list/tabs.tsx';
import { ButtonLink } from '../parts/button.tsx';
import { NoTeam } from '../parts/no-team.tsx';
import { Empty } from '../parts/notice.tsx';
import { paths } from '../paths.ts';

/** B1: what the team sent (LIST-1). */
export default function Sent() {
  const t = useTexts(requests);
  const viewer = useViewer();
  const { team } = useTeam();
  const empty = viewer.canCreateRequests ? (
    <Empty
      icon="inbox"
      title={t.emptySent}
      action={
        <ButtonLink look="main" icon="plus" to={paths.newRequest}>
          {t.create}
        </ButtonLink>
      }
    >
      {t.emptySentText}
    </Empty>
  ) : (
    <Empty
      icon="inbox"
      title={t.emptyNoFeature}
      action={
        <ButtonLink look="main" to={paths.apply}>
          {t.apply}
        </ButtonLink>
      }
    >
      {t.emptyNoFeatureText}
    </Empty>
  );
  return (
    <RequestTabs current="sent">
      {team ? <RequestList key={team.id} kind="SENT" teamId={team.id} empty={empty} /> : <NoTeam />}
    </RequestTabs>
  );
}
