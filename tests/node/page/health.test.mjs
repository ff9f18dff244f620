// What happens to an access over time, seen by both sides: the app is away, the access ends, one press mends it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, stop } from '../part.mjs';
import { setStage } from '../stage.mjs';
import { askBen, assertAccessible, assertNoSideways, connect, DESKTOP, mailTo, northwind, PHONE, until, visit } from './visit.mjs';

let stage;
let oidc;
before(async () => {
  // So short that a token has to be renewed while a test looks.
  [stage, oidc] = await Promise.all([setStage(), start('oidc.mjs', { ttl: { access: 3 } })]);
});
after(async () => {
  await Promise.all([stage?.stop(), oidc && stop(oidc)]);
});

const BEN = 'ben@northwind.example';
const DANA = 'dana@northwind.example';

/// An app of the organization's own behind the OAuth server of this test.
const shop = () => `
id = "shop"
name = "Shop"
website = "https://shop.example/"
help = "Where orders come in."

[[versions]]
id = "v1"
name = "1"
base_url = "${oidc.issuer}"

[[versions.scopes]]
scope = "openid"
words = "See who you are"
effect = "READ"

[[versions.scopes]]
scope = "api:read"
words = "See orders"
effect = "READ"

[[versions.methods]]
id = "oauth"
label = "Sign in to the shop"
kind = "OAUTH2_CODE"
injections = [{ in = "HEADER", name = "Authorization", value = "Bearer {access_token}" }]

[versions.methods.oauth]
authorize_url = "${oidc.authorization_endpoint}"
token_url = "${oidc.token_endpoint}"
issuer = "${oidc.issuer}"
client_auth = "BASIC"

[versions.methods.revocation]
kind = "RFC7009"
url = "${oidc.revocation_endpoint}"
client_auth = "BASIC"

[[versions.modules]]
id = "me"
name = "See the shop"
description = "Looks at the shop."
effect = "READ"
scopes = ["openid", "api:read"]
calls = [{ methods = ["GET"], path = "/me" }]
`;

test('HEALTH-5, HEALTH-2, A5: who watches sees by state what works and what is hard to reach, as it happens', async () => {
  const [dana, ben] = [await visit(stage, 'dana'), await visit(stage, 'ben')];
  const { page } = dana;
  const { organization } = await northwind(dana);
  const defined = await dana.ask(
    'mutation($of: ID!, $definition: String!) { defineApp(input: { organizationId: $of, definition: $definition }) { app } }',
    { of: organization, definition: shop() },
  );
  const { app } = defined.data.defineApp;
  await dana.ask(
    'mutation($of: ID!, $app: String!) { setOAuthClient(input: { organizationId: $of, app: $app, clientId: "client", clientSecret: "secret" }) { app } }',
    { of: organization, app },
  );
  await fetch(oidc.control, {
    method: 'POST',
    body: JSON.stringify({ redirect_uris: { client: [`${stage.base}/oauth/callback`] } }),
  });
  const { request, item } = await askBen(dana, 'Orders', app, ['me']);

  await dana.go('/connections/health');
  const filter = page.getByRole('navigation', { name: 'By state' });
  const count = (name, of) => filter.getByRole('link', { name: `${of} ${name}`, exact: true });
  const row = page.getByRole('row').filter({ hasText: 'Orders' });
  await page.getByText('All 2 accounts work.').waitFor();
  await count('Works', 2).waitFor();
  await page.getByRole('table', { name: 'Health' }).waitFor();
  assert.equal(await row.count(), 0);

  // Ben authorizes; it comes into the list by itself, with the end of its token and the next renewal.
  const begun = await ben.ask(
    'mutation($item: ID!) { startAuthorization(input: { itemId: $item, method: "oauth" }) { url } }',
    { item },
  );
  await ben.context.request.get(begun.data.startAuthorization.url);
  await row.getByText('Works', { exact: true }).waitFor();
  await row.getByText(/^Ends/).waitFor();
  await row.getByText('No connection').waitFor();
  await count('Works', 3).waitFor();
  const made = await connect(dana, item, 'Orders');
  await row.getByText('1 connection').waitFor();
  assert.equal(await made.call('/me'), 200);

  // The app is away: shown with what was tried, apart from what is lost, and nobody gets a mail.
  await stop(oidc);
  oidc = undefined;
  await until(async () => (await made.call('/me')) === 503);
  await row.getByText('Hard to reach').waitFor();
  await row.getByText(/tr(y|ies) failed, since/).waitFor();
  await row.getByText(/Next try/).waitFor();
  assert.ok((await row.locator('code').textContent()).length > 0, 'how the last try failed');
  await page.getByText('The app of 1 account is hard to reach').waitFor();
  await count('Hard to reach', 1).click();
  await page.getByRole('table', { name: 'Health' }).getByRole('row').nth(1).filter({ hasText: 'Orders' }).waitFor();
  assert.equal(await page.getByRole('row').count(), 2, 'nothing else is in this state');
  await assertAccessible(page, 'health, hard to reach');
  await page.setViewportSize({ width: 320, height: 700 });
  await assertNoSideways(page, 'health, hard to reach, 320 wide');
  await assertAccessible(page, 'health, hard to reach, 320 wide');
  await count('Does not work', 0).click();
  await page.getByRole('heading', { name: 'All is well' }).waitFor();
  await page.goBack();
  await row.waitFor();

  // In the lists of connections it reads the same.
  await dana.go('/connections');
  await page.getByRole('table').nth(1).getByRole('row').filter({ hasText: 'Orders' }).getByText('Hard to reach').waitFor();
  // In the details of the request, too (LIST-2).
  await dana.go(`/requests/${request}`);
  await page.getByRole('article').filter({ hasText: 'Orders' }).getByText('Hard to reach').waitFor();
  const mails = await (await fetch(`${stage.base}/mailbox.json`)).json();
  assert.ok(!mails.some(({ subject }) => /stopped working/.test(subject)));
  await dana.leave();
  await ben.leave();
});

