// How an access is used: real calls through the broker, seen by whoever gave it, and a mail's way to the one account.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { PHONE, assertAccessible, assertNoSideways, until, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

const RECEIVED = '{ receivedRequests(first: 50) { edges { node { id items { id state } } } } }';
const USE = 'query($id: ID!, $from: DateTime!, $to: DateTime!) { itemUsage(itemId: $id, from: $from, to: $to) { kind calls } }';

test('REC-9, R12: the recipient sees how often, by what and for what; refused calls too', async () => {
  const [dana, ben] = [await visit(stage, 'dana'), await visit(stage, 'ben', { viewport: PHONE })];
  const { data } = await ben.ask(RECEIVED);
  const requests = data.receivedRequests.edges.map(({ node }) => node);
  const request = requests.find(({ items }) => items.some(({ state }) => state === 'AUTHORIZED'));
  const item = request.items.find(({ state }) => state === 'AUTHORIZED').id;
  const made = await dana.ask(
    'mutation($item: ID!) { createConnection(input: { itemId: $item, consumer: "Nightly sync", name: "Night shift" }) { token connection { id } } }',
    { item },
  );
  const { token, connection } = made.data.createConnection;
  const call = async (path) => {
    const answer = await fetch(`${stage.base}/broker/${connection.id}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return answer.status;
  };
  assert.deepEqual([await call('/api/contacts'), await call('/api/contacts'), await call('/api/nothing')], [200, 200, 403]);
  const now = Date.now();
  const [from, to] = [now - 86_400_000, now + 86_400_000].map((at) => new Date(at).toISOString());
  await until(async () => (await ben.ask(USE, { id: item, from, to })).data.itemUsage.length === 2);

  await ben.go(`/requests/${request.id}#${item}`);
  const card = ben.page.locator(`[id="${item}"]`);
  await card.getByText('How it was used').click();
  const rows = card.getByRole('row').filter({ hasText: 'Night shift · Nightly sync' });
  await rows.filter({ hasText: '2 times' }).waitFor();
  await rows.filter({ hasText: 'refused once' }).filter({ hasText: 'Something you did not agree to' }).waitFor();
  assert.ok(!(await card.textContent()).includes('/api/'), 'no path is shown');
  await assertAccessible(ben.page, 'how it was used');
  await assertNoSideways(ben.page, 'how it was used');

  // The team ends its connection; what it did stays to be seen.
  await dana.ask('mutation($id: ID!) { withdrawConnection(input: { connectionId: $id }) { connectionId } }', {
    id: connection.id,
  });
  await ben.page.reload();
  await card.getByText('How it was used').click();
  await rows.filter({ hasText: '(ended)' }).first().waitFor();
  await dana.leave();
  await ben.leave();
});
