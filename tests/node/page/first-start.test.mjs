// A new instance with a mail server of its own: the first person, and a job that is given up.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, stop } from '../part.mjs';
import { setStage } from '../stage.mjs';
import { assertAccessible, assertNoSideways, visit } from './visit.mjs';

let stage;
let smtp;
before(async () => {
  smtp = await start('smtp.mjs');
  stage = await setStage('serve', { SMTP_URL: `smtp://127.0.0.1:${smtp.smtp}`, MAIL_FROM: 'consentry@instance.example' });
});
after(async () => {
  await stage?.stop();
  if (smtp) await stop(smtp);
});

const door = async (method, path, body) => {
  const answer = await fetch(`http://127.0.0.1:${smtp.control}${path}`, { method, body: body && JSON.stringify(body) });
  return answer.json();
};

/// The newest mail to an address, which takes a moment.
async function mailTo(address) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const mail = (await door('GET', '/mails')).find(({ to }) => to.includes(address));
    if (mail) return mail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail to ${address}`);
}

test('OPS-7, REL-2: the first person sets the instance up; a mail that is refused for good is found among the jobs, and goes out when it is started again', async () => {
  const ada = await visit(stage);
  const { page } = ada;
  await ada.go('/set-up');
  await page.getByLabel('Your email address').fill('ada@first.example');
  await page.getByRole('button', { name: 'Email me a code' }).click();
  const { text } = await mailTo('ada@first.example');
  await page.getByLabel('Code').fill(text.match(/\b\d{6}\b/)[0]);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await page.getByLabel('Set-up code').fill('AAAA-AAAA-AAAA-AAAA');
  await page.getByLabel('Your name').fill('Ada Lowe');
  await page.getByLabel('Name of your organization').fill('First');
  await page.getByLabel('Name of its first team').fill('Starters');
  await assertAccessible(page, 'set-up');
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByText('This is not the code that the program printed').waitFor();
  // Typed as one likes: in small letters, and with other gaps.
  await page.getByLabel('Set-up code').fill(stage.said.match(/Set-up code[^:]*: (\S+)/)[1].toLowerCase().replaceAll('-', ' '));
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('heading', { name: 'Requests' }).waitFor();
  await page.getByText('Ada Lowe').first().waitFor();

  await door('POST', '/script', { next: ['550'] });
  await page.getByRole('link', { name: 'Create request' }).first().click();
  await page.getByLabel('Name of the request').fill('First of all');
  await page.getByRole('radio', { name: 'Somebody from outside' }).check();
  await page.getByLabel('Their name').fill('Kim Park');
  await page.getByLabel('Their email address').fill('kim@park.example');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('combobox', { name: 'App', exact: true }).fill('HubSp');
  await page.getByRole('option', { name: /HubSpot/ }).click();
  await page.getByRole('checkbox', { name: 'All of it' }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('checkbox', { name: /terms/ }).check();
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.getByRole('link', { name: 'Look at the request' }).click();
  await page.getByText('Could not be delivered', { exact: true }).waitFor();

  await ada.go('/instance/jobs');
  const job = page.getByRole('listitem').filter({ hasText: 'Mail: a request for somebody from outside' });
  await job.getByText(/550/).waitFor();
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await assertAccessible(page, `jobs, ${width} wide`);
    await assertNoSideways(page, `jobs, ${width} wide`);
  }
  await job.getByRole('button', { name: /^Start again/ }).click();
  await page.getByText('Nothing was given up').waitFor();
  assert.match((await mailTo('kim@park.example')).subject, /First of all/);

  // INV-6: what the server does not take for now is tried again, and its sender reads why.
  await door('POST', '/script', { next: Array(50).fill('451') });
  const { data } = await ada.ask('{ viewer { memberships { teams { teamId } } } }');
  const made = await ada.ask('mutation($input: CreateCredentialRequestInput!) { createCredentialRequest(input: $input) { request { id } } }', {
    input: {
      teamId: data.viewer.memberships[0].teams[0].teamId,
      name: 'Second',
      recipient: { outside: { name: 'Lee Sand', email: 'lee@sand.example' } },
      items: [{ app: 'hubspot', modules: { all: true } }],
      acceptTerms: true,
    },
  });
  const path = `/requests/${made.data.createCredentialRequest.request.id}`;
  for (const [at, place] of [[path, page.locator('dl.facts')], [`${path}/sent`, page.getByRole('main')]]) {
    await ada.go(at);
    await place.getByText('Delayed; it is tried again').waitFor();
    await place.getByText(/451/).waitFor();
    await assertAccessible(page, `a mail that waits, ${at}`);
  }
  await ada.leave();
});
