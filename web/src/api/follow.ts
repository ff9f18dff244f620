import type { Client } from 'graphql-ws';
import { mapExchange, type SubscriptionForwarder } from 'urql';

/**
 * Subscriptions without a gap (API-5). A new one goes on behind what the page knew before it asked for what it shows,
 * and one that lost its socket behind what it was told last.
 */
export function following(socket: Pick<Client, 'subscribe'>) {
  let known: string | undefined;
  const forward: SubscriptionForwarder = ({ query = '', variables }) => ({
    subscribe: (sink) => {
      // Sent again as it is then, when the socket is back.
      const payload = { query, variables: { ...variables, after: known } };
      const unsubscribe = socket.subscribe<Record<string, { id?: string } | null>>(payload, {
        next: (result) => {
          const [change] = Object.values(result.data ?? {});
          if (change?.id) {
            known = change.id;
            payload.variables.after = change.id;
          }
          sink.next(result as Parameters<typeof sink.next>[0]);
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      });
      return { unsubscribe };
    },
  });
  return {
    forward,
    exchange: mapExchange({
      onResult: ({ data }) => {
        const place: unknown = data?.viewer?.resumeAfter;
        if (typeof place === 'string') known = place;
      },
    }),
  };
}
