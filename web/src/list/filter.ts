import type { RequestFilter, RequestSort, RequestStatus } from '../api/types.gen.ts';

const STATUSES: readonly RequestStatus[] = ['INCOMPLETE', 'AUTHORIZED', 'PARTIALLY_AUTHORIZED', 'INVALID', 'DECLINED'];
const SORTS: readonly RequestSort[] = ['NEWEST', 'OLDEST', 'NAME'];

/** The filters as the address has them, so that they can be linked and Back works. */
export function readFilters(search: URLSearchParams): { filter: RequestFilter | null; sort: RequestSort } {
  const status = STATUSES.find((each) => each === search.get('status'));
  const [text, app, requester] = ['text', 'app', 'by'].map((name) => search.get(name)?.trim() || undefined);
  const filter: RequestFilter = {
    ...(status ? { statuses: [status] } : {}),
    ...(text ? { text } : {}),
    ...(app ? { app } : {}),
    ...(requester ? { requesterId: requester } : {}),
  };
  return {
    filter: Object.keys(filter).length > 0 ? filter : null,
    sort: SORTS.find((each) => each === search.get('sort')) ?? 'NEWEST',
  };
}
