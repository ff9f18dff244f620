// What a team does with an account: called, counted, suspended, resumed, and ended.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { assertAccessible, assertNoSideways, connect, credential, loaded, mailTo, PHONE, until, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

const SMALL = { width: 320, height: 700 };

test('USE-1, USE-2, USE-3, USE-5: how a new connection is called, what it did, and what was refused', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await dana.go('/connections');
  await page.getByRole('button', { name: 'Create connection' }).click();
  await page.getByRole('combobox', { name: 'Account' }).selectOption({ index: 1 });
  await page.getByRole('textbox', { name: 'Used by' }).fill('Stock sync');
  await page.getByRole('textbox', { name: /^Name/ }).fill('Stock');
  await page.getByRole('dialog').getByRole('button', { name: 'Create connection' }).click();
  const window = page.getByRole('dialog');
  const token = await window.locator('[data-token]').textContent();
  await window.getByText('How to call it').click();
  const line = await window.locator('pre').textContent();
  assert.match(line, /^curl -H "Authorization: Bearer \$CONSENTRY_TOKEN" 'http/, 'the token is not in the example');
  await assertAccessible(page, 'a new token');
  await window.getByRole('button', { name: 'I stored it' }).click();

  // The address of the example is the one that works.
  const [, example] = line.match(/'(\S+)'$/);
  const call = async (path, method = 'GET', by = token) => {
    const headers = { authorization: `Bearer ${by}` };
    return (await fetch(example.replace('path/of/the/app', path), { method, headers })).status;
  };
  assert.equal(await call('api/contacts'), 200);
  assert.equal(await call('api/contacts?q=ida'), 200);
  assert.equal(await call('api/contacts/contact-1', 'DELETE'), 403);
  assert.equal(await call('api/nothing'), 403);

  await page.getByRole('link', { name: 'Stock', exact: true }).click();
  await page.getByRole('heading', { name: 'Stock', exact: true }).waitFor();
  const chart = page.getByRole('img', { name: /^Chart: 2 calls, 2 refused/ });
  await until(async () => {
    // The numbers are some seconds behind; whoever loads the page again has them.
    await page.reload();
    await page.getByRole('heading', { name: 'What it may do' }).waitFor();
    await loaded(page);
    return (await chart.count()) === 1;
  });
  const rows = page.getByRole('table', { name: 'How it was used' }).getByRole('row');
  for (const by of ['By day', 'By hour']) {
    await page.getByRole('button', { name: by }).click();
    await chart.waitFor();
    await rows.filter({ hasText: 'Search for contacts' }).filter({ hasText: '2 times' }).filter({ hasText: 'Went well' }).waitFor();
    assert.equal(await rows.filter({ hasText: 'refused once' }).count(), 2);
    const refused = page.getByRole('region', { name: 'Refused calls' });
    await refused.getByText('Missing: Delete a contact').waitFor();
    await refused.getByText('Not recognized, or made while the access was off').waitFor();
  }
  assert.ok(!(await page.content()).includes('contact-1'), 'no path is shown');
  await assertAccessible(page, 'details with use');
  await page.setViewportSize(SMALL);
  await assertNoSideways(page, 'details with use, 320 wide');
  await assertAccessible(page, 'details with use, 320 wide');

  // Lost: another token, and the old one opens nothing. Ended: the address leads nowhere.
  await page.getByRole('button', { name: 'Replace token' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Replace token' }).click();
  const other = await page.locator('[data-token]').textContent();
  await page.getByRole('button', { name: 'I stored it' }).click();
  assert.deepEqual([await call('api/contacts'), await call('api/contacts', 'GET', other)], [401, 200]);
  const { pathname } = new URL(page.url());
  await page.getByRole('button', { name: 'End connection' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'End connection' }).click();
  await page.getByRole('heading', { name: 'Connections', exact: true }).waitFor();
  assert.equal(await call('api/contacts', 'GET', other), 401);
  await dana.go(pathname);
  await page.getByRole('heading', { level: 1, name: 'There is no such connection' }).waitFor();
  await dana.leave();
});

test('USE-6: an admin suspends one connection, then all use, and resumes it; live for the team, told to whoever shared it', async () => {
  const [dana, ben] = [await visit(stage, 'dana'), await visit(stage, 'ben', { viewport: PHONE })];
  const item = await credential(dana);
  const made = await connect(dana, item.id, 'Orders');
  assert.equal(await made.call('/api/contacts'), 200);
  await Promise.all([dana.go('/connections'), ben.go('/connections')]);
  const rowOf = ({ page }, name) => page.getByRole('row').filter({ hasText: name });
  const connection = (who) => rowOf(who, 'Orders');
  const account = (who) => who.page.getByRole('table').nth(1).getByRole('row').filter({ hasText: item.connectionName });
  await connection(ben).getByText('Works').waitFor();

  // Who works in the team without administering it sees the state and no button.
  await connection(ben).getByRole('button', { name: 'More for Orders' }).click();
  await ben.page.getByRole('menuitem', { name: 'End connection' }).waitFor();
  assert.equal(await ben.page.getByRole('menuitem', { name: /Suspend/ }).count(), 0);
  await ben.page.keyboard.press('Escape');

  const act = async (row, name, word) => {
    await row.getByRole('button', { name: `More for ${name}` }).click();
    await dana.page.getByRole('menuitem', { name: word }).click();
    const asked = dana.page.getByRole('alertdialog');
    await asked.getByText('Whoever shared the account is told by mail.').waitFor();
    await assertAccessible(dana.page, word);
    await asked.getByRole('button', { name: word }).click();
    await asked.waitFor({ state: 'detached' });
  };
  await act(connection(dana), 'Orders', 'Suspend');
  for (const who of [dana, ben]) await connection(who).getByText('Suspended').waitFor();
  assert.equal(await made.call('/api/contacts'), 423);
  await mailTo(stage, 'ben@northwind.example', /^Automation of Northwind suspended its use of Sandbox/);

  // The details say so too, and there it is resumed.
  await connection(dana).getByRole('link', { name: 'Orders' }).click();
  await dana.page.getByText('This connection is suspended').waitFor();
  await dana.page.getByRole('button', { name: 'Resume' }).click();
  await dana.page.getByRole('alertdialog').getByRole('button', { name: 'Resume' }).click();
  await connection(ben).getByText('Works').waitFor();
  assert.equal(await made.call('/api/contacts'), 200);
  await mailTo(stage, 'ben@northwind.example', /^Automation of Northwind resumed its use of Sandbox/);

  // All use of the account: every connection of it stops, and whoever shared it reads so in the request.
  await dana.go('/connections');
  await act(account(dana), item.connectionName, 'Suspend all use');
  await account(ben).getByText('Suspended').waitFor();
  await connection(ben).getByText('Suspended').waitFor();
  assert.equal(await made.call('/api/contacts'), 423);
  await connection(ben).getByRole('link', { name: 'Orders' }).click();
  await ben.page.getByText('All use of this account is suspended').waitFor();
  assert.equal(await ben.page.getByRole('button', { name: 'Suspend' }).count(), 0);
  await assertAccessible(ben.page, 'details while suspended');
  await assertNoSideways(ben.page, 'details while suspended');
  await act(account(dana), item.connectionName, 'Resume use');
  await ben.page.getByText('All use of this account is suspended').waitFor({ state: 'detached' });
  assert.equal(await made.call('/api/contacts'), 200);
  await dana.leave();
  await ben.leave();
});
