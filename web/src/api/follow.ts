import type { Client } from 'graphql-ws';
import { mapExchange, type SubscriptionForwarder } from 'urql';

/** What passes: the service could not tell a change just now, and tells it when it is asked to go on behind the last. */
const PASSES = new Set(['INTERNAL', 'UNAVAILABLE', 'RATE_LIMITED']);
/** How long a place is gone on from. What came since one that is older would be told one by one. */
const FRESH = 30_000;

type Refusals = readonly { extensions?: { code?: unknown } }[];
const codesOf = (errors: unknown) =>
  Array.isArray(errors) ? (errors as Refusals).map(({ extensions }) => String(extensions?.code)) : [];
const isFinal = (errors: unknown) => codesOf(errors).some((code) => !PASSES.has(code));

/** What following stands on. */
export interface Ground {
  readonly socket: Pick<Client, 'subscribe'>;
  /** Asks where changes end now. The answer passes `exchange`, which learns every place that an answer holds. */
  place(): Promise<unknown>;
  /** Asks once more for what is shown. */
  again(): void;
  /** Runs when somebody is signed in again; gives how to forget it. */
  signedIn(then: () => void): () => void;
}

/**
 * Subscriptions without a gap (API-5). A new one goes on behind what the page knew before it asked for what it shows,
 * and one that lost its socket, its session or was ended for a reason that passes, behind what it was told last. Where
 * what the page knew is old, it asks for a new place first, and for what is shown once more after that: the answers
 * have what came before the place, and the subscription tells what comes behind it.
 */
export function following({ socket, place, again, signedIn }: Ground) {
  let known: { place: string; at: number } | undefined;
  const learn = (place: string) => {
    known = { place, at: Date.now() };
  };
  const fresh = () => (known && Date.now() - known.at < FRESH ? known.place : undefined);
  let renewing: Promise<void> | undefined;
  /** Once for all that a screen follows. */
  const renew = () => {
    renewing ??= place()
      .then(() => again())
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  };
  const forward: SubscriptionForwarder = ({ query = '', variables }) => ({
    subscribe: (sink) => {
      // Sent again as it is then, when the socket is back.
      const payload = { query, variables: { ...variables, after: fresh() } };
      let over = false;
      let stop = () => {};
      let tries = 0;
      const later = () => {
        if (over) return;
        tries += 1;
        const waits = setTimeout(begin, Math.min(250 * 2 ** tries, 15_000));
        stop = () => clearTimeout(waits);
      };
      const begin = () => {
        if (payload.variables.after !== undefined) return start();
        renew().then(() => {
          if (over) return;
          payload.variables.after = fresh();
          start();
        }, later);
      };
      const start = () => {
        let errors: unknown;
        const ended = () => {
          if (over) return;
          if (codesOf(errors).includes('UNAUTHENTICATED')) {
            payload.variables.after = undefined;
            stop = signedIn(begin);
          } else if (isFinal(errors)) sink.complete();
          else later();
        };
        stop = socket.subscribe<Record<string, { id?: string } | null>>(payload, {
          next: (result) => {
            const [change] = Object.values(result.data ?? {});
            if (change?.id) {
              tries = 0;
              learn(change.id);
              payload.variables.after = change.id;
            }
            errors = result.errors;
            if (!errors || isFinal(errors)) sink.next(result as Parameters<typeof sink.next>[0]);
          },
          error: (error) => {
            errors = error;
            if (isFinal(error)) sink.next({ errors: error } as Parameters<typeof sink.next>[0]);
            ended();
          },
          complete: ended,
        });
      };
      begin();
      return {
        unsubscribe: () => {
          over = true;
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
