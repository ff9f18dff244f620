// What a person can be refused, and how the page says it: at the field, in words, with nothing typed lost.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { assertAccessible, loseSession, mailTo, pressEscape, requestPath, signInByCode, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

test('INV-4: a wrong code is refused at its field, and the right one still works; the way back is kept', async () => {
  const nina = await visit(stage);
  await nina.go('/profile/sessions');
  await nina.page.getByLabel('Your email address').fill('nina@new.example');
  await nina.page.getByRole('button', { name: 'Email me a code' }).click();
  const { text } = await mailTo(stage, 'nina@new.example', /./);
  const code = text.match(/\b\d{6}\b/)[0];
  await nina.page.getByLabel('Code').fill(code === '000000' ? '000001' : '000000');
  await nina.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await nina.page.getByText('This code is wrong, used, or too old.').waitFor();
  assert.equal(await nina.page.getByLabel('Code').getAttribute('aria-invalid'), 'true');
  await nina.page.getByLabel('Code').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await nina.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await nina.page.getByText('This one').waitFor();
  assert.equal(new URL(nina.page.url()).pathname, '/profile/sessions');
  await nina.leave();
});

test('INV-3: a link for somebody else binds nobody; switching is offered', async () => {
  const { text } = await mailTo(stage, 'mia@harbor.example', /./);
  const path = new URL(text.match(/http\S+\/i\/\S+/)[0]).pathname.replace('/i/', '/invitations/');
  const olga = await visit(stage, 'olga');
  await olga.go(path);
  await olga.page.getByRole('heading', { name: 'This is for another address' }).waitFor();
  assert.equal(await olga.page.getByRole('button', { name: 'Accept and see the request' }).count(), 0);
  await olga.page.getByText('You are signed in as olga@northwind.example; this is for m***@harbor.example.').waitFor();
  await olga.page.getByRole('button', { name: 'Sign in with the other address' }).click();
  await signInByCode(stage, olga.page, 'mia@harbor.example');
  await olga.page.getByRole('button', { name: 'Accept and see the request' }).click();
  await olga.page.getByRole('heading', { name: /Dana Kim is asking for access to 2/ }).waitFor();
  // Used once: it leads to the request from now on.
  await olga.go(path);
  await olga.page.getByRole('link', { name: 'Open the request' }).click();
  await olga.page.getByRole('heading', { name: /Dana Kim is asking for access to 2/ }).waitFor();
  await olga.leave();
});

test('ROLE-6: what is missing and what is hidden are the same page', async () => {
  const [ben, olga] = [await visit(stage, 'ben'), await visit(stage, 'olga')];
  const hidden = await requestPath(ben, 'New-customer follow-up');
  for (const path of [hidden, '/requests/req_nothing', '/no/such/place', '/apps/none']) {
    await olga.go(path);
    await olga.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  }
  await olga.go('/invitations/none');
  await olga.page.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
  for (const path of ['/organization', '/organization/people', '/instance/applications']) {
    await olga.go(path);
    await olga.page.getByRole('heading', { name: 'Not for your role' }).waitFor();
  }
  await ben.leave();
  await olga.leave();
});

test('MAIL-1: who does not trust a request reports it; those who answer for it are told, and declining is offered', async () => {
  const ben = await visit(stage, 'ben');
  await ben.go(await requestPath(ben, 'New-customer follow-up'));
  const report = ben.page.getByRole('button', { name: 'Report this request' });
  await report.click();
  const window = ben.page.getByRole('dialog', { name: 'Report this request' });
  await window.getByText('Dana hears of it only if they are one of them.').waitFor();
  await pressEscape(ben.page);
  await window.waitFor({ state: 'detached' });
  await report.and(ben.page.locator(':focus')).waitFor();
  await report.click();
  await window.getByLabel('What makes you doubt').fill('She never said a word about it.');
  await window.getByRole('button', { name: 'Report', exact: true }).click();
  await window.getByText('Thank you. The owners of Northwind and whoever runs Consentry here have been told.').waitFor();
  await ben.page.getByText('You reported this request').waitFor();
  const { text } = await mailTo(stage, 'dana@northwind.example', /^Ben Ito does not trust a request of Northwind/);
  assert.ok(text.includes('She never said a word about it.'));
  await window.getByRole('button', { name: 'Decline Sandbox' }).first().click();
  await ben.page.getByRole('dialog', { name: /Decline Sandbox/ }).getByRole('button', { name: 'Cancel' }).click();
  await ben.page.reload();
  await ben.page.getByText('You reported this request').waitFor();
  await ben.page.getByText('0 of 2 answered').waitFor();
  assert.equal(await report.count(), 0);
  await ben.leave();
});

