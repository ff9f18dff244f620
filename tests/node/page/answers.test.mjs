// What a recipient can do with an account in each state, and what the other side reads of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { askBen, assertAccessible, assertNoSideways, mailTo, northwind, PHONE, pressEscape, requestPath, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

test('REC-5: an account that is shared can be declined for good, which ends the access first', async () => {
  const [dana, ben] = [await visit(stage, 'dana'), await visit(stage, 'ben')];
  const path = await requestPath(ben, 'Newsletter list');
  await ben.go(path);
  await ben.page.getByRole('button', { name: 'Decline for good: Sandbox' }).click();
  const window = ben.page.getByRole('dialog');
  await window.getByText('It also removes the access now.').waitFor();
  await window.getByRole('radio', { name: 'It asks for more than it needs' }).check();
  await window.getByRole('button', { name: 'Decline' }).click();
  await ben.page.getByText('You said no: “It asks for more than it needs”').waitFor();
  const { data } = await dana.ask('query($id: ID!) { request(id: $id) { items { state credential { id } } } }', {
    id: path.split('/').pop(),
  });
  assert.deepEqual(data.request.items, [{ state: 'DECLINED', credential: null }]);
  await dana.leave();
  await ben.leave();
});

test('R14, LIST-2: an account that does not work says why and since when, can be left so, and tells the sender why', async () => {
  const [dana, ben] = [await visit(stage, 'dana'), await visit(stage, 'ben')];
  await ben.go(await requestPath(ben, 'Stock alerts'));
  // Only the other side can mend it, so it is not asked of them.
  await ben.page.getByText('Dana has to mend this first. You do not need to do anything now.').waitFor();
  await ben.page.getByText(/Sandbox is not set up correctly here\..+ Noticed/).waitFor();
  // Nothing was ever granted here, so there is nothing to remove.
  assert.equal(await ben.page.getByRole('button', { name: 'Remove access to Sandbox' }).count(), 0);

  await dana.go(await requestPath(dana, 'Stock alerts'));
  await dana.page.getByText(/It does not work\. .+\. It goes on once the recipient authorizes again\./).waitFor();
  await dana.leave();
  await ben.leave();
});

test('REC-1: on a phone, “Review next” goes from one waiting account to the next, and round again', async () => {
  const ben = await visit(stage, 'ben', { viewport: PHONE });
  const { page } = ben;
  await ben.go(await requestPath(ben, 'New-customer follow-up'));
  const cards = page.locator('.account-card');
  const review = page.getByRole('button', { name: 'Review next' });
  const atCard = async (place) => {
    await cards.nth(place).locator('h3:focus').waitFor();
    assert.ok(await cards.nth(place).locator('h3').evaluate((heading) => heading.getBoundingClientRect().bottom < innerHeight));
  };
  await review.click();
  await atCard(0);
  await review.click();
  await atCard(1);
  await review.click();
  await atCard(0);
  // By hand to the second one: from there, the first is next.
  await cards.nth(1).evaluate((card) => card.scrollIntoView({ block: 'start' }));
  await review.click();
  await atCard(0);
  // Behind the card that has the focus.
  await cards.nth(0).getByRole('button', { name: /^Decline/ }).click();
  await page.getByRole('dialog').waitFor();
  await pressEscape(page);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await review.click();
  await atCard(1);
  await ben.leave();
});

test('LIST-3: the recipient reads who did what and when, once they open it', async () => {
  const ben = await visit(stage, 'ben', { viewport: PHONE });
  await ben.go(await requestPath(ben, 'Summer campaign'));
  const past = ben.page.getByText('What happened so far');
  await past.waitFor();
  assert.equal(await ben.page.getByText('sent the request').count(), 0);
  await past.click();
  await ben.page.getByText('Dana Kim sent the request').waitFor();
  await ben.page.getByText('Ben Ito took the access back: Sandbox').waitFor();
  await assertAccessible(ben.page, 'history for the recipient');
  await assertNoSideways(ben.page, 'history for the recipient');
  await ben.leave();
});

