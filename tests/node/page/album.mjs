// Takes the pictures of the README from the demo: `make album`.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setStage } from '../stage.mjs';
import { settled } from './screens.mjs';
import { PHONE, requestPath, visit } from './visit.mjs';

/// Most bytes of a picture: the README is read on phones too.
const MOST = 80_000;
const WIDE = { width: 1120, height: 720 };
/// Pixels of a picture for one of the page.
const SHARP = 1.6;

const folder = process.argv[2] ?? 'docs/img';
mkdirSync(folder, { recursive: true });

/// As WebP, which Playwright does not write by itself.
async function take(page, name) {
  await settled(page);
  const session = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize();
  const top = await page.evaluate(() => window.scrollY);
  const clip = { x: 0, y: top, width, height, scale: SHARP };
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82, clip });
  const bytes = Buffer.from(data, 'base64');
  assert.ok(bytes.length <= MOST, `${name} has ${bytes.length} bytes`);
  writeFileSync(join(folder, `${name}.webp`), bytes);
  console.log(`${name}.webp: ${bytes.length} bytes`);
}

const stage = await setStage();
try {
  const ben = await visit(stage, 'ben', { viewport: PHONE, deviceScaleFactor: SHARP });
  const path = await requestPath(ben, 'New-customer follow-up');
  const dana = await visit(stage, 'dana', { viewport: WIDE, deviceScaleFactor: SHARP });

  await ben.go(path);
  await ben.page.getByRole('heading', { level: 1 }).waitFor();
  await take(ben.page, 'recipient');

  await ben.page.getByRole('button', { name: 'Review next' }).click();
  await take(ben.page, 'account');

  await dana.go(path);
  await ben.page.getByRole('button', { name: 'Authorize Sandbox' }).first().click();
  await ben.page.getByRole('button', { name: 'Continue to Sandbox' }).click();
  await ben.page.getByRole('button', { name: 'Allow' }).click();
  await ben.page.waitForURL(/\/requests\//);
  await ben.page.getByRole('button', { name: 'Look at the account' }).click();
  await ben.page.getByRole('button', { name: 'Yes, this is right' }).click();
  const { data } = await ben.ask('query($id: ID!) { request(id: $id) { items { id } } }', { id: path.split('/').pop() });
  const submit = `mutation($item: ID!) { submitCredential(input: {
    itemId: $item, method: "api_key", fields: [{ name: "key", value: "sandbox-key-1" }] }) { item { state } } }`;
  await ben.ask(submit, { item: data.request.items[1].id });
  await dana.page.getByText('Connected as').nth(1).waitFor();
  await take(dana.page, 'answered');

  await dana.go('/requests/new?step=2');
  await dana.page.getByRole('combobox', { name: 'App', exact: true }).fill('HubSp');
  await dana.page.getByRole('option', { name: /HubSpot/ }).click();
  for (const name of ['Search for contacts', 'Create or update a contact']) {
    await dana.page.getByRole('checkbox', { name }).check();
  }
  await take(dana.page, 'new-request');
  await ben.context.close();
  await dana.context.close();
} finally {
  await stage.stop();
}