test('REC-2: a key that the app refuses stays in its field and is named there; consent that is cancelled shares nothing', async () => {
  const ben = await visit(stage, 'ben');
  await ben.go(await requestPath(ben, 'New-customer follow-up'));
  await ben.page.getByRole('button', { name: 'Authorize Sandbox' }).first().click();
  await ben.page.getByRole('radio', { name: 'API key' }).check();
  const key = ben.page.getByRole('textbox', { name: 'API key' });
  await key.fill('sandbox-key-of-somebody-else');
  await ben.page.getByRole('button', { name: 'Test and connect' }).click();
  await ben.page.getByText('This was not accepted. Check that you copied all of it.').waitFor();
  assert.equal(await key.inputValue(), 'sandbox-key-of-somebody-else');
  await ben.page.getByText('Where do I find this?').click();
  await ben.page.getByText('The page of the sandbox shows it.').waitFor();
  await ben.page.getByRole('radio', { name: 'Sign in to the sandbox' }).check();
  ben.expect(/status of 400/);
  const [window] = await Promise.all([
    ben.context.waitForEvent('page'),
    ben.page.getByRole('button', { name: 'Continue to Sandbox' }).click(),
  ]);
  await window.getByRole('button', { name: 'Cancel' }).click();
  await ben.page.getByRole('alert').getByText('You did not agree at Sandbox. Nothing was shared.').waitFor();
  await pressEscape(ben.page);
  await ben.page.getByRole('dialog').waitFor({ state: 'detached' });
  // The attempt is kept and shown (REC-2).
  await ben.page.getByText('The last try ended without access:').waitFor();
  await ben.leave();
});

test('REC-4: what was left out at the app is named with what it breaks, and can be added', async () => {
  const ben = await visit(stage, 'ben');
  await ben.go(await requestPath(ben, 'New-customer follow-up'));
  await ben.page.getByRole('button', { name: 'Authorize Sandbox' }).first().click();
  const [window] = await Promise.all([
    ben.context.waitForEvent('page'),
    ben.page.getByRole('button', { name: 'Continue to Sandbox' }).click(),
  ]);
  await window.getByRole('checkbox').last().uncheck();
  await window.getByRole('button', { name: 'Allow' }).click();
  const right = ben.page.getByRole('button', { name: 'Yes, this is right' });
  await right.waitFor();
  // Told before they say yes, and not only afterwards.
  const asked = ben.page.getByRole('dialog', { name: 'Is this the right account?' });
  await asked.getByText('You left out: Delete contacts. These will not work: Delete a contact.').waitFor();
  await asked.getByText('You can say yes all the same').waitFor();
  await assertAccessible(ben.page, 'left out, before it counts');
  // The try before, which ended without access, is history now.
  assert.equal(await ben.page.getByText('The last try ended without access:').count(), 0);
  await right.click();
  await asked.waitFor({ state: 'detached' });
  await ben.page.getByText('You left out: Delete contacts. These will not work: Delete a contact.').waitFor();
  const card = ben.page.getByRole('article').filter({ hasText: 'You left out' });
  await card.getByText(/^What it can do/).click();
  await card.getByRole('listitem').filter({ hasText: 'Delete a contact' }).getByText('Not granted').waitFor();
  await assertAccessible(ben.page, 'a module that was not granted');
  await ben.leave();
});

test('REC-5: declining needs a reason; Escape closes and the focus returns', async () => {
  const ben = await visit(stage, 'ben');
  await ben.go(await requestPath(ben, 'New-customer follow-up'));
  const decline = ben.page.getByRole('button', { name: 'Decline Sandbox' }).first();
  await decline.click();
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click();
  await ben.page.getByText('Choose a reason, so that the other side understands.').waitFor();
  await ben.page.keyboard.press('Escape');
  await ben.page.getByRole('dialog').waitFor({ state: 'detached' });
  await decline.and(ben.page.locator(':focus')).waitFor();
  await ben.leave();
});

