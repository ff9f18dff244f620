import { useState } from 'react';
import { useLiveQuery } from '../api/hooks.ts';
import type { HistoryQuery, RequestDetailsFragment } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { history } from '../i18n/en/history.ts';
import { requests } from '../i18n/en/requests.ts';
import { happened } from '../i18n/happened.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { usePages } from '../parts/kept-place.ts';
import { Failed, Skeleton } from '../parts/notice.tsx';
import { appName } from './abilities.ts';
import { HistoryDocument } from './request.gen.ts';

type Entry = HistoryQuery['request']['history']['edges'][number]['node'];

/** Who did what and when, newest first (LIST-3). */
export function History({ request }: { request: RequestDetailsFragment }) {
  const t = useTexts(requests);
  const [pages, more] = usePages('history');
  return (
    <ol className="history">
      <HistoryPage request={request} after={null} left={pages} onMore={more} />
      {request.items.length === 0 && <li>{t.historyEmpty}</li>}
    </ol>
  );
}

function HistoryPage({
  request,
  after,
  left,
  onMore,
}: {
  request: RequestDetailsFragment;
  after: string | null;
  left: number;
  onMore: () => void;
}) {
  const c = useTexts(common);
  const { data, problems, refetch } = useLiveQuery({
    // When the request changed last is told live; a later time makes each page ask anew.
    query: HistoryDocument,
    variables: { id: request.id, after },
    context: useContextOf(request.changedAt),
  });
  if (!data)
    return (
      <li>{problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[24, 24]} />}</li>
    );
  const { edges, pageInfo } = data.request.history;
  return (
    <>
      {edges.map(({ node }) => (
        <Line key={node.id} entry={node} request={request} />
      ))}
      {pageInfo.hasNextPage &&
        (left > 1 ? (
          <HistoryPage request={request} after={pageInfo.endCursor} left={left - 1} onMore={onMore} />
        ) : (
          <li>
            <Button look="quiet" onClick={onMore}>
              {c.loadMore}
            </Button>
          </li>
        ))}
    </>
  );
}

/** A context that is new with each change makes the query ask again. */
function useContextOf(changedAt: string) {
  const [context, setContext] = useState({ changedAt, value: {} });
  if (context.changedAt !== changedAt) setContext({ changedAt, value: {} });
  return context.value;
}

function Line({ entry, request }: { entry: Entry; request: RequestDetailsFragment }) {
  const t = useTexts(requests);
  const h = useTexts(history);
  const item = request.items.find(({ id }) => id === entry.itemId);
  // Who asks themself is told as the requester (REQ-8).
  const self = request.requester.id === request.recipient.userId;
  const own = entry.actor === 'RECIPIENT' || (self && entry.actor === 'REQUESTER');
  const who =
    entry.person?.name ??
    (entry.actor === 'CONSENTRY'
      ? t.nobody
      : entry.actor === 'REQUESTER'
        ? request.requester.name
        : entry.actor === 'RECIPIENT'
          ? request.recipient.name
          : t.somebody);
  return (
    <li>
      <span>
        <strong>{who}</strong> {happened(entry.kind, own, h)}
        {item && `: ${appName(item)}`}
      </span>{' '}
      <span className="small muted">
        <Ago at={entry.at} full />
      </span>
    </li>
  );
}
