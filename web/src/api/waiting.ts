import { useLiveQuery } from './hooks.ts';
import { WaitingDocument } from './viewer.gen.ts';

/** How many requests and invitations wait for whoever is here. */
export function useWaiting(): number {
  const { data } = useLiveQuery({ query: WaitingDocument, variables: {} });
  const invited = data?.viewer?.openInvitations.filter(({ state }) => state === 'OPEN').length ?? 0;
  return (data?.receivedRequests.totalCount ?? 0) + invited;
}
