import { Client, type Exchange, fetchExchange } from 'urql';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settling } from './settle.ts';
import { store } from './store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A client whose answer comes when the test says so. */
function client(exchange: Exchange) {
  let answer = (_: Response) => {};
  const fetch = () => new Promise<Response>((resolve) => (answer = resolve));
  const made = new Client({
    url: 'http://localhost/graphql',
    preferGetMethod: false,
    exchanges: [exchange, fetchExchange],
    fetch,
  });
  return {
    made,
    answer: () => answer(new Response('{"data":{"x":1}}', { headers: { 'content-type': 'application/json' } })),
  };
}

test('an answer that an event overtook is asked for once more', async () => {
  const epoch = store(0);
  const settle = settling(epoch);
  const { made, answer } = client(settle.exchange);
  const asked = made.mutation('mutation { x }', {}).toPromise();
  await vi.advanceTimersByTimeAsync(1);
  settle.event();
  answer();
  await asked;
  await vi.runAllTimersAsync();
  expect(epoch.get()).toBe(1);
});

test('an answer that nothing overtook ends it', async () => {
  const epoch = store(0);
  const settle = settling(epoch);
  settle.event();
  const { made, answer } = client(settle.exchange);
  const asked = made.query('{ x }', {}).toPromise();
  await vi.advanceTimersByTimeAsync(1);
  answer();
  await asked;
  await vi.runAllTimersAsync();
  expect(epoch.get()).toBe(0);
});