test('INV-6: only who has something left to answer is reminded, and once a day; the page says when again', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await dana.go(await requestPath(dana, 'New-customer follow-up'));
  const remind = page.getByRole('button', { name: 'Remind' });
  await remind.click();
  await page.locator('[data-announcer]').getByText('Ben Ito is being reminded').waitFor();
  await remind.click();
  await page.getByText('That was a little too often. Try again in 24 hours.').waitFor();

  // Taken back: it can be mailed again, and there is nothing to remind of.
  await dana.go(await requestPath(dana, 'Summer campaign'));
  await page.getByRole('button', { name: 'Mail it again' }).waitFor();
  assert.equal(await remind.count(), 0);
  const { team } = await northwind(dana);
  const own = await dana.ask(
    'mutation($input: CreateCredentialRequestInput!) { createCredentialRequest(input: $input) { request { id } } }',
    {
      input: {
        teamId: team,
        name: 'To myself',
        recipient: { member: (await dana.ask('{ viewer { id } }')).data.viewer.id },
        items: [{ app: 'sandbox', modules: { ids: ['search_contacts'] } }],
        acceptTerms: true,
      },
    },
  );
  assert.ok(own.data, JSON.stringify(own));
  const entries = async (name) => {
    await dana.go('/requests/sent');
    await page.getByRole('button', { name: `More for ${name}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).waitFor();
    const found = await page.getByRole('menuitem').allInnerTexts();
    await page.keyboard.press('Escape');
    return found;
  };
  assert.deepEqual(await entries('New-customer follow-up'), ['Open', 'Copy link', 'Mail it again', 'Remind', 'Delete']);
  assert.deepEqual(await entries('Summer campaign'), ['Open', 'Copy link', 'Mail it again', 'Delete']);
  assert.deepEqual(await entries('To myself'), ['Open', 'Copy link', 'Delete']);
  await dana.leave();
});

test('REC-5: where the organization wants no reason, none is asked for, and the mail promises none', async () => {
  const [dana, ben] = [await visit(stage, 'dana'), await visit(stage, 'ben')];
  await dana.go('/organization');
  await dana.page.getByRole('checkbox', { name: 'Recipients may decline without a reason' }).check();
  await dana.page.getByRole('button', { name: 'Save' }).click();
  await dana.page.getByText('Saved', { exact: true }).waitFor();
  const { request } = await askBen(dana, 'Without a word', 'sandbox', ['search_contacts']);
  await ben.go(`/requests/${request}`);
  await ben.page.getByRole('button', { name: 'Decline Sandbox' }).click();
  const window = ben.page.getByRole('dialog');
  await window.getByText('You may give a reason, and need not.').waitFor();
  await assertAccessible(ben.page, 'declining without a reason');
  await window.getByRole('button', { name: 'Decline' }).click();
  await ben.page.getByText('You said no', { exact: true }).waitFor();
  const { text } = await mailTo(stage, 'dana@northwind.example', /^Ben Ito declined Sandbox \(Without a word\)/);
  assert.ok(!text.includes('reason'), text);
  await dana.leave();
  await ben.leave();
});

test('what can be pressed stands where it will stay', async () => {
  const ben = await visit(stage, 'ben');
  const { page } = ben;
  // A press is lost whose button moves away between its beginning and its end.
  await page.addInitScript(() => {
    new MutationObserver((_, watch) => {
      const button = [...document.querySelectorAll('button')].find(({ ariaLabel }) => ariaLabel?.startsWith('Remove access'));
      if (!button) return;
      watch.disconnect();
      window.above = button.closest('article').innerText;
    }).observe(document, { childList: true, subtree: true });
  });
  await ben.go(await requestPath(ben, 'Quarterly report'));
  await page.getByRole('button', { name: /^Remove access/ }).first().waitFor();
  assert.match(await page.evaluate(() => window.above), /How it was used/);
  await page.getByText('How it was used').first().click();
  await page.getByText(/^Not used in the last 30 days/).first().waitFor();
  await ben.leave();
});
