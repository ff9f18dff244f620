// A socket that is lost is shown quietly and heals; what happened meanwhile is there afterwards.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { requestPath, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

test('API-5: a change that came while the socket was lost shows once it is back', async () => {
  const dana = await visit(stage, 'dana');
  const ben = await visit(stage, 'ben');
  const sockets = [];
  let open = true;
  await dana.page.routeWebSocket(/\/graphql$/, (socket) => {
    if (!open) return socket.close({ code: 1012, reason: 'restart' });
    sockets.push(socket);
    socket.connectToServer();
  });
  const path = await requestPath(ben, 'New-customer follow-up');
  await dana.go(path);
  const live = dana.page.locator('.live-dot');
  await dana.page.locator('[data-live="live"]').waitFor();
  open = false;
  for (const socket of sockets) await socket.close({ code: 1012, reason: 'restart' });
  await live.getByText('Reconnecting').waitFor();

  const id = path.split('/').pop();
  const { data } = await ben.ask('query($id: ID!) { request(id: $id) { items { id } } }', { id });
  const decline = 'mutation($item: ID!) { declineItem(input: { itemId: $item, reason: "Not now" }) { item { state } } }';
  await ben.ask(decline, { item: data.request.items[0].id });
  assert.equal(await dana.page.getByText('“Not now”').count(), 0);
  open = true;
  await dana.page.getByText('“Not now”').waitFor();
  await live.getByText('Live').waitFor();
  await dana.leave();
  await ben.leave();
});

test('without network the page says so, keeps what is typed, and sends when it is back', async () => {
  const ben = await visit(stage, 'ben');
  ben.expect(/ERR_INTERNET_DISCONNECTED/);
  await ben.go('/profile');
  await ben.page.getByLabel('Your name').fill('Ben I. Ito');
  await ben.context.setOffline(true);
  await ben.page.getByText('You are offline. What you see may be old').waitFor();
  await ben.page.getByRole('button', { name: 'Save' }).click();
  await ben.page.getByRole('alert').getByText(/You are offline/).waitFor();
  await ben.context.setOffline(false);
  await ben.page.getByText('You are offline. What you see may be old').waitFor({ state: 'detached' });
  await ben.page.getByRole('button', { name: 'Save' }).click();
  await ben.page.getByText('Saved').waitFor();
  await ben.leave();
});
