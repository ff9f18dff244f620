import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useChanges, useLiveQuery } from '../api/hooks.ts';
import type { RequestFilter, RequestListKind, RequestSort, RowFragment } from '../api/types.gen.ts';
import { useViewer } from '../api/viewer.tsx';
import { common } from '../i18n/en/common.ts';
import { requests } from '../i18n/en/requests.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { announce } from '../parts/announce.tsx';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { usePages } from '../parts/kept-place.ts';
import { Marks } from '../parts/mark.tsx';
import { Empty, Failed, Skeleton } from '../parts/notice.tsx';
import { paths } from '../paths.ts';
import { readFilters } from './filter.ts';
import { Filters } from './filters.tsx';
import { ListChangedDocument, ReceivedDocument, SentDocument } from './list.gen.ts';
import { type Doing, RowMenu, RowWindow } from './row-menu.tsx';
import { standing, words } from './standing.ts';

interface Own {
  kind: RequestListKind;
  teamId?: string | undefined;
  /** What stands there when nothing was ever sent or received. */
  empty: ReactNode;
}

/** B1: a list that follows the world, and what is asked about one of its requests. */
export function RequestList(own: Own) {
  const [doing, setDoing] = useState<Doing>();
  return (
    <>
      <Listed {...own} onDo={setDoing} />
      {doing && <RowWindow of={doing} onClose={() => setDoing(undefined)} />}
    </>
  );
}

/** A table, or cards on phones. */
function Listed({ kind, teamId, empty, onDo }: Own & Pick<PageOwn, 'onDo'>) {
  const t = useTexts(requests);
  const c = useTexts(common);
  const { id: me } = useViewer();
  const [search, setSearch] = useSearchParams();
  const { filter, sort } = readFilters(search);
  const [pages, more] = usePages(kind);
  const change = useChanges({ query: ListChangedDocument, variables: { list: kind, teamId: teamId ?? null } });
  const changed = change?.requestsChanged;
  const statuses = useRef(new Map<string, string>());
  useEffect(() => {
    const request = changed?.request;
    if (!request) return;
    const now = words(request, kind, c);
    const before = statuses.current.get(request.id);
    statuses.current.set(request.id, now);
    // A change that leaves what is shown as it is, is no news; of what is not shown, only that somebody sent it.
    const isNew = changed.kind === 'REQUEST_CREATED' && request.requester.id !== me;
    if (before === undefined ? isNew : before !== now) announce(t.isNow(request.name, now));
  }, [changed, kind, me, t, c]);
  const columns =
    kind === 'SENT'
      ? [t.request, t.apps, t.by, t.recipient, t.sentAt, t.status]
      : [t.request, t.apps, t.by, t.from, t.receivedAt, t.status];
  const clear = () => setSearch(new URLSearchParams());
  const first = useList(kind, teamId, null, filter, sort);
  const { data, problems, refetch } = first;
  if (!data)
    return problems.length > 0 ? (
      <Failed problems={problems} again={refetch} />
    ) : (
      <Skeleton heights={[44, 56, 56, 56, 56]} />
    );
  const { totalCount } = data.list;
  if (totalCount === 0 && !filter) return empty;
  return (
    <>
      <Filters kind={kind} teamId={teamId} />
      {totalCount === 0 ? (
        <Empty icon="search" title={t.emptyFilter} action={<Button onClick={clear}>{t.clear}</Button>}>
          {t.emptyFilterText}
        </Empty>
      ) : (
        <>
          <p className="small muted total" role="status">
            {t.total(totalCount)}
          </p>
          <table className="list" role="table">
            <thead role="rowgroup">
              <tr role="row">
                {columns.map((column) => (
                  <th key={column} role="columnheader" scope="col">
                    {column}
                  </th>
                ))}
                <th role="columnheader" scope="col">
                  <span className="unseen">{t.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody role="rowgroup">
              <Page
                kind={kind}
                teamId={teamId}
                after={null}
                left={pages}
                filter={filter}
                sort={sort}
                onMore={more}
                shown={statuses.current}
                onDo={onDo}
              />
            </tbody>
          </table>
        </>
      )}
    </>
  );
}

function useList(
  kind: RequestListKind,
  teamId: string | undefined,
  after: string | null,
  filter: RequestFilter | null,
  sort: RequestSort,
) {
  const sent = useLiveQuery({
    query: SentDocument,
    variables: { teamId: teamId ?? '', after, filter, sort },
    pause: kind !== 'SENT',
  });
  const received = useLiveQuery({
    query: ReceivedDocument,
    variables: { after, filter, sort },
    pause: kind === 'SENT',
  });
  return kind === 'SENT' ? sent : received;
}

interface PageOwn {
  kind: RequestListKind;
  teamId: string | undefined;
  after: string | null;
  /** Pages still to show, this one among them. */
  left: number;
  filter: RequestFilter | null;
  sort: RequestSort;
  onMore: () => void;
  /** In which words each request is shown. */
  shown: Map<string, string>;
  onDo: (doing: Doing) => void;
}

/** A page and the pages after it; each asks behind the last entry of the one before, as that is now. */
function Page({ after, left, onMore, ...of }: PageOwn) {
  const c = useTexts(common);
  const { data, problems, refetch } = useList(of.kind, of.teamId, after, of.filter, of.sort);
  if (!data) {
    return (
      <tr className="list-foot" role="row">
        <td colSpan={7} role="cell">
          {problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[56, 56]} />}
        </td>
      </tr>
    );
  }
  const { edges, pageInfo } = data.list;
  return (
    <>
      {edges.map(({ node }) => (
        <Row key={node.id} request={node} kind={of.kind} shown={of.shown} onDo={of.onDo} />
      ))}
      {pageInfo.hasNextPage &&
        (left > 1 ? (
          <Page {...of} after={pageInfo.endCursor} left={left - 1} onMore={onMore} />
        ) : (
          <tr className="list-foot" role="row">
            <td colSpan={7} role="cell">
              <Button onClick={onMore}>{c.loadMore}</Button>
            </td>
          </tr>
        ))}
    </>
  );
}

function Row({ request, kind, shown, onDo }: { request: RowFragment } & Pick<PageOwn, 'kind' | 'shown' | 'onDo'>) {
  const t = useTexts(requests);
  const c = useTexts(common);
  const stands = words(request, kind, c);
  const { id } = request;
  useEffect(() => {
    // What changes from here on is told by the change itself.
    if (!shown.has(id)) shown.set(id, stands);
  }, [shown, id, stands]);
  const apps = request.items.map(({ appId, app }) => ({ id: appId, name: app?.name ?? appId }));
  return (
    <tr role="row">
      <td role="cell" className="list-name">
        <Link href={paths.request(request.id)}>{request.name}</Link>
      </td>
      <td role="cell" className="list-apps">
        <Marks apps={apps} />
      </td>
      <td role="cell" className="list-by">
        {request.requester.name}
      </td>
      <td role="cell" className="list-for">
        {kind === 'SENT' && (
          <span className="arrow">
            <Icon name="right" size={16} />
            <span className="unseen">{t.to}</span>
          </span>
        )}
        {kind === 'SENT' ? request.recipient.name : request.organization.name}
      </td>
      <td role="cell" className="list-when muted">
        <Ago at={request.createdAt} />
      </td>
      <td role="cell" className="list-status">
        <Badge state={standing(request, kind)}>{stands}</Badge>
      </td>
      <td role="cell" className="list-menu">
        <RowMenu request={request} kind={kind} onDo={onDo} />
      </td>
    </tr>
  );
}