test('REQ-6, REQ-10: all problems at once, each with the way to its field; a draft outlives a reload', async () => {
  const dana = await visit(stage, 'dana');
  await dana.go('/requests/new?step=3');
  await dana.page.getByRole('button', { name: 'Send request' }).click();
  const problems = dana.page.getByRole('alert').filter({ hasText: 'Before it can be sent' });
  await problems.waitFor();
  for (const words of ['Name: This is needed.', 'Terms: Accept the terms first.', 'App 1: This is needed.', 'Recipient: Choose one from the list.']) {
    assert.ok((await problems.innerText()).includes(words), words);
  }
  const focused = (field) => field.and(dana.page.locator(':focus')).waitFor();
  const jump = (name) => problems.getByRole('button', { name }).click();
  await jump('Terms');
  const terms = dana.page.getByRole('checkbox', { name: /I ask only for what I need/ });
  await focused(terms);
  assert.equal(await terms.getAttribute('aria-invalid'), 'true');
  await dana.page.locator('.choice').filter({ has: terms }).getByText('Accept the terms first.').waitFor();
  await assertAccessible(dana.page, 'terms not accepted');
  await jump('App 1');
  await focused(dana.page.getByRole('combobox', { name: 'App', exact: true }));
  await dana.page.keyboard.press('Escape');
  await jump('Recipient');
  await focused(dana.page.getByRole('combobox', { name: 'Recipient' }));
  await dana.page.keyboard.press('Escape');
  await jump('Name');
  await focused(dana.page.getByLabel('Name of the request'));
  assert.equal(await dana.page.getByLabel('Name of the request').getAttribute('aria-invalid'), 'true');
  await dana.page.getByLabel('Name of the request').fill('Kept');
  // What was written since is not told as it was; the others are.
  await problems.getByText('Name: This is needed.').waitFor({ state: 'detached' });
  await problems.getByText('Terms: Accept the terms first.').waitFor();
  await dana.page.reload();
  assert.equal(await dana.page.getByLabel('Name of the request').inputValue(), 'Kept');
  await dana.leave();
});

test('REQ-10: problems stay with their app when another is removed', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await dana.go('/requests/new?step=2');
  await page.getByRole('button', { name: 'Add app' }).click();
  await page.getByRole('combobox', { name: 'App', exact: true }).nth(1).fill('Sandb');
  await page.getByRole('option', { name: /Sandbox/ }).click();
  await page.getByRole('checkbox', { name: 'All of it' }).waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Send request' }).click();
  const problems = page.getByRole('alert').filter({ hasText: 'Before it can be sent' });
  await problems.getByRole('button', { name: 'App 1' }).first().waitFor();
  // Of the second what is needed of it is missing; its link leads to the first box of the list.
  await problems.getByRole('button', { name: 'App 2' }).click();
  await page.getByRole('checkbox', { name: 'All of it' }).and(page.locator(':focus')).waitFor();
  await page.getByRole('button', { name: /^Remove app 1/ }).click();
  await problems.getByRole('button', { name: 'App 2' }).waitFor({ state: 'detached' });
  assert.equal(await problems.getByRole('button', { name: 'App 1' }).count(), 1);
  await problems.getByRole('button', { name: 'App 1' }).click();
  await page.getByRole('checkbox', { name: 'All of it' }).and(page.locator(':focus')).waitFor();
  assert.equal(await page.getByRole('group', { name: 'What you need' }).getAttribute('aria-invalid'), 'true');
  await dana.leave();
});

test('INV-4: who signs out leaves no draft to whoever comes next in this tab', async () => {
  const dana = await visit(stage, 'dana');
  await dana.go('/requests/new');
  await dana.page.getByLabel('Name of the request').fill('Not for others');
  await dana.page.locator('.account summary').click();
  await dana.page.getByRole('button', { name: 'Sign out' }).click();
  await dana.page.getByLabel('Your email address').waitFor();
  assert.equal(await dana.page.evaluate(() => window.sessionStorage.getItem('consentry.draft')), null);
  assert.equal(await dana.page.evaluate(() => window.sessionStorage.getItem('consentry.scrolled')), null);
  await dana.leave();
});

