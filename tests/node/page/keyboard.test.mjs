// The recipient's story without a mouse.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { painted, requestPath, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

/// The button that was pressed is gone with what it did: the focus is at its card, and not at the top of the page.
const atCard = (page) => page.waitForFunction(() => document.activeElement?.matches('.account-card h3'));

/// Presses Tab until the focus is where it shall be; it must be seen there.
async function tabTo(page, name) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate((wanted) => {
      const here = document.activeElement;
      const said = here?.getAttribute('aria-label') ?? here?.labels?.[0]?.innerText ?? here?.innerText ?? '';
      return said.trim() === wanted && getComputedStyle(here).outlineStyle !== 'none';
    }, name);
    if (found) return;
  }
  throw new Error(`Tab never reached “${name}”`);
}

test('a recipient skips to the content, authorizes by key, declines and takes back by keyboard alone', async () => {
  const ben = await visit(stage, 'ben');
  const { page } = ben;
  await ben.go(await requestPath(ben, 'New-customer follow-up'));
  await page.getByRole('heading', { name: /Dana Kim is asking/ }).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  await page.keyboard.press('Enter');

  await tabTo(page, 'Authorize Sandbox');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, 'Sign in to the sandbox');
  await page.keyboard.press('ArrowDown');
  // The field stands right behind the ways.
  await page.keyboard.press('Tab');
  await page.keyboard.type('sandbox-key-1');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Is this the right account?' }).waitFor();
  await tabTo(page, 'Yes, this is right');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('You share hello@harborbakery.example').waitFor();
  await atCard(page);

  // The first of them is of the account that is shared now.
  await tabTo(page, 'Decline Sandbox');
  await tabTo(page, 'Decline Sandbox');
  await page.keyboard.press('Enter');
  await page.locator('[role=dialog]:focus-within').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await tabTo(page, 'Decline');
  await page.keyboard.press('Enter');
  await page.getByText(/You said no/).waitFor();
  await atCard(page);

  await page.getByRole('heading', { level: 1 }).focus();
  await tabTo(page, 'Remove access to Sandbox');
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog').waitFor();
  await tabTo(page, 'Remove access');
  await page.keyboard.press('Enter');
  await page.getByText('You removed access.').waitFor();
  await atCard(page);
  await tabTo(page, 'Authorize Sandbox again');
  await ben.leave();
});

test('a menu opens by the arrow, is gone through, closes by Escape and gives the focus back', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await dana.go('/requests/sent');
  const button = page.getByRole('button', { name: 'More for Stock alerts' });
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText);
  await button.focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('menu', { name: 'More for Stock alerts' }).waitFor();
  assert.equal(await button.getAttribute('aria-expanded'), 'true');
  await page.getByRole('menuitem', { name: 'Open' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), 'Copy link');
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  // The focus comes back in the frame after.
  await button.and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Open' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Stock alerts' }).waitFor();
  await dana.leave();
});

test('a window hears its key in the moment in which what it shows is replaced', async () => {
  const ben = await visit(stage, 'ben');
  const { page } = ben;
  await ben.go(await requestPath(ben, 'Stock alerts'));
  await page.getByRole('button', { name: 'Report this request' }).click();
  const window = page.getByRole('dialog', { name: 'Report this request' });
  await window.waitFor();
  // Pressed before anything else can happen, when the button that had the focus is gone.
  const pressed = page.evaluate(
    () =>
      new Promise((done) => {
        new MutationObserver((_, watch) => {
          if (!document.querySelector('[role=dialog] [role=status]')) return;
          watch.disconnect();
          const heard = document.activeElement.getAttribute('role');
          document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
          done(heard);
        }).observe(document, { childList: true, subtree: true });
      }),
  );
  await window.getByRole('button', { name: 'Report', exact: true }).press('Enter');
  assert.equal(await pressed, 'dialog');
  await window.waitFor({ state: 'detached' });
  await ben.leave();
});

test('a builder goes by single keys, not while typing, and can switch them off', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await dana.go('/connections');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.getByRole('heading', { name: 'Requests' }).waitFor();
  const search = page.getByRole('searchbox', { name: 'Search requests' });
  await search.waitFor();
  await page.keyboard.press('/');
  await search.and(page.locator(':focus')).waitFor();
  await page.keyboard.type('c/?');
  assert.equal(await search.inputValue(), 'c/?');
  await search.fill('');
  await search.blur();

  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.getByText('Create a request').waitFor();
  await page.keyboard.press('c');
  await painted(page, 10);
  assert.equal(new URL(page.url()).pathname, '/requests/sent', 'a window keeps its keys');
  await sheet.getByRole('checkbox', { name: 'Use keyboard shortcuts' }).uncheck();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.keyboard.press('c');
  await painted(page, 10);
  assert.equal(await page.getByRole('dialog').count(), 0, 'switched off');
  assert.equal(new URL(page.url()).pathname, '/requests/sent', 'switched off');
  await dana.go('/profile');
  const keys = page.getByRole('checkbox', { name: 'Use keyboard shortcuts' });
  await keys.waitFor();
  assert.ok(!(await keys.isChecked()));
  await keys.check();
  await page.getByRole('heading', { level: 1 }).focus();
  await page.keyboard.press('c');
  await page.getByRole('heading', { name: 'New request' }).waitFor();
  await dana.leave();
});

test('a field whose list is on its way gives the focus to the one that has it', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  let come;
  const held = new Promise((done) => {
    come = done;
  });
  await page.route(/\/assets\/combo-box-[^/]+\.js$/, async (route) => {
    await held;
    return route.fallback();
  });
  const answers = ['Recipients', 'HandsOut'].map(async (name) => {
    const answer = await page.waitForResponse((each) => each.request().postDataJSON()?.operationName === name);
    return answer.finished();
  });
  await dana.go('/requests/new');
  // What is answered later shows the field anew, and would hide that it was not told of its focus.
  await Promise.all(answers);
  await painted(page);
  await page.getByLabel('Recipient').and(page.locator('[aria-busy=true]')).click();
  come();
  await page.getByRole('combobox', { name: 'Recipient' }).and(page.locator(':focus')).waitFor();
  await dana.leave();
});

test('a builder who goes by keyboard stays where they are: after choosing whom, adding an app, and removing it', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  const focused = (place) => place.and(page.locator(':focus')).waitFor();
  await dana.go('/requests/new');
  const whom = page.getByRole('combobox', { name: 'Recipient' });
  await whom.fill('Ben');
  await page.getByRole('option', { name: /Ben Ito/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await whom.and(page.locator('[aria-expanded=false]')).waitFor();
  assert.equal(await whom.inputValue(), 'Ben Ito');
  await focused(whom);
  await dana.go('/requests/new?step=2');
  await page.getByRole('button', { name: 'Add app' }).press('Enter');
  await focused(page.getByRole('combobox', { name: 'App', exact: true }).nth(1));
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Remove app 2/ }).press('Enter');
  await focused(page.getByRole('heading', { name: 'App 1' }));
  await dana.leave();
});
