import { mapExchange } from 'urql';
import type { Store } from './store.ts';

/** Long enough for the events of one change to come together. */
const TOGETHER = 100;

/**
 * An answer that was written before an event, but arrives after it, would put old facts over new ones. Whoever
 * was on the way while an event came is therefore asked once more; an answer that no event overtook ends it.
 */
export function settling(epoch: Store<number>) {
  let events = 0;
  const begun = new Map<number, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    /** An event has come. */
    event: () => {
      events += 1;
    },
    exchange: mapExchange({
      onOperation: (operation) => {
        if (operation.kind === 'query' || operation.kind === 'mutation') begun.set(operation.key, events);
      },
      onResult: ({ operation }) => {
        const before = begun.get(operation.key);
        begun.delete(operation.key);
        if (before === undefined || before === events) return;
        clearTimeout(timer);
        timer = setTimeout(() => epoch.set(epoch.get() + 1), TOGETHER);
      },
    }),
  };
}
