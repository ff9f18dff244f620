import type { Client } from 'graphql-ws';
import { mapExchange, type SubscriptionForwarder } from 'urql';

/** What passes: the service could not tell a change just now, and tells it when it is asked to go on behind the last. */
const PASSES = new Set(['INTERNAL', 'UNAVAILABLE', 'RATE_LIMITED']);
/** How long a place is gone on from. What came since one that is older would be told one by one. */
const FRESH = 30_000;
/** Longer than it takes until a subscription is in place, on an open socket. */
const SETTLED = 1000;

type Refusals = readonly { extensions?: { code?: unknown } }[];
const isFinal = (errors: unknown) =>
  Array.isArray(errors) && (errors as Refusals).some(({ extensions }) => !PASSES.has(String(extensions?.code)));

/**
 * Subscriptions without a gap (API-5). A new one goes on behind what the page knew before it asked for what it shows,
 * and one that lost its socket, or was ended for a reason that passes, behind what it was told last. Where what the page
 * knew is old, it begins now, and `again` asks for what is shown once more when it is in place.
 */
export function following(socket: Pick<Client, 'subscribe'>, again: () => void) {
  let known: { place: string; at: number } | undefined;
  const learn = (place: string) => {
    known = { place, at: Date.now() };
  };
  let asking = false;
  const askAgain = () => {
    // Once for all that a screen follows.
    if (asking) return;
    asking = true;
    setTimeout(() => {
      asking = false;
      again();
    }, SETTLED);
  };
  const forward: SubscriptionForwarder = ({ query = '', variables }) => ({
    subscribe: (sink) => {
      const isFresh = known !== undefined && Date.now() - known.at < FRESH;
      if (known && !isFresh) askAgain();
      // Sent again as it is then, when the socket is back.
      const payload = { query, variables: { ...variables, after: isFresh ? known?.place : undefined } };
      let over = false;
      let waits: ReturnType<typeof setTimeout> | undefined;
      let stop = () => {};
      let tries = 0;
      const start = () => {
        let refused = false;
        const ended = () => {
          if (over) return;
          tries += 1;
          waits = setTimeout(start, Math.min(250 * 2 ** tries, 15_000));
        };
        stop = socket.subscribe<Record<string, { id?: string } | null>>(payload, {
          next: (result) => {
            const [change] = Object.values(result.data ?? {});
            if (change?.id) {
              tries = 0;
              learn(change.id);
              payload.variables.after = change.id;
            }
            refused = isFinal(result.errors);
            if (refused || !result.errors) sink.next(result as Parameters<typeof sink.next>[0]);
          },
          error: (error) => (isFinal(error) ? sink.error(error) : ended()),
          complete: () => (refused ? sink.complete() : ended()),
        });
      };
      start();
      return {
        unsubscribe: () => {
          over = true;
          clearTimeout(waits);
          stop();
        },
      };
    },
  });
  return {
    forward,
    exchange: mapExchange({
      onResult: ({ data }) => {
        const place: unknown = data?.viewer?.resumeAfter;
        if (typeof place === 'string') learn(place);
      },
    }),
  };
}
