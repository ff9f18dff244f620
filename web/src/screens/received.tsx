import { requests } from '../i18n/en/requests.ts';
import { useTexts } from '../i18n/language.ts';
import { RequestList } from '../list/request-list.tsx';
import { RequestTabs } from '../list/tabs.tsx';
import { Empty } from '../parts/notice.tsx';

/** B1: what was sent to me, in all organizations (LIST-1). */
export default function Received() {
  const t = useTexts(requests);
  return (
    <RequestTabs current="received">
      <RequestList
        kind="RECEIVED"
        empty={
          <Empty icon="inbox" title={t.emptyReceived}>
            {t.emptyReceivedText}
          </Empty>
        }
      />
    </RequestTabs>
  );
}
