import { isAnswered } from '../request/abilities.ts';
import { useLiveQuery } from './hooks.ts';
import { WaitingDocument } from './viewer.gen.ts';

/** How many requests and invitations wait for whoever is here. */
export function useWaiting(): number {
  const { data } = useLiveQuery({ query: WaitingDocument, variables: {} });
  const invited = data?.viewer?.openInvitations.filter(({ state }) => state === 'OPEN').length ?? 0;
  const received = data?.receivedRequests;
  if (!received) return invited;
  // What was taken back is incomplete and waits for nobody, and so does what whoever left has not answered. Of more than
  // one page, the rest counts as it is.
  const waiting = received.edges.filter(
    ({ node }) => !node.recipient.hasLeft && node.items.some((item) => !isAnswered(item)),
  ).length;
  return waiting + received.totalCount - received.edges.length + invited;
}
