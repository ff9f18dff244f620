import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { expect, test, vi } from 'vitest';
import { following } from './follow.ts';

type Sink = { next: (result: unknown) => void; error: (error: unknown) => void; complete: () => void };

/** A client whose server says `resumeAfter`, and what its socket was asked to follow. */
function page(resumeAfter: string) {
  const again = vi.fn();
  const asked: { payload: { variables?: Record<string, unknown> | null }; sink: Sink }[] = [];
  const follow = following(
    {
      subscribe: ((payload: (typeof asked)[0]['payload'], sink: Sink) => {
        asked.push({ payload, sink });
        // The client completes what one ends oneself.
        return () => sink.complete();
      }) as never,
    },
    again,
  );
  const client = new Client({
    url: 'http://localhost/graphql',
    preferGetMethod: false,
    exchanges: [follow.exchange, fetchExchange, subscriptionExchange({ forwardSubscription: follow.forward })],
    fetch: async () =>
      new Response(JSON.stringify({ data: { viewer: { resumeAfter } } }), {
        headers: { 'content-type': 'application/json' },
      }),
  });
  const start = async (id: string) => {
    const before = asked.length;
    const { unsubscribe } = client
      .subscription('subscription($id: ID!, $after: ID) { requestChanged(id: $id, after: $after) { id } }', { id })
      .subscribe(() => undefined);
    // The client asks in its next turn.
    await vi.waitFor(() => expect(asked.length).toBe(before + 1));
    return unsubscribe;
  };
  return { client, asked, again, start, after: () => asked.map(({ payload }) => payload.variables?.['after']) };
}

test('API-5: what is followed goes on behind what was known before the first question', async () => {
  const { client, asked, start, after } = page('evt_1');
  await client.query('{ viewer { resumeAfter } }', {}).toPromise();
  await start('crq_1');
  expect(asked[0]?.payload.variables).toEqual({ id: 'crq_1', after: 'evt_1' });
  await start('crq_2');
  expect(after()).toEqual(['evt_1', 'evt_1']);
});

test('API-5: what lost its socket goes on behind what it was told last, and what is new behind all that was told', async () => {
  const { client, asked, start, after } = page('evt_1');
  await client.query('{ viewer { resumeAfter } }', {}).toPromise();
  await start('crq_1');
  await start('crq_2');
  asked[0]?.sink.next({ data: { requestChanged: { id: 'evt_2' } } });
  expect(after()).toEqual(['evt_2', 'evt_1']);
  await start('crq_3');
  expect(after()).toEqual(['evt_2', 'evt_1', 'evt_2']);
});

test('an answer without a change, such as a refusal, moves nothing', async () => {
  const { asked, start, after } = page('evt_1');
  await start('crq_1');
  asked[0]?.sink.next({ data: null, errors: [{ message: 'no' }] });
  expect(after()).toEqual([undefined]);
});

test('API-5: what was ended for a reason that passes is followed again, behind what was told last', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { asked, start, after } = page('evt_1');
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
  const { asked, start } = page('evt_1');
  await start('crq_1');
  asked[0]?.sink.next({ data: null, errors: [{ message: 'no', extensions: { code: 'NOT_FOUND' } }] });
  asked[0]?.sink.complete();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.length).toBe(1);
  vi.useRealTimers();
});

test('a place that is old is not gone on from: the screen is asked once more instead', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { client, again, start, after } = page('evt_1');
  await client.query('{ viewer { resumeAfter } }', {}).toPromise();
  await vi.advanceTimersByTimeAsync(60_000);
  await start('crq_1');
  await start('crq_2');
  expect(after()).toEqual([undefined, undefined]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(again).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});
