import { type Client, createClient } from 'graphql-ws';
import { type Store, store } from './store.ts';

/** How the socket stands, for the quiet line that tells it. */
export type Liveness = 'idle' | 'connecting' | 'live' | 'retrying';

export interface Live {
  /** How the socket stands. */
  readonly liveness: Store<Liveness>;
  /** Counts the times that the socket was lost and found again; a new number means: fetch anew. */
  readonly epoch: Store<number>;
  readonly client: Client;
}

/** The one socket of the page, opened with the first subscription and kept up for good. */
export function live(url: string, webSocketImpl?: unknown): Live {
  const liveness = store<Liveness>('idle');
  const epoch = store(0);
  let lost = false;
  const client = createClient({
    url,
    webSocketImpl,
    lazy: true,
    // Going from one screen to the next must not close and open it.
    lazyCloseTimeout: 3000,
    // Half of the minute after which common proxies cut silent sockets.
    keepAlive: 20_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: async (retries) => {
      const most = Math.min(1000 * 2 ** retries, 15_000);
      await new Promise((resolve) => setTimeout(resolve, most / 2 + Math.random() * (most / 2)));
    },
    on: {
      connecting: () => liveness.set(lost ? 'retrying' : 'connecting'),
      connected: () => {
        liveness.set('live');
        if (lost) epoch.set(epoch.get() + 1);
        lost = false;
      },
      closed: (event) => {
        // 1000 is our own good-bye when nothing is followed any more.
        const meant = event instanceof CloseEvent && event.code === 1000;
        if (!meant) lost = true;
        liveness.set(meant ? 'idle' : 'retrying');
      },
    },
  });
  return { liveness, epoch, client };
}
