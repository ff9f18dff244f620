import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { expect, test, vi } from 'vitest';
import { following } from './follow.ts';

type Sink = { next: (result: unknown) => void };

/** A client whose server says `resumeAfter`, and what its socket was asked to follow. */
function page(resumeAfter: string) {
  const asked: { payload: { variables?: Record<string, unknown> | null }; sink: Sink }[] = [];
  const follow = following({
    subscribe: ((payload: (typeof asked)[0]['payload'], sink: Sink) => {
      asked.push({ payload, sink });
      return () => undefined;
    }) as never,
  });
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
    client
      .subscription('subscription($id: ID!, $after: ID) { requestChanged(id: $id, after: $after) { id } }', { id })
      .subscribe(() => undefined);
    // The client asks in its next turn.
    await vi.waitFor(() => expect(asked.length).toBe(before + 1));
  };
  return { client, asked, start, after: () => asked.map(({ payload }) => payload.variables?.['after']) };
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