test('REQ-2: an outside address that belongs to the organization is offered from within', async () => {
  const dana = await visit(stage, 'dana');
  await dana.go('/requests/new');
  await dana.page.getByLabel('Name of the request').fill('Known');
  await dana.page.getByRole('radio', { name: 'Somebody from outside' }).check();
  await dana.page.getByLabel('Their name').fill('Olga');
  await dana.page.getByLabel('Their email address').fill('olga@northwind.example');
  await dana.page.getByRole('button', { name: 'Next' }).click();
  await dana.page.getByRole('combobox', { name: 'App', exact: true }).fill('Sandb');
  await dana.page.getByRole('option', { name: /Sandbox/ }).click();
  await dana.page.getByRole('checkbox', { name: 'All of it' }).check();
  await dana.page.getByRole('button', { name: 'Next' }).click();
  await dana.page.getByRole('checkbox').check();
  await dana.page.getByRole('button', { name: 'Send request' }).click();
  await dana.page.getByRole('button', { name: /^(Their email address|Recipient)$/ }).click();
  // Somebody whose address holds hers, and whose name comes first, is not who was meant.
  await dana.page.route('**/graphql', async (route) => {
    const { query, variables } = route.request().postDataJSON() ?? {};
    if (!query?.includes('query Recipients(') || variables.text !== 'olga@northwind.example') return route.fallback();
    const answer = await route.fetch();
    const json = await answer.json();
    const [edge] = json.data.recipients.edges;
    const person = { ...edge.node.person, id: 'usr_other', name: 'Anna', email: 'anna-olga@northwind.example' };
    json.data.recipients.edges.unshift({ ...edge, cursor: 'other', node: { ...edge.node, person } });
    return route.fulfill({ response: answer, json });
  });
  await dana.page.getByRole('button', { name: 'Ask olga@northwind.example there' }).click();
  assert.equal(await dana.page.getByRole('combobox', { name: 'Recipient' }).inputValue(), 'Olga Petrova');
  // What was mended is not told as it was.
  assert.equal(await dana.page.getByText('Before it can be sent').count(), 0);
  await dana.leave();
});

test('DEL-2: a deletion shows what stops, and again when that has changed since', async () => {
  const dana = await visit(stage, 'dana');
  const path = await requestPath(dana, 'Newsletter list');
  // What was shown is older than a change of a name, too.
  let first = true;
  await dana.page.route('**/graphql', async (route) => {
    if (!first || route.request().postDataJSON()?.operationName !== 'DeletionPreview') return route.fallback();
    first = false;
    const answer = await route.fetch();
    return route.fulfill({ response: answer, body: (await answer.text()).replace('"Newsletter import"', '"Older name"') });
  });
  await dana.go(path);
  await dana.page.getByRole('button', { name: 'Delete' }).click();
  const window = dana.page.getByRole('alertdialog');
  await window.getByText('This connection will stop working:').waitFor();
  await window.getByText('Older name').waitFor();
  const { data } = await dana.ask('query($id: ID!) { request(id: $id) { items { id } } }', { id: path.split('/').pop() });
  const item = data.request.items[0].id;
  await dana.ask('mutation($item: ID!) { createConnection(input: { itemId: $item, consumer: "Second", name: "Second" }) { token } }', { item });
  await window.getByRole('button', { name: 'End the request' }).click();
  await window.getByText('The list changed meanwhile.').waitFor();
  await window.getByText('These 2 connections will stop working:').waitFor();
  const line = (name) => window.getByRole('listitem').filter({ hasText: name });
  await line('Second').getByText('new', { exact: true }).waitFor();
  await line('Newsletter import').getByText('changed', { exact: true }).waitFor();
  await window.getByRole('button', { name: 'End the request' }).click();
  await dana.page.getByRole('heading', { name: 'Requests' }).waitFor();
  await dana.page.getByRole('row').nth(1).waitFor();
  assert.equal(await dana.page.getByText('Newsletter list').count(), 0);
  await dana.leave();
});

test('INV-4: whose session ended meanwhile signs in over the page, and goes on with what was typed', async () => {
  const dana = await visit(stage, 'dana');
  await loseSession(dana);
  await signInByCode(stage, dana.page, 'dana@northwind.example');
  await dana.page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await dana.page.getByLabel('Your name').inputValue(), 'Dana K. Kim');
  await dana.page.getByRole('button', { name: 'Save' }).click();
  await dana.page.getByText('Saved').waitFor();
  await dana.leave();
});
