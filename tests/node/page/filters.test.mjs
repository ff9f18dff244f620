// Lists are narrowed by the person who asks and by the one who is asked; the address says so.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { askBen, assertNoSideways, northwind, pressEscape, until, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

test('LIST-1: what was sent is narrowed to a recipient, and Back takes it back', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await dana.go('/requests/sent');
  const rows = page.getByRole('table').getByRole('row');
  await rows.nth(1).waitFor();
  const all = await page.getByText(/^\d+ requests$/).innerText();
  await page.getByLabel('Recipient').selectOption({ label: 'Ben Ito' });
  await page.waitForURL(/[?&]to=/);
  await page.getByText(all).waitFor({ state: 'detached' });
  for (const name of await page.locator('.list-for').allInnerTexts()) assert.match(name, /Ben Ito/);
  await page.reload();
  await rows.nth(1).waitFor();
  // Their names are on their way for a moment longer than the list.
  const chosen = page.getByLabel('Recipient').locator('option:checked');
  await chosen.filter({ hasText: 'Ben Ito' }).waitFor({ state: 'attached' });
  await assertNoSideways(page, 'filters of what was sent');
  await page.goBack();
  await page.getByText(all).waitFor();
  await dana.leave();
});

test('LIST-1: what was received is narrowed to whoever asked', async () => {
  const ben = await visit(stage, 'ben');
  const { page } = ben;
  // What waits is said where it waits, too, and not only where one works.
  await askBen(ben, 'For myself', 'sandbox', ['search_contacts']);
  await ben.go('/requests/sent');
  await page.getByRole('link', { name: /^Received \d+ \d+ waits? for you$/ }).click();
  const own = page.getByRole('link', { name: 'For myself', exact: true });
  await own.waitFor();
  await page.getByLabel('Requested by').selectOption({ label: 'Dana Kim' });
  await page.waitForURL(/[?&]by=/);
  await own.waitFor({ state: 'detached' });
  const senders = page.locator('.list-by');
  await senders.first().waitFor();
  for (const name of await senders.allInnerTexts()) assert.equal(name, 'Dana Kim');
  await ben.leave();
});

test('what is chosen is told from the rest where a browser gives all the same colours', async () => {
  const dana = await visit(stage, 'dana', { forcedColors: 'active' });
  const { page } = dana;
  const outline = (place) => place.evaluate((at) => getComputedStyle(at).outlineStyle);
  await dana.go('/requests/sent');
  for (const name of [/^Sent/, 'Requests']) {
    const chosen = page.getByRole('link', { name }).and(page.locator('[aria-current]')).first();
    await chosen.waitFor();
    assert.equal(await outline(chosen), 'solid', String(name));
  }
  const other = page.getByRole('link', { name: /^Received/ });
  assert.equal(await other.getAttribute('aria-current'), null);
  assert.equal(await outline(other), 'none');
  await dana.leave();
});

test('LIST-1, API-3: Back finds the pages that were shown, and the place among them', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  for (let number = 0; number < 45; number += 1) await askBen(dana, `Many ${number}`, 'sandbox', ['search_contacts']);
  await dana.go('/requests/sent');
  const rows = page.getByRole('table').getByRole('row');
  for (const all of [50, 52]) {
    await page.getByRole('button', { name: 'Show more' }).waitFor();
    const before = await page.locator('td.list-name').count();
    await page.getByRole('button', { name: 'Show more' }).press('Enter');
    await until(async () => (await page.locator('td.list-name').count()) >= all);
    // Who goes by keyboard goes on at the first of the new ones.
    await page.locator('td.list-name').nth(before).getByRole('link').and(page.locator(':focus')).waitFor();
  }
  const far = page.getByRole('link', { name: 'Many 5', exact: true });
  await far.scrollIntoViewIfNeeded();
  const scrolled = await page.evaluate(() => window.scrollY);
  assert.ok(scrolled > 500, `${scrolled}`);
  await far.click();
  await page.getByRole('heading', { name: 'Many 5' }).waitFor();
  assert.equal(await page.evaluate(() => window.scrollY), 0);
  await page.goBack();
  await far.waitFor();
  await until(async () => Math.abs((await page.evaluate(() => window.scrollY)) - scrolled) < 200);
  // Another filter is another place; the one before is as it was.
  await until(async () => (await page.locator('td.list-name').count()) >= 52);
  const shown = await rows.count();
  await page.getByLabel('Status').selectOption({ label: 'Incomplete' });
  await page.waitForURL(/status=/);
  await until(async () => (await rows.count()) < 30);
  await page.goBack();
  await until(async () => (await rows.count()) === shown);
  // The same after a reload, and what is opened anew begins at its first page.
  const place = () => page.evaluate(() => window.scrollY);
  await far.scrollIntoViewIfNeeded();
  const before = await place();
  assert.ok(before > 500, `${before}`);
  await page.reload();
  await far.waitFor();
  await until(async () => Math.abs((await place()) - before) < 200);
  await page.goto(`${stage.base}/mailbox`);
  await page.goBack();
  await far.waitFor();
  await until(async () => Math.abs((await place()) - before) < 200);
  await page.getByRole('link', { name: 'Received' }).first().click();
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.getByRole('link', { name: 'Sent' }).first().click();
  await page.getByRole('link', { name: 'Many 44', exact: true }).waitFor();
  assert.equal(await far.count(), 0);

  // What was opened about the last of a page stays open when another request takes its place there.
  const names = page.locator('td.list-name');
  const last = await names.nth(24).innerText();
  await page.getByRole('button', { name: `More for ${last}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const question = page.getByRole('alertdialog');
  await question.waitFor();
  await page.locator('[data-live="live"]').waitFor();
  await askBen(dana, 'One more', 'sandbox', ['search_contacts']);
  await names.filter({ hasText: 'One more' }).waitFor();
  await names.filter({ hasText: last }).waitFor({ state: 'detached' });
  await pressEscape(page);
  await question.waitFor({ state: 'detached' });

  // Somebody else ends the one that it is about.
  const { data } = await dana.ask('query($team: ID!) { sentRequests(teamId: $team, first: 1) { edges { node { id name } } } }', {
    team: (await northwind(dana)).team,
  });
  const { id, name } = data.sentRequests.edges[0].node;
  assert.equal(name, 'One more');
  await page.getByRole('button', { name: 'More for One more' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await question.getByText('Nothing uses it right now.').waitFor();
  const preview = await dana.ask('query($id: ID!) { deletionPreview(requestId: $id) { confirmationToken } }', { id });
  await dana.ask('mutation($id: ID!, $token: String!) { deleteRequest(input: { requestId: $id, confirmationToken: $token }) { requestId } }', {
    id,
    token: preview.data.deletionPreview.confirmationToken,
  });
  await names.filter({ hasText: 'One more' }).waitFor({ state: 'detached' });
  await question.getByRole('button', { name: 'End the request' }).click();
  await question.getByText('Somebody else has ended it meanwhile.').waitFor();
  await question.getByRole('button', { name: 'Close' }).click();
  await question.waitFor({ state: 'detached' });
  await dana.leave();
});