test('HEALTH-4, R14: an access ends at the app, both are told, and one press in the mail’s page mends it for both', async () => {
  const dana = await visit(stage, 'dana');
  const sizes = { Welcome: DESKTOP, Parting: PHONE };
  const { organization } = await northwind(dana);
  // Handed-out tokens are how this test gets at one, to end it at the app as its owner would.
  await dana.ask('mutation($id: ID!) { updateOrganization(input: { organizationId: $id, tokenHandOut: true }) { organization { id } } }', {
    id: organization,
  });
  const shared = await Promise.all(Object.entries(sizes).map(([name, viewport]) => share(dana, name, viewport)));
  await dana.go('/connections');
  const table = dana.page.getByRole('table').first();
  for (const { name } of shared) await table.getByRole('row').filter({ hasText: name }).getByText('Works').waitFor();
  for (const one of shared) await endAtApp(one);

  for (const { name, ben, card } of shared) {
    // Both see it without doing anything, and both get a mail.
    await table.getByRole('row').filter({ hasText: name }).getByText('Does not work').waitFor();
    await card.getByText('Did not work', { exact: true }).waitFor();
    // R14: one may mend it, leave it, take it back or decline it.
    await card.getByText('Authorize again to go on, or leave it.').waitFor();
    for (const act of ['Authorize Sandbox again', 'Remove access to Sandbox', 'Decline Sandbox']) {
      assert.equal(await card.getByRole('button', { name: act }).count(), 1, act);
    }
    await assertAccessible(ben.page, `${name}, ended`);
    await mailTo(stage, DANA, stopped(name));
  }
  await dana.page.getByRole('link', { name: 'Health' }).click();
  await dana.page.getByText('2 accounts work no more.').waitFor();
  for (const { name, ben, card, made, allow } of shared) {
    const fares = dana.page.getByRole('row').filter({ hasText: name });
    await fares.getByText('The app does not renew the access any more').waitFor();
    // The mail's link leads to the account; one press goes to the app, and the same account needs no second look.
    const told = await mailTo(stage, BEN, stopped(name));
    await ben.page.goto(told.text.match(/http\S+\/requests\/\S+/)[0]);
    await allow(() => card.getByRole('button', { name: 'Authorize Sandbox again' }).click());
    await card.getByText('Authorized', { exact: true }).waitFor();
    await ben.page.getByRole('dialog').waitFor({ state: 'detached' });
    await fares.getByText('Works', { exact: true }).waitFor();
    assert.equal(await made.call('/api/contacts'), 200, 'the same connection goes on with the token that it has');
    for (const whom of [BEN, DANA]) await mailTo(stage, whom, new RegExp(`^Access to Sandbox .* works again \\(${name}`));
    await ben.leave();
  }
  await dana.leave();
});

const stopped = (name) => new RegExp(`^Access to Sandbox \\(hello@harborbakery\\.example\\) stopped working \\(${name}`);

/// Dana asks, Ben authorizes on his page and leaves it open, and a connection uses it.
async function share(dana, name, viewport) {
  const ben = await visit(stage, 'ben', { viewport });
  const { request, item } = await askBen(dana, name, 'sandbox', ['search_contacts']);
  // A phone goes to the app in the same window, a desktop opens another.
  const allow = async (press) => {
    const window = viewport === PHONE ? ben.page : ben.context.waitForEvent('page');
    await press();
    await (await window).getByRole('button', { name: 'Allow' }).click();
  };
  await ben.go(`/requests/${request}`);
  await ben.page.getByRole('button', { name: 'Authorize Sandbox' }).click();
  await allow(() => ben.page.getByRole('button', { name: 'Continue to Sandbox' }).click());
  if (viewport === PHONE) await ben.page.getByRole('button', { name: 'Look at the account' }).click();
  await ben.page.getByRole('button', { name: 'Yes, this is right' }).click();
  await ben.page.getByText('All done, thank you.').waitFor();
  const made = await connect(dana, item, name);
  assert.equal(await made.call('/api/contacts'), 200);
  return { name, ben, made, allow, card: ben.page.locator(`[id="${item}"]`) };
}

/// Ends an access at the app, as its owner would there, and calls until that is noticed.
async function endAtApp({ made }) {
  const bearer = { authorization: `Bearer ${made.token}` };
  const handed = await (await fetch(`${stage.base}/hand-out/${made.id}`, { method: 'POST', headers: bearer })).json();
  const ended = await fetch(`${stage.base}/sandbox/revoke`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('sandbox:sandbox-secret')}` },
    body: new URLSearchParams({ token: handed.access_token }),
  });
  assert.equal(ended.status, 200);
  // A 401 counts as lost once the token is half a minute old and the app renews it no more.
  await until(async () => (await made.call('/api/contacts')) === 409, 60_000);
}
