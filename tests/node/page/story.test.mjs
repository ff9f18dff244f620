// The whole story from both sides, in two browsers next to each other: `npm test`.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { mailTo, PHONE, requestPath, send, signInByCode, toBen, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

test('LIST-1, REC-2, REC-3, REC-5, REC-6: asked, authorized, taken back and declined, live on both sides', async () => {
  const dana = await visit(stage, 'dana');
  const ben = await visit(stage, 'ben');
  await dana.go('/');
  await send(dana, 'Invoices', toBen);
  await dana.page.getByRole('link', { name: 'Requests' }).first().click();
  const row = dana.page.getByRole('row').filter({ hasText: 'Invoices' });
  await row.getByText('Incomplete').waitFor();

  await ben.go(await requestPath(ben, 'Invoices'));
  await ben.page.getByRole('heading', { name: 'Dana Kim is asking for access to one of your accounts' }).waitFor();
  await ben.page.getByRole('button', { name: 'Authorize Sandbox' }).click();
  const [window] = await Promise.all([
    ben.context.waitForEvent('page'),
    ben.page.getByRole('button', { name: 'Continue to Sandbox' }).click(),
  ]);
  await window.getByRole('button', { name: 'Allow' }).click();
  await ben.page.getByRole('heading', { name: 'Is this the right account?' }).waitFor();
  await ben.page.getByText('hello@harborbakery.example').waitFor();
  // Nothing counts before the recipient has said so (REC-3).
  assert.equal(await row.getByText('Authorized').count(), 0);

  let asked = 0;
  dana.page.on('request', () => {
    asked += 1;
  });
  await ben.page.getByRole('button', { name: 'Yes, this is right' }).click();
  await row.getByText('Authorized').waitFor();
  assert.equal(asked, 0, 'the list follows by its socket alone');
  await ben.page.getByText('All done, thank you.').waitFor();

  await row.getByRole('link', { name: 'Invoices' }).click();
  await dana.page.getByText('Connected as hello@harborbakery.example').waitFor();
  await ben.page.getByRole('button', { name: 'Remove access to Sandbox' }).click();
  await ben.page.getByRole('alertdialog').getByRole('button', { name: 'Remove access' }).click();
  await ben.page.getByText('Sandbox has confirmed that the access ended.').waitFor();
  await dana.page.getByText('The recipient took it back.').waitFor();

  await ben.page.getByRole('button', { name: 'Decline for good: Sandbox' }).click();
  await ben.page.getByRole('radio', { name: 'It asks for more than it needs' }).check();
  await ben.page.getByLabel(/Anything to add/).fill('One folder would do');
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click();
  await dana.page.getByText('“It asks for more than it needs. One folder would do”').waitFor();
  await dana.page.getByText('declined: Sandbox').waitFor();

  // DEL-2: the recipient ends it; the sender's page says so by itself.
  await ben.page.getByRole('button', { name: 'End this request' }).click();
  await ben.page.getByText('Nothing uses it right now.').waitFor();
  await ben.page.getByRole('alertdialog').getByRole('button', { name: 'End the request' }).click();
  await ben.page.getByRole('heading', { name: 'You ended this request' }).waitFor();
  await dana.page.getByRole('heading', { name: 'This request was withdrawn' }).waitFor();
  await dana.leave();
  await ben.leave();
});

test('INV-1, INV-2, INV-4: somebody from outside comes by the mail, on a phone, and authorizes in the same window', async () => {
  const dana = await visit(stage, 'dana');
  await dana.go('/requests/sent');
  await send(dana, 'Bakery orders', async (page) => {
    await page.getByRole('radio', { name: 'Somebody from outside' }).check();
    await page.getByLabel('Their name').fill('Nora Lind');
    await page.getByLabel('Their email address').fill('nora@lind.example');
  });
  await dana.page.getByRole('link', { name: 'Look at the request' }).click();
  await dana.page.getByText('Has not accepted the invitation yet').waitFor();

  const mail = await mailTo(stage, 'nora@lind.example', /Bakery orders/);
  const link = mail.text.match(/http\S+\/i\/\S+/)[0];
  const nora = await visit(stage, undefined, { viewport: PHONE });
  await nora.page.goto(link);
  await nora.page.getByText('n***@lind.example').waitFor();
  await nora.page.getByRole('link', { name: 'Continue' }).click();
  await signInByCode(stage, nora.page, 'nora@lind.example');
  await nora.page.getByRole('button', { name: 'Accept and see the request' }).click();
  await nora.page.getByRole('heading', { name: /Dana Kim is asking/ }).waitFor();
  await dana.page.getByText('Has accepted the invitation').waitFor();

  await nora.page.getByRole('button', { name: 'Review next' }).click();
  await nora.page.getByRole('button', { name: 'Authorize Sandbox' }).click();
  await nora.page.getByRole('button', { name: 'Continue to Sandbox' }).click();
  await nora.page.getByRole('button', { name: 'Allow' }).click();
  await nora.page.waitForURL(/\/requests\//);
  await nora.page.getByRole('button', { name: 'Look at the account' }).click();
  await nora.page.getByRole('button', { name: 'Yes, this is right' }).click();
  await nora.page.getByText('All done, thank you.').waitFor();
  await dana.page.getByText('Connected as hello@harborbakery.example').waitFor();

  // REC-10: all of it on one page; ROLE-5: a guest has no other place to go.
  await nora.go('/grants');
  await nora.page.getByText('Bakery orders').waitFor();
  assert.equal(await nora.page.getByRole('link', { name: 'Connections' }).count(), 0);
  await nora.leave();
  await dana.leave();
});

test('USE-1: a connection is made, its token shown once, and ended', async () => {
  const dana = await visit(stage, 'dana');
  await dana.go('/connections');
  await dana.page.getByRole('button', { name: 'Create connection' }).click();
  await dana.page.getByRole('combobox', { name: 'Account' }).selectOption({ index: 1 });
  await dana.page.getByRole('textbox', { name: 'Used by' }).fill('Nightly sync');
  await dana.page.getByRole('textbox', { name: /^Name/ }).fill('Night');
  await dana.page.getByRole('dialog').getByRole('button', { name: 'Create connection' }).click();
  const token = await dana.page.locator('[data-token]').textContent();
  assert.match(token, /^csc_/);
  await dana.page.getByRole('button', { name: 'I stored it' }).click();
  const row = dana.page.getByRole('row').filter({ hasText: 'Night' });
  await row.waitFor();
  assert.ok(!(await dana.page.content()).includes(token), 'the token is gone from the page');
  await row.getByRole('button', { name: /More for Night/ }).click();
  await dana.page.getByRole('menuitem', { name: 'End connection' }).click();
  await dana.page.getByRole('alertdialog').getByRole('button', { name: 'End connection' }).click();
  await row.waitFor({ state: 'detached' });
  // What was done is said to those who do not see the row go.
  await dana.page.locator('[data-announcer]').getByText('End connection: done').waitFor({ state: 'attached' });
  await dana.leave();
});
