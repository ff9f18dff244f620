// The history of an organization: in words, and as a file.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

test('SEC-4: an owner reads who did what in words, and takes all records of the chain along as CSV', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await dana.go('/organization/log');
  const row = page.getByRole('row').filter({ hasText: 'Dana Kim created a connection' });
  await row.getByText('Sandbox · “Newsletter list” · Ben Ito').waitFor();
  await row.locator('summary').click();
  await row.getByText('CONNECTION_CREATED').waitFor();
  const waits = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as CSV' }).click();
  const download = await waits;
  assert.match(download.suggestedFilename(), /^history-\d{4}-\d\d-\d\d\.csv$/);
  const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n');
  assert.equal(lines[0], '\ufeffnumber,time,kind,words,actor,name,person,concerning,about,hash');

  const { data } = await dana.ask('{ viewer { memberships { organizationId } } }');
  const asked = await dana.ask('query($id: ID!) { organization(id: $id) { auditLog(first: 100) { edges { node { seq mac } } } } }', {
    id: data.viewer.memberships[0].organizationId,
  });
  // More may have been recorded since the file was taken.
  const newest = Number(lines[1].split(',')[0]);
  const records = asked.data.organization.auditLog.edges.map(({ node }) => node).filter(({ seq }) => seq <= newest);
  assert.deepEqual(
    lines.slice(1).map((line) => [Number(line.split(',')[0]), line.split(',').at(-1)]),
    records.map(({ seq, mac }) => [seq, mac]),
  );
  assert.ok(lines.some((line) => /,CONNECTION_CREATED,created a connection,PERSON,Dana Kim,usr_\w+,Sandbox · “Newsletter list” · Ben Ito,/.test(line)));

  // Narrowed to one kind, in the address: Back takes it back.
  await page.getByLabel('What happened').selectOption({ label: 'Declined' });
  await page.getByRole('row').filter({ hasText: 'created a connection' }).waitFor({ state: 'detached' });
  await page.getByRole('row').filter({ hasText: 'Ben Ito declined' }).first().waitFor();
  assert.equal(new URL(page.url()).search, '?kind=ITEM_DECLINED');
  const again = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as CSV' }).click();
  const narrowed = readFileSync(await (await again).path(), 'utf8').trimEnd().split('\r\n').slice(1);
  assert.ok(narrowed.length > 0 && narrowed.every((line) => line.includes(',ITEM_DECLINED,')));
  await dana.go('/organization/log?kind=TEAM_DELETED');
  await page.getByText('Nothing of this kind has happened.').waitFor();
  await page.goBack();
  await page.getByRole('row').filter({ hasText: 'Ben Ito declined' }).first().waitFor();
  await page.goBack();
  await row.locator('summary').click();
  await row.getByRole('link', { name: 'Look at the request' }).click();
  await page.getByRole('heading', { level: 1, name: 'Newsletter list' }).waitFor();
  await dana.leave();
});
