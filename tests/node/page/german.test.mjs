// The second language: the browser's, and the one chosen in the profile.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { assertAccessible, assertNoSideways, mailTo, PHONE, requestPath, visit } from './visit.mjs';

const SPEAK = 'mutation($language: Language) { updateProfile(input: { language: $language }) { viewer { id } } }';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

test('REC-1: who reads German has the page in German, what is asked for too, on a phone', async () => {
  const ben = await visit(stage, 'ben', { viewport: PHONE, locale: 'de-DE' });
  await ben.ask(SPEAK, { language: 'DE' });
  await ben.go(await requestPath(ben, 'New-customer follow-up'));
  await ben.page.getByRole('heading', { name: 'Dana Kim bittet um Zugriff auf 2 Ihrer Konten' }).waitFor();
  assert.equal(await ben.page.getAttribute('html', 'lang'), 'de');
  // What the catalog says of the app, of what is asked for, and of its ways in.
  const card = ben.page.getByRole('article').first();
  await card.getByText('Kontakte suchen').first().waitFor();
  for (const text of ['Ihre Kontakte sehen', 'Durchsucht Ihre Kontakte nach Name oder Mailadresse.']) {
    assert.ok((await card.textContent()).includes(text), text);
  }
  assert.ok(!/Search for contacts|See your contacts/.test(await ben.page.getByRole('main').textContent()));
  await ben.page.getByRole('button', { name: 'Ablehnen: Sandbox' }).first().click();
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Ablehnen' }).click();
  await ben.page.getByText('Wählen Sie einen Grund, damit die andere Seite versteht.').waitFor();
  await assertAccessible(ben.page, 'decline in German');
  await assertNoSideways(ben.page, 'decline in German');
  await ben.leave();
});

test('MAIL-1: a stranger whose browser speaks German gets the code in German; the small pages speak it too', async () => {
  const nina = await visit(stage, undefined, { locale: 'de-DE' });
  await nina.go('/sign-in');
  await nina.page.getByLabel('Ihre Mailadresse').fill('nina@neu.example');
  await nina.page.getByRole('button', { name: 'Code schicken' }).click();
  const { text } = await mailTo(stage, 'nina@neu.example', /./);
  assert.ok(text.includes('Ihr Anmeldecode'), text);
  nina.expect(/status of 404/);
  await nina.go('/i/nichts');
  await nina.page.getByRole('heading', { name: 'Hier ist nichts' }).waitFor();
  assert.equal(await nina.page.getAttribute('html', 'lang'), 'de');
  await assertAccessible(nina.page, 'a small page in German');
  await nina.leave();
});

test('the language of the account is the page’s, unless this browser has chosen; saving a name keeps it', async () => {
  const olga = await visit(stage, 'olga', { locale: 'de-DE' });
  await olga.ask(SPEAK, { language: 'EN' });
  await olga.go('/profile');
  const language = olga.page.getByLabel('Language of the page and of mails');
  assert.equal(await language.inputValue(), 'EN');
  await olga.page.getByLabel('Your name').fill('Olga P.');
  await olga.page.getByRole('button', { name: 'Save' }).click();
  await olga.page.getByText('Saved').waitFor();
  assert.equal((await olga.ask('{ viewer { language } }')).data.viewer.language, 'EN');
  // Chosen elsewhere since: a browser that has chosen goes on, another follows.
  await olga.ask(SPEAK, { language: 'DE' });
  await olga.page.reload();
  await language.waitFor();
  assert.equal(await language.inputValue(), 'DE');
  const other = await visit(stage, 'olga');
  await other.go('/profile');
  await other.page.getByRole('heading', { name: 'Ihr Konto' }).waitFor();
  assert.equal(await other.page.getAttribute('html', 'lang'), 'de');
  assert.equal(await other.page.getByLabel('Ihr Name').inputValue(), 'Olga P.');
  await olga.leave();
  await other.leave();
});

test('the language of the profile is the one of the page, from then on', async () => {
  const dana = await visit(stage, 'dana');
  await dana.go('/apps');
  await dana.page.getByText('A CRM: contacts, companies and deals.').waitFor();
  await dana.page.locator('.account summary').click();
  await dana.page.getByRole('link', { name: 'Profile' }).click();
  await dana.page.getByLabel('Language of the page and of mails').selectOption('DE');
  await dana.page.getByRole('button', { name: 'Save' }).click();
  await dana.page.getByRole('heading', { name: 'Ihr Konto' }).waitFor();
  // What was asked for in English before is asked for again.
  await dana.page.getByRole('link', { name: 'Apps', exact: true }).click();
  await dana.page.getByText('Ein CRM: Kontakte, Unternehmen und Deals.').waitFor();
  await dana.page.getByRole('link', { name: 'Anfragen', exact: true }).click();
  await dana.page.getByRole('heading', { name: 'Anfragen' }).waitFor();
  await dana.page.reload();
  await dana.page.getByRole('heading', { name: 'Anfragen' }).waitFor();
  assert.equal((await dana.ask('{ viewer { language } }')).data.viewer.language, 'DE');
  await dana.leave();
});

test('HEALTH-5, USE-6: health and the details of a connection fit in German on the smallest phone', async () => {
  const dana = await visit(stage, 'dana', { viewport: { width: 320, height: 700 }, locale: 'de-DE' });
  const { page } = dana;
  await dana.go('/connections/health');
  await page.getByText('Alle 2 Konten funktionieren.').waitFor();
  await assertAccessible(page, 'health in German');
  await assertNoSideways(page, 'health in German');
  await page.getByRole('link', { name: 'Verbindungen' }).first().click();
  await page.getByRole('table').first().getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Was sie darf' }).waitFor();
  await assertAccessible(page, 'details in German');
  await assertNoSideways(page, 'details in German');
  await page.getByRole('button', { name: 'Anhalten' }).click();
  await page.getByRole('alertdialog').getByText('Aufrufe dieser Verbindung werden ab sofort abgelehnt').waitFor();
  await assertNoSideways(page, 'suspending in German');
  await dana.leave();
});
