import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { expect, test, vi } from 'vitest';
import { following } from './follow.ts';

type Sink = { next: (result: unknown) => void; error: (error: unknown) => void; complete: () => void };

const PLACE = '{ viewer { resumeAfter } }';

/** A client whose server says that changes end at `evt_1`, then at `evt_2`…, and what its socket was asked to follow. */
function page({ knows = true } = {}) {
  const again = vi.fn();
  const asked: { payload: { variables?: Record<string, unknown> | null }; sink: Sink }[] = [];
  const away = { network: false };
  let end = 0;
  let back = () => {};
  const follow = following({
    socket: {
      subscribe: ((payload: (typeof asked)[0]['payload'], sink: Sink) => {
        asked.push({ payload, sink });
        // The client completes what one ends oneself.
        return () => sink.complete();
      }) as never,
    },
    place: async () => {
      const { error } = await client.query(PLACE, {}, { requestPolicy: 'network-only' }).toPromise();
      if (error) throw error;
    },
    again,
    signedIn: (then) => {
      back = then;
      return () => {
        back = () => {};
      };
    },
  });
  const client = new Client({
    url: 'http://localhost/graphql',
    preferGetMethod: false,
    exchanges: [follow.exchange, fetchExchange, subscriptionExchange({ forwardSubscription: follow.forward })],
    fetch: async () => {
      if (away.network) throw new Error('no network');
      end += 1;
      return new Response(JSON.stringify({ data: { viewer: { resumeAfter: `evt_${end}` } } }), {
        headers: { 'content-type': 'application/json' },
      });
    },
  });
  const told: unknown[] = [];
  const begin = (id: string) =>
    client
      .subscription('subscription($id: ID!, $after: ID) { requestChanged(id: $id, after: $after) { id } }', { id })
      .subscribe((result) => told.push(result.error?.message ?? result.data)).unsubscribe;
  const start = async (id: string) => {
    const before = asked.length;
    const stop = begin(id);
    // The client asks in its next turn.
    await vi.waitFor(() => expect(asked.length).toBe(before + 1));
    return stop;
  };
  const know = () => client.query(PLACE, {}, { requestPolicy: 'network-only' }).toPromise();
  return {
    ready: knows ? know() : undefined,
    asked,
    again,
    away,
    told,
    follow: begin,
    start,
    signIn: () => back(),
    after: () => asked.map(({ payload }) => payload.variables?.['after']),
  };
}

test('API-5: what is followed goes on behind what was known before the first question', async () => {
  const { ready, asked, start, after } = page();
  await ready;
  await start('crq_1');
  expect(asked[0]?.payload.variables).toEqual({ id: 'crq_1', after: 'evt_1' });
  await start('crq_2');
  expect(after()).toEqual(['evt_1', 'evt_1']);
});

test('API-5: what lost its socket goes on behind what it was told last, and what is new behind all that was told', async () => {
  const { ready, asked, start, after } = page();
  await ready;
  await start('crq_1');
  await start('crq_2');
  asked[0]?.sink.next({ data: { requestChanged: { id: 'evt_2' } } });
  expect(after()).toEqual(['evt_2', 'evt_1']);
  await start('crq_3');
  expect(after()).toEqual(['evt_2', 'evt_1', 'evt_2']);
});

test('an answer without a change, such as a refusal, moves nothing', async () => {
  const { ready, asked, start, after } = page();
  await ready;
  await start('crq_1');
  asked[0]?.sink.next({ data: null, errors: [{ message: 'no' }] });
  expect(after()).toEqual(['evt_1']);
});

test('API-5: what was ended for a reason that passes is followed again, behind what was told last', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { ready, asked, start, after } = page();
  await ready;
  const stop = await start('crq_1');
  asked[0]?.sink.next({ data: { requestChanged: { id: 'evt_2' } } });
  asked[0]?.sink.error([{ message: 'away', extensions: { code: 'UNAVAILABLE' } }]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(after()).toEqual(['evt_2', 'evt_2']);
  asked[1]?.sink.complete();
  await vi.advanceTimersByTimeAsync(1000);
  expect(after()).toEqual(['evt_2', 'evt_2', 'evt_2']);
  stop();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.length).toBe(3);
  vi.useRealTimers();
});

test('ROLE-6: what one may not follow is not tried again', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { ready, asked, start, told } = page();
  await ready;
  await start('crq_1');
  asked[0]?.sink.next({ data: null, errors: [{ message: 'no', extensions: { code: 'NOT_FOUND' } }] });
  asked[0]?.sink.complete();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.length).toBe(1);
  expect(told).toContain('[GraphQL] no');
  vi.useRealTimers();
});

test('API-5: where the place is old, a new one is asked for first, and what is shown after that', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { ready, again, follow, asked, after } = page();
  await ready;
  await vi.advanceTimersByTimeAsync(60_000);
  follow('crq_1');
  follow('crq_2');
  await vi.waitFor(() => expect(asked.length).toBe(2));
  expect(after()).toEqual(['evt_2', 'evt_2']);
  expect(again).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});

test('nothing is followed without a place: it is asked for until it comes', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { again, away, follow, asked, after } = page({ knows: false });
  away.network = true;
  const stop = follow('crq_1');
  await vi.advanceTimersByTimeAsync(20_000);
  expect([asked.length, again.mock.calls.length]).toEqual([0, 0]);
  away.network = false;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(after()).toEqual(['evt_1']);
  expect(again).toHaveBeenCalledTimes(1);
  stop();
  vi.useRealTimers();
});

test('INV-4: what ended with the session is followed again when somebody is signed in, from a new place', async () => {
  const { ready, asked, again, start, told, signIn } = page();
  await ready;
  await start('crq_1');
  asked[0]?.sink.next({ data: null, errors: [{ message: 'who', extensions: { code: 'UNAUTHENTICATED' } }] });
  asked[0]?.sink.complete();
  // What opens the window to sign in.
  expect(told).toEqual(['[GraphQL] who']);
  expect(asked.length).toBe(1);
  // Long ago, as far as this page is concerned.
  vi.useFakeTimers({ shouldAdvanceTime: true });
  await vi.advanceTimersByTimeAsync(60_000);
  signIn();
  await vi.waitFor(() => expect(asked.length).toBe(2));
  expect(asked[1]?.payload.variables?.['after']).toBe('evt_2');
  expect(again).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});
