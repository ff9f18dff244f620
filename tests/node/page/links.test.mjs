// The address that a sender gives to a recipient by hand, and where it leads.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { assertAccessible, assertNoSideways, mailTo, painted, PHONE, pressEscape, send, signInByCode, toBen, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

const fromOutside = (name, email) => async (page) => {
  await page.getByRole('radio', { name: 'Somebody from outside' }).check();
  await page.getByLabel('Their name').fill(name);
  await page.getByLabel('Their email address').fill(email);
};

test('INV-1, INV-2, R4: a copied link leads somebody from outside in; they read who invites before they accept', async () => {
  const dana = await visit(stage, 'dana', { permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = dana;
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await dana.go('/requests/sent');
  await send(dana, 'Shop figures', fromOutside('Lena Voss', 'lena@voss.example'));
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const link = await copied();
  const mail = await mailTo(stage, 'lena@voss.example', /Shop figures/);
  assert.ok(mail.text.includes(link), `the mail leads to ${link}, too`);

  const lena = await visit(stage, undefined, { viewport: PHONE });
  await lena.page.goto(link);
  assert.ok(!(await lena.page.content()).includes('Dana'), 'who is not known yet reads no name');
  await lena.page.getByRole('link', { name: 'Continue' }).click();
  await signInByCode(stage, lena.page, 'lena@voss.example');
  const who = lena.page.getByRole('region', { name: 'Who asks' });
  await who.getByText('Dana Kim').waitFor();
  await who.getByText('dana@northwind.example').waitFor();
  await who.getByText('Northwind, Automation').waitFor();
  await lena.page.getByText('Shop figures').waitFor();
  await assertAccessible(lena.page, 'invitation');
  await assertNoSideways(lena.page, 'invitation');

  // Who doubts says so before they accept anything, and accepts nothing by it. Here the page hears of it only after the
  // window is closed: the button that opened it has the focus back by then, and takes it away with it.
  let close;
  const closed = new Promise((resolve) => (close = resolve));
  await lena.page.route('**/graphql', async (route) => {
    if (route.request().postDataJSON()?.operationName === 'Invitation') await closed;
    return route.fallback();
  });
  await lena.page.getByRole('button', { name: 'Report this request' }).click();
  const doubts = lena.page.getByRole('dialog', { name: 'Report this request' });
  await doubts.waitFor();
  await assertAccessible(lena.page, 'reporting before accepting');
  await doubts.getByRole('button', { name: 'Report', exact: true }).click();
  await doubts.getByText('You do not have to answer the request.').waitFor();
  await lena.page.keyboard.press('Escape');
  await doubts.waitFor({ state: 'detached' });
  await lena.page.getByRole('button', { name: 'Report this request' }).and(lena.page.locator(':focus')).waitFor();
  // Longer than a window looks after the focus that it gave back.
  await painted(lena.page, 10);
  close();
  await lena.page.getByText('You reported this request').waitFor();
  await lena.page.locator('h1:focus').waitFor();
  await lena.page.unroute('**/graphql');
  await mailTo(stage, 'dana@northwind.example', /does not trust a request of Northwind \(Shop figures\)/);

  // The same address from the list, and from the details.
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await dana.go('/requests/sent');
  await page.getByRole('button', { name: 'More for Shop figures' }).click();
  await page.getByRole('menuitem', { name: 'Copy link' }).click();
  await page.locator('[data-announcer]').getByText('The link is copied').waitFor();
  assert.equal(await copied(), link);
  await page.getByRole('link', { name: 'Shop figures' }).click();
  await page.getByText('Has not accepted the invitation yet').waitFor();
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await copied(), link);

  await lena.page.getByRole('button', { name: 'Accept and see the request' }).click();
  await lena.page.getByRole('heading', { name: /Dana Kim is asking/ }).waitFor();
  // From now on the request has an address of its own, and the invitation leads there.
  await page.getByText('Has accepted the invitation').waitFor();
  await page.getByRole('button', { name: /^Cop/ }).click();
  await page.waitForFunction(async () => /\/requests\/[^/]+$/.test(await navigator.clipboard.readText()));
  await lena.page.goto(await copied());
  await lena.page.getByRole('heading', { name: /Dana Kim is asking/ }).waitFor();
  await dana.leave();
  await lena.leave();
});

test('where the browser copies nothing, the link stands there to be copied by hand', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });
  });
  await dana.go('/requests/sent');
  await send(dana, 'By hand', toBen);
  const byHand = page.getByRole('textbox', { name: 'Your browser did not copy it. Copy it from here:' });
  await page.getByRole('button', { name: 'Copy link' }).click();
  const address = await byHand.inputValue();
  assert.match(address, /\/requests\/[^/]+$/);
  await assertAccessible(page, 'not copied');
  await page.setViewportSize({ width: 320, height: 700 });
  await assertNoSideways(page, 'not copied, 320 wide');
  await dana.go('/requests/sent');
  await page.getByRole('button', { name: 'More for By hand' }).click();
  await page.getByRole('menuitem', { name: 'Copy link' }).click();
  assert.equal(await page.getByRole('dialog').getByRole('textbox').inputValue(), address);
  await assertAccessible(page, 'not copied from the list');
  await pressEscape(page);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await dana.leave();
});

test('what loads, and what could not be loaded, has a heading; what is not there is said so', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  let answer;
  await page.route('**/graphql', async (route) => {
    if (route.request().postDataJSON()?.operationName !== 'Request') return route.fallback();
    await new Promise((done) => {
      answer = done;
    });
    return route.abort();
  });
  dana.expect(/Failed to load resource/);
  const h1 = page.getByRole('heading', { level: 1 });
  for (const path of ['/requests/req_x', '/requests/req_x/sent']) {
    answer = undefined;
    await dana.go(path);
    await h1.and(page.getByText('Loading')).waitFor({ state: 'attached' });
    for (const end = Date.now() + 10_000; !answer && Date.now() < end; ) await page.waitForTimeout(20);
    answer();
    await h1.and(page.getByText('This could not be loaded')).waitFor({ state: 'attached' });
    await assertAccessible(page, `${path}, not loaded`);
  }
  await page.unroute('**/graphql');
  for (const path of ['/requests/req_x', '/requests/req_x/sent']) {
    await dana.go(path);
    await page.getByRole('heading', { level: 1, name: 'There is nothing here' }).waitFor();
  }

  // Going on by a link: the heading keeps the focus while the page under it comes.
  await dana.go('/requests/sent');
  await page.getByRole('link', { name: 'Stock alerts' }).click();
  await page.getByRole('heading', { level: 1, name: 'Stock alerts' }).and(page.locator(':focus')).waitFor();
  await dana.leave();
});
