// Signing in by the provider that an organization brought.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, stop } from '../part.mjs';
import { setStage } from '../stage.mjs';
import { assertAccessible, until, visit } from './visit.mjs';

let stage;
let oidc;
before(async () => {
  [stage, oidc] = await Promise.all([setStage(), start('oidc.mjs')]);
});
after(async () => {
  await Promise.all([stage?.stop(), oidc && stop(oidc)]);
});

test('INV-3: a tab begins anew when somebody else signs in in another, and asks when its person signed out there', async () => {
  const dana = await visit(stage, 'dana');
  const { page, context } = dana;
  await dana.go('/profile');
  await page.getByLabel('Your name').fill('Not for Olga');
  const other = await context.newPage();
  await other.goto(`${stage.base}/demo/olga`);
  await until(async () => (await page.getByLabel('Your name').inputValue().catch(() => '')).startsWith('Olga'));
  assert.match((await dana.ask('{ viewer { name } }')).data.viewer.name, /^Olga/);

  dana.expect(/status of 401/);
  await other.locator('.account summary').click();
  await other.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await dana.leave();
});

test('INV-4: an owner sets the provider and claims a domain, the administrator confirms it, and its people are offered that sign-in', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await dana.go('/organization/sign-in');
  await page.getByRole('button', { name: 'Set the provider' }).click();
  const issuer = page.getByLabel('Issuer', { exact: true });
  // Nobody listens there: said at the field, and nothing typed is lost.
  await issuer.fill('http://127.0.0.1:9');
  await page.getByLabel('Client id').fill('client');
  await page.getByRole('textbox', { name: 'Client secret' }).fill('secret');
  await page.getByLabel(/^What people call it/).fill('North');
  const set = page.getByRole('dialog').getByRole('button', { name: 'Set the provider' });
  await set.click();
  await page.getByText('The provider did not answer there.').waitFor();
  assert.equal(await issuer.getAttribute('aria-invalid'), 'true');
  await issuer.fill(oidc.issuer);
  await set.click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('The provider signs nobody in yet').waitFor();

  const claim = page.getByRole('button', { name: 'Claim a domain' });
  await claim.click();
  await page.getByLabel('Domain', { exact: true }).fill('gmail.com');
  await page.getByRole('dialog').getByRole('button', { name: 'Claim a domain' }).click();
  await page.getByText('This cannot be claimed').waitFor();
  await page.getByLabel('Domain', { exact: true }).fill('northwind.example');
  await page.getByRole('dialog').getByRole('button', { name: 'Claim a domain' }).click();
  await page.getByText('Waits to be confirmed').waitFor();
  await assertAccessible(page, 'sign-in of an organization with a claim');

  await dana.go('/instance/domains');
  await page.getByRole('button', { name: 'Refuse: northwind.example' }).click();
  await page.getByLabel('Why').fill('Show it by DNS first');
  await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
  await page.getByText('No domain waits for you').waitFor();
  await page.getByLabel('Show').selectOption('REFUSED');
  await page.getByText('Show it by DNS first').waitFor();
  await assertAccessible(page, 'a domain that was refused');
  await page.getByRole('button', { name: 'Confirm: northwind.example' }).click();
  await page.getByText('No domain waits for you').waitFor();
  await dana.go('/organization/sign-in');
  await page.getByText('Confirmed', { exact: true }).waitFor();
  assert.equal(await page.getByText('The provider signs nobody in yet').count(), 0);
  await dana.leave();

  const somebody = await visit(stage);
  await somebody.go('/sign-in');
  const address = somebody.page.getByLabel('Your email address');
  const offer = somebody.page.getByRole('link', { name: 'Sign in with North' });
  await address.fill('ben@northwind.example');
  await address.blur();
  await offer.waitFor();
  assert.match(await offer.getAttribute('href'), /\/sign-in\/oidc\/[^?]+\?return=%2F/);
  await address.fill('mia@harbor.example');
  await address.blur();
  await offer.waitFor({ state: 'detached' });
  await somebody.leave();
});
