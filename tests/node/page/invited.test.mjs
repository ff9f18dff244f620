// Who was invited and comes without the link: by the sign-in mail's own link, or by hand.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { askForCode, assertAccessible, loseSession, mailsTo, mailTo, painted, PHONE, signInByCode, visit } from './visit.mjs';

const MIA = 'mia@harbor.example';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

const linkFor = ({ page }, address) => askForCode(stage, page, address, /http\S+\/sign-in\/\S+/);

test('INV-1: who signs in by hand finds the invitation and comes to the request; for others there is none', async () => {
  await mailTo(stage, MIA, /./);
  const other = await visit(stage);
  await other.go('/');
  await signInByCode(stage, other.page, 'nobody@harbor.example');
  await other.page.getByText('Nobody has asked you for access').waitFor();
  await other.leave();

  const mia = await visit(stage);
  await mia.go('/');
  await signInByCode(stage, mia.page, MIA);
  await mia.page.getByText('Northwind has a request for you').waitFor();
  assert.equal(await mia.page.getByText('Nobody has asked you for access').count(), 0);
  await mia.page.getByRole('link', { name: 'Requests 1 1 waits for you' }).waitFor();
  await assertAccessible(mia.page, 'received with an invitation');
  await mia.page.getByRole('link', { name: 'Open the invitation Northwind' }).click();
  await mia.page.getByRole('button', { name: 'Accept and see the request' }).waitFor();
  await mia.leave();
});

test('INV-4: the link of the sign-in mail leads on, and the window where it began learns of it', async () => {
  const { text } = await mailTo(stage, MIA, /asks for access/);
  const path = new URL(text.match(/http\S+\/i\/\S+/)[0]).pathname.replace('/i/', '/invitations/');
  const mia = await visit(stage);
  await mia.go(path);
  const link = await linkFor(mia, MIA);
  const second = await mia.context.newPage();
  await second.goto(link);
  await second.getByRole('link', { name: 'Continue' }).click();
  await second.getByRole('button', { name: 'Accept and see the request' }).waitFor();
  assert.equal(new URL(second.url()).pathname, path);
  await second.close();
  // A browser without a screen tells no window that it has the focus again.
  await mia.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await mia.page.getByRole('button', { name: 'Accept and see the request' }).waitFor();
  await mia.page.getByRole('button', { name: 'Accept and see the request' }).click();
  await mia.page.getByRole('heading', { name: /Dana Kim is asking for access to 2/ }).waitFor();
  await mia.go('/requests/received');
  await mia.page.getByRole('table').waitFor();
  assert.equal(await mia.page.getByText('has a request for you').count(), 0);
  await mia.leave();
});

test('INV-4: a reload while the code is on its way asks for the code again, and never keeps the code itself', async () => {
  const { text } = await mailTo(stage, MIA, /asks for access/);
  const invitation = new URL(text.match(/http\S+\/i\/\S+/)[0]).pathname.replace('/i/', '/invitations/');
  for (const path of ['/sign-in', '/profile', invitation]) {
    const nina = await visit(stage, undefined, { viewport: PHONE });
    const { page } = nina;
    const kept = () => page.evaluate(() => JSON.stringify(sessionStorage));
    await nina.go(path);
    await linkFor(nina, 'nina@neu.example');
    await page.getByLabel('Code').fill('135790');
    await page.reload();
    await page.getByText('nina@neu.example').waitFor();
    assert.equal(await page.getByLabel('Code').inputValue(), '');
    assert.ok(!(await kept()).includes('135790'));
    await page.getByRole('button', { name: 'Use another address' }).click();
    await page.getByLabel('Your email address').waitFor();
    await page.reload();
    assert.equal(await page.getByLabel('Your email address').inputValue(), '');
    await nina.leave();
  }

  const nina = await visit(stage, undefined, { viewport: PHONE });
  const { page } = nina;
  await nina.go('/profile');
  await linkFor(nina, 'nina@neu.example');
  await page.reload();
  const [{ text: mail }] = await mailsTo(stage, 'nina@neu.example');
  await page.getByLabel('Code').fill(mail.match(/\b\d{6}\b/)[0]);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Your name').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem('consentry.code')), null);
  await nina.leave();
});

test('HEALTH-4: the way back keeps query and fragment, by code and by the link', async () => {
  const dana = await visit(stage);
  await dana.go('/requests/sent?status=INVALID&text=stock#there');
  const link = await linkFor(dana, 'dana@northwind.example');
  const second = await dana.context.newPage();
  await second.goto(link);
  await second.getByRole('link', { name: 'Continue' }).click();
  await second.getByRole('heading', { name: 'Requests' }).waitFor();
  assert.equal(second.url(), `${stage.base}/requests/sent?status=INVALID&text=stock#there`);
  await second.close();
  await dana.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await dana.page.getByRole('heading', { name: 'Requests' }).waitFor();
  assert.equal(dana.page.url(), `${stage.base}/requests/sent?status=INVALID&text=stock#there`);
  await dana.leave();

  const again = await visit(stage);
  await again.go('/sign-in?return=%2Frequests%2Fsent%3Ftext%3Dstock%23there');
  await signInByCode(stage, again.page, 'dana@northwind.example');
  await again.page.getByRole('heading', { name: 'Requests' }).waitFor();
  assert.equal(again.page.url(), `${stage.base}/requests/sent?text=stock#there`);
  await again.leave();
});

test('INV-4: who looks away while signed out, and signs in nowhere, loses nothing of the page below', async () => {
  const dana = await visit(stage, 'dana');
  await loseSession(dana);
  const link = await linkFor(dana, 'dana@northwind.example');
  const asked = dana.page.waitForResponse((answer) => answer.request().postData()?.includes('SignedIn') ?? false);
  await dana.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await asked;
  await painted(dana.page, 10);
  await dana.page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  const second = await dana.context.newPage();
  await second.goto(link);
  await second.close();
  await dana.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await dana.page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await dana.page.getByLabel('Your name').inputValue(), 'Dana K. Kim');
  await dana.leave();
});
