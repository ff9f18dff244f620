// Tools that fetch tokens (USE-4): an organization allows it, and whoever shares an account reads so first.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { setStage } from '../stage.mjs';
import { askBen, assertAccessible, assertNoSideways, connect, loaded, PHONE, until, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

const NOTICE = /^Tools of Northwind may fetch a short-lived pass, called a token, for these accounts/;
/// What holds only while every call goes through the firewall (USE-3).
const PROMISES = [/Only the actions listed for each account are possible/, /We block everything that is not on this list/, /It cannot delete anything/];

/// How often each promise is made on a page.
const promised = async (page) => {
  const counts = PROMISES.map((promise) => page.getByText(promise).count());
  return Promise.all(counts);
};

/// Turns the switch in the settings of the organization, and sees it kept.
async function allow({ page, go }, on) {
  await go('/organization');
  const box = page.getByRole('checkbox', { name: 'Tools may fetch short-lived tokens' });
  await box.setChecked(on);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.reload();
  await box.waitFor();
  assert.equal(await box.isChecked(), on);
}

/// What a sender is shown of the recipient's page before sending holds no promise that will not be made there.
async function assertPreview({ page, go }, promises) {
  await go('/requests/new?step=2');
  await page.getByRole('combobox', { name: 'App', exact: true }).fill('Sandb');
  await page.getByRole('option', { name: /Sandbox/ }).click();
  await page.getByRole('checkbox', { name: 'Search for contacts' }).check();
  await page.getByRole('heading', { name: 'It can see' }).waitFor();
  // Whether tokens are handed out may be known a moment after what the app can do.
  const promisesSo = async () => isDeepStrictEqual(await promised(page), [0, 0, promises]);
  await until(promisesSo);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('checkbox', { name: /I ask only for what I need/ }).waitFor();
  await page.getByRole('heading', { name: 'It can see' }).waitFor();
  await until(promisesSo);
  assert.equal(await page.getByText(NOTICE).count(), 1 - promises);
  // What was written is not dropped unasked.
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: 'It can see' }).waitFor();
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Drop it' }).click();
  await page.getByLabel('Name of the request').waitFor();
}

test('USE-4: off by default; switched on, requests sent from then on say so before consent, and only they allow it', async () => {
  const [dana, ben] = [await visit(stage, 'dana'), await visit(stage, 'ben', { viewport: PHONE })];
  await dana.go('/organization');
  const box = dana.page.getByRole('checkbox', { name: 'Tools may fetch short-lived tokens' });
  await box.waitFor();
  assert.equal(await box.isChecked(), false);
  const ask = (name) => askBen(dana, name, 'sandbox', ['search_contacts']);
  // Its permission to write can delete as well: a gap that the firewall closes, and that is told.
  const askWider = (name) => askBen(dana, name, 'airtable', ['write_records']);
  const before = await ask('Before');
  const widerBefore = await askWider('Wider before');
  await assertPreview(dana, 1);
  await allow(dana, true);
  await assertAccessible(dana.page, 'settings with hand-out');
  const between = await ask('With tools');
  const widerBetween = await askWider('Wider with tools');
  await assertPreview(dana, 0);
  await allow(dana, false);
  const behind = await ask('After');

  for (const [name, { request }, told] of [['Before', before, 0], ['After', behind, 0], ['With tools', between, 1]]) {
    await ben.go(`/requests/${request}`);
    await ben.page.getByRole('button', { name: 'Authorize Sandbox' }).waitFor();
    assert.equal(await ben.page.getByText(NOTICE).count(), told, name);
    assert.deepEqual(await promised(ben.page), told ? [0, 0, 0] : [1, 0, 1], name);
  }
  for (const [{ request }, told] of [[widerBefore, 0], [widerBetween, 1]]) {
    await ben.go(`/requests/${request}`);
    await ben.page.getByText(/Airtable has no narrower permission, so its own page will say/).waitFor();
    assert.deepEqual(await promised(ben.page), told ? [0, 0, 0] : [1, 1, 1]);
  }
  await ben.go(`/requests/${between.request}`);
  await ben.page.getByText(NOTICE).waitFor();
  // It stands above what one agrees to.
  const [notice, card] = await Promise.all([
    ben.page.getByText(NOTICE).boundingBox(),
    ben.page.getByRole('button', { name: 'Authorize Sandbox' }).boundingBox(),
  ]);
  assert.ok(notice.y < card.y);
  await assertAccessible(ben.page, 'token hand-out before consent');
  await assertNoSideways(ben.page, 'token hand-out before consent');

  await ben.page.getByRole('button', { name: 'Authorize Sandbox' }).click();
  await ben.page.getByRole('button', { name: 'Continue to Sandbox' }).click();
  await ben.page.getByRole('button', { name: 'Allow' }).click();
  await ben.page.waitForURL(/\/requests\//);
  await ben.page.getByRole('button', { name: 'Look at the account' }).click();
  await ben.page.getByRole('button', { name: 'Yes, this is right' }).click();
  await ben.page.getByText('All done, thank you.').waitFor();

  // The team reads how a tool fetches one; it is refused while the switch is off, and counted when it is not.
  const made = await connect(dana, between.item, 'Desk');
  await dana.go(`/connections/${made.id}`);
  await dana.page.getByRole('heading', { name: 'What it may do' }).waitFor();
  await loaded(dana.page);
  await dana.page.getByText('For tools that cannot send their calls here').click();
  const line = await dana.page.locator('details pre').textContent();
  const fetched = async () => {
    const [, url] = line.match(/^curl -X POST .* '(\S+)'$/);
    return fetch(url, { method: 'POST', headers: { authorization: `Bearer ${made.token}` } });
  };
  assert.equal((await fetched()).status, 403);
  await allow(dana, true);
  const answer = await fetched();
  assert.equal(answer.status, 200);
  const { access_token: token } = await answer.json();
  assert.ok(token);
  await ben.page.getByText('How it was used').click();
  await ben.page.getByRole('row').filter({ hasText: 'fetched a token once' }).waitFor();
  await ben.page.getByRole('img', { name: /1 token fetched/ }).waitFor();
  assert.ok(!(await ben.page.content()).includes(token));
  await dana.leave();
  await ben.leave();
});
