import type { RequestFilter, RequestSort, RequestStatus } from '../api/types.gen.ts';

const STATUSES: readonly RequestStatus[] = ['INCOMPLETE', 'AUTHORIZED', 'PARTIALLY_AUTHORIZED', 'INVALID', 'DECLINED'];
const SORTS: readonly RequestSort[] = ['NEWEST', 'OLDEST', 'NAME'];

/** The filters as the address has them, so that they can be linked and Back works. */
export function readFilters(search: URLSearchParams): { filter: RequestFilter | null; sort: RequestSort } {
  const status = STATUSES.find((each) => each === search.get('status'));
  const [text, app, requester, recipient] = ['text', 'app', 'by', 'to'].map(
    (name) => search.get(name)?.trim() || undefined,
  );
  const filter: RequestFilter = {
    ...(status ? { statuses: [status] } : {}),
    ...(text ? { text } : {}),
    ...(app ? { app } : {}),
    ...(requester ? { requesterId: requester } : {}),
    ...(recipient ? { recipientId: recipient } : {}),
  };
  return {
    filter: Object.keys(filter).length > 0 ? filter : null,
    sort: SORTS.find((each) => each === search.get('sort')) ?? 'NEWEST',
  };
}

interface Person {
  readonly id: string;
  readonly name: string;
}

/** People to choose from: each once, by name, and who is chosen in any case. */
export function choices(people: readonly Person[], chosen: string | null, language: string): readonly Person[] {
  const { compare } = new Intl.Collator(language);
  const known = new Map(people.map((person) => [person.id, person]));
  if (chosen && !known.has(chosen)) known.set(chosen, { id: chosen, name: '…' });
  return [...known.values()].sort((one, other) => compare(one.name, other.name));
}
