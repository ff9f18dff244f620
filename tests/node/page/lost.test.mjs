// A socket that is lost is shown quietly and heals; what happened meanwhile is there afterwards.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { askBen, painted, requestPath, signInByCode, until, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

/// What a restart of the server does to a socket.
const RESTART = { code: 1012, reason: 'restart' };

/// The sockets that a page opens, as they come; while it is not open to them they are closed at once.
async function socketsOf(page, isOpen = () => true) {
  const sockets = [];
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    if (!isOpen()) return socket.close(RESTART);
    sockets.push(socket);
    socket.connectToServer();
  });
  return sockets;
}

/// Lets a page's sockets through once they may be, and tells what it follows by them.
const through = (page, follows, opened) =>
  page.routeWebSocket(/\/graphql$/, async (socket) => {
    await opened;
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const { id, type, payload } = JSON.parse(message);
      if (type === 'subscribe') follows({ id, variables: payload.variables, socket, server });
      server.send(message);
    });
  });

test('API-5: a change that came while the socket was lost shows once it is back', async () => {
  const dana = await visit(stage, 'dana');
  const ben = await visit(stage, 'ben');
  let open = true;
  const sockets = await socketsOf(dana.page, () => open);
  const path = await requestPath(ben, 'New-customer follow-up');
  await dana.go(path);
  const live = dana.page.locator('.live-dot');
  await dana.page.locator('[data-live="live"]').waitFor();
  open = false;
  for (const socket of sockets) await socket.close(RESTART);
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

test('API-5: what happens between the answer to a page and the moment from which it follows shows by itself', async () => {
  const dana = await visit(stage, 'dana');
  const ben = await visit(stage, 'ben');
  const { request, item } = await askBen(dana, 'Between', 'sandbox', ['search_contacts']);
  // A slow network: the page has its answers long before its socket opens.
  const followed = [];
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  await through(dana.page, ({ variables }) => followed.push(variables), opened);
  await dana.go(`/requests/${request}`);
  await dana.page.getByRole('heading', { name: 'Between' }).waitFor();
  await ben.ask('mutation($item: ID!) { declineItem(input: { itemId: $item, reason: "Too late" }) { item { state } } }', { item });
  assert.equal(await dana.page.getByText('“Too late”').count(), 0);
  open();
  await dana.page.getByText('“Too late”').waitFor();
  assert.match(followed.find(({ id }) => id === request).after, /^evt_/);
  await dana.leave();
  await ben.leave();
});

test('API-5: what the service could not tell just now is followed again by itself', async () => {
  const dana = await visit(stage, 'dana');
  const ben = await visit(stage, 'ben');
  const { request, item } = await askBen(dana, 'Hiccup', 'sandbox', ['search_contacts']);
  const followed = [];
  let end;
  await through(dana.page, ({ id, variables, socket, server }) => {
    if (variables.id !== request) return;
    followed.push(id);
    end = () => {
      server.send(JSON.stringify({ id, type: 'complete' }));
      socket.send(JSON.stringify({ id, type: 'error', payload: [{ message: 'away', extensions: { code: 'UNAVAILABLE' } }] }));
    };
  });
  await dana.go(`/requests/${request}`);
  await dana.page.locator('[data-live="live"]').waitFor();
  await until(() => followed.length === 1);
  end();
  await ben.ask('mutation($item: ID!) { declineItem(input: { itemId: $item, reason: "Meanwhile" }) { item { state } } }', { item });
  await dana.page.getByText('“Meanwhile”').waitFor();
  assert.equal(followed.length, 2);
  await dana.leave();
  await ben.leave();
});

test('API-5: what cannot be asked for again for now stays on the screen, and so does what is typed there', async () => {
  const ben = await visit(stage, 'ben');
  const { page } = ben;
  const sockets = await socketsOf(page);
  await ben.go(await requestPath(ben, 'New-customer follow-up'));
  await page.getByRole('button', { name: 'Authorize Sandbox' }).first().click();
  await page.getByRole('radio', { name: 'API key' }).check();
  await page.getByLabel('API key', { exact: true }).last().fill('sandbox-key-half');
  // Back on the net, every screen asks anew; one answer after another fails.
  ben.expect(/status of 503/);
  let failed = 0;
  await page.route('**/graphql', async (route) => {
    failed += 1;
    await route.fulfill({ status: 503, body: '' });
  });
  await until(() => sockets.length > 0);
  await sockets.at(-1).close(RESTART);
  await until(() => failed >= 2);
  await page.locator('[data-live="live"]').waitFor({ state: 'attached' });
  await painted(page);
  assert.equal(await page.getByLabel('API key', { exact: true }).last().inputValue(), 'sandbox-key-half');
  await ben.leave();
});

test('INV-4: a session that ended leaves the screen where it is, also when the socket comes back', async () => {
  const ben = await visit(stage, 'ben');
  const { page } = ben;
  const sockets = await socketsOf(page);
  await ben.go('/profile');
  await page.getByLabel('Your name').fill('Ben J. Ito');
  await until(() => sockets.length > 0);
  ben.expect(/status of 401/);
  await ben.context.clearCookies();
  await sockets.at(-1).close(RESTART);
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await signInByCode(stage, page, 'ben@northwind.example');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Ben J. Ito');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await ben.leave();
});

test('a screen that was not loaded before the network went comes when it is back', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  dana.expect(/ERR_INTERNET_DISCONNECTED/);
  await dana.go('/requests/sent');
  await page.getByRole('table').waitFor();
  await dana.context.setOffline(true);
  await page.getByText('You are offline. What you see may be old').waitFor();
  await page.getByRole('link', { name: 'Apps' }).click();
  // What one has stays until the other is there.
  await page.locator('.opening').getByText('This could not be loaded yet.').waitFor();
  await page.getByRole('table').waitFor();
  assert.equal(new URL(page.url()).pathname, '/requests/sent');
  await dana.context.setOffline(false);
  await page.getByRole('heading', { level: 1, name: 'Apps' }).waitFor();
  await dana.leave();
});

test('REL-3: a screen that is opened while the service is away comes by itself; another that is opened meanwhile counts', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  dana.expect(/ERR_FAILED|status of 503/);
  await dana.go('/requests/sent');
  await page.getByRole('table').waitFor();
  await page.route(/\/assets\//, (route) => route.abort());
  await page.route('**/healthz', (route) => route.fulfill({ status: 503, body: '' }));
  await page.getByRole('link', { name: 'Apps' }).click();
  await page.locator('.opening').getByText('This could not be loaded yet.').waitFor();
  await page.getByRole('link', { name: 'Team', exact: true }).click();
  await page.locator('.opening').getByText('This could not be loaded yet.').waitFor();
  await page.getByRole('table').waitFor();
  await page.unroute('**/healthz');
  await page.unroute(/\/assets\//);
  await page.waitForURL('**/team');
  assert.equal(await page.locator('.opening').count(), 0);
  await dana.leave();
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

test('INV-4, API-5: what is followed goes on once one has signed in over the page', async () => {
  const [dana, ben] = [await visit(stage, 'dana'), await visit(stage, 'ben')];
  const sockets = await socketsOf(dana.page);
  const { request, item } = await askBen(dana, 'Followed', 'sandbox', ['search_contacts']);
  await dana.go(`/requests/${request}`);
  await until(() => sockets.length > 0);
  dana.expect(/status of 401/);
  await dana.context.clearCookies();
  await sockets.at(-1).close(RESTART);
  await dana.page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await ben.ask(
    'mutation($item: ID!) { submitCredential(input: { itemId: $item, method: "api_key", fields: [{ name: "key", value: "sandbox-key-1" }] }) { item { state } } }',
    { item },
  );
  await signInByCode(stage, dana.page, 'dana@northwind.example');
  await dana.page.getByRole('dialog').waitFor({ state: 'detached' });
  await dana.page.getByText(/^Connected/).waitFor();
  await ben.ask('mutation($item: ID!) { revokeItem(input: { itemId: $item }) { item { state } } }', { item });
  await dana.page.getByText(/^The recipient took it back\./).waitFor();
  await dana.leave();
  await ben.leave();
});
