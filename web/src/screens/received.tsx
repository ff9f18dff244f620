import { useLiveQuery } from '../api/hooks.ts';
import { requests } from '../i18n/en/requests.ts';
import { useTexts } from '../i18n/language.ts';
import { OpenInvitationsDocument } from '../list/invited.gen.ts';
import { InvitedCards } from '../list/invited.tsx';
import { RequestList } from '../list/request-list.tsx';
import { RequestTabs } from '../list/tabs.tsx';
import { Empty, Failed, Skeleton } from '../parts/notice.tsx';

/** B1: what was sent to me, in all organizations (LIST-1), and what waits to be accepted. */
export default function Received() {
  const t = useTexts(requests);
  const { data, problems, refetch } = useLiveQuery({ query: OpenInvitationsDocument, variables: {} });
  const invited = data?.viewer?.openInvitations;
  const nobody = (
    <Empty icon="inbox" title={t.emptyReceived}>
      {t.emptyReceivedText}
    </Empty>
  );
  // That nobody has asked is said only when it is known.
  const empty = invited?.length === 0 ? nobody : invited || problems.length > 0 ? null : <Skeleton heights={[72]} />;
  return (
    <RequestTabs current="received">
      {!invited && problems.length > 0 && <Failed problems={problems} again={refetch} />}
      {invited && invited.length > 0 && <InvitedCards of={invited} />}
      <RequestList kind="RECEIVED" empty={empty} />
    </RequestTabs>
  );
}
