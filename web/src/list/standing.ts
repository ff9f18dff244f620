import type { ItemState, RequestListKind, RequestStatus } from '../api/types.gen.ts';
import type { common } from '../i18n/en/common.ts';
import { isAnswered } from '../request/abilities.ts';

interface Request {
  readonly status: RequestStatus;
  readonly items: readonly { readonly state: ItemState }[];
  readonly recipient: { readonly hasLeft: boolean };
}

/** It would wait for its recipient, who is no longer there to give anything (ROLE-7). */
const isLeft = ({ status, recipient }: Request) =>
  recipient.hasLeft && (status === 'INCOMPLETE' || status === 'INVALID');

/**
 * How a request stands in a list. It is incomplete while access that was taken back could be given again, but does not
 * wait for its recipient then: for them, it is what is left.
 */
export function standing(request: Request, kind: RequestListKind): RequestStatus | 'REVOKED' {
  const { status, items } = request;
  if (isLeft(request)) return 'REVOKED';
  if (kind === 'SENT' || status !== 'INCOMPLETE' || items.some((item) => !isAnswered(item))) return status;
  return items.some(({ state }) => state === 'AUTHORIZED') ? 'PARTIALLY_AUTHORIZED' : 'REVOKED';
}

/** The same in words. */
export function words(request: Request, kind: RequestListKind, c: (typeof common)['en']): string {
  if (isLeft(request)) return kind === 'RECEIVED' ? c.youLeft : c.recipientLeft;
  const state = standing(request, kind);
  if (state === 'REVOKED') return c.itemForYou.REVOKED;
  return kind === 'RECEIVED' ? c.statusForYou[state] : c.status[state];
}
