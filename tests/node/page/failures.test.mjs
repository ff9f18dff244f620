// What could not be loaded says so, where it would stand, and can be tried again; it is never taken for nothing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { assertAccessible, northwind, until, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

const AWAY = { data: null, errors: [{ message: 'away', extensions: { code: 'UNAVAILABLE' } }] };

/// Answers an operation otherwise: `how` gets its variables and the true answer, and says nothing where that stands.
async function answer({ page }, operation, how) {
  await page.route('**/graphql', async (route) => {
    const { query = '', variables } = route.request().postDataJSON() ?? {};
    if (!query.includes(`query ${operation}`)) return route.fallback();
    const true_ = await route.fetch();
    const json = await true_.json();
    await route.fulfill({ response: true_, json: how(variables, json) ?? json });
  });
}

test('API-3: a next page that fails says so in its place, and comes when it is tried again', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  let away = true;
  await answer(dana, 'AuditLog', ({ after }, json) => {
    const log = json.data.organization.auditLog;
    if (after) return away ? AWAY : undefined;
    // As if the list were longer.
    log.edges = log.edges.slice(0, 5);
    log.totalCount = 60;
    log.pageInfo = { ...log.pageInfo, hasNextPage: true, endCursor: log.edges[4].cursor };
    return undefined;
  });
  await dana.go('/organization/log');
  await page.getByRole('button', { name: 'Show more' }).click();
  const failed = page.getByRole('table').getByRole('alert');
  await failed.getByText('This could not be loaded').waitFor();
  await assertAccessible(page, 'a next page that failed');
  const rows = await page.getByRole('row').count();
  away = false;
  await failed.getByRole('button', { name: 'Try again' }).click();
  await until(async () => (await page.getByRole('row').count()) > rows);
  await dana.leave();
});

test('API-3: so does the next page of a list that is no table', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await answer(dana, 'DeadJobs', ({ after }, json) => {
    if (after) return AWAY;
    const job = { __typename: 'DeadJob', id: 'job_1', kind: 'CLEAR_REQUEST', error: 'no', attempts: 3, requestId: null };
    const node = { ...job, createdAt: new Date().toISOString(), givenUpAt: new Date().toISOString() };
    json.data.deadJobs = {
      ...json.data.deadJobs,
      totalCount: 2,
      edges: [{ __typename: 'DeadJobEdge', cursor: 'a', node }],
      pageInfo: { ...json.data.deadJobs.pageInfo, hasNextPage: true, endCursor: 'a' },
    };
    return undefined;
  });
  await dana.go('/instance/jobs');
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByRole('listitem').getByText('This could not be loaded').waitFor();
  await assertAccessible(page, 'a next page of a list that failed');
  await dana.leave();
});

test('ROLE-7: what leaving ends is told page by page to the last; a failure is not taken for nothing', async () => {
  const ben = await visit(stage, 'ben');
  const { page } = ben;
  const { data } = await ben.ask('{ viewer { memberships { organizationId organizationName } } }');
  const { organizationId } = data.viewer.memberships.find(({ organizationName }) => organizationName === 'Northwind');
  let away = true;
  await answer(ben, 'LeavingOrganization', ({ after }, json) => {
    if (after) return away ? AWAY : undefined;
    // As if none fitted onto the first page.
    const { grants } = json.data;
    json.data.grants = { ...grants, edges: [], pageInfo: { ...grants.pageInfo, hasNextPage: true, endCursor: grants.edges[0].cursor } };
    return undefined;
  });
  await ben.go(`/leave/${organizationId}`);
  await page.getByText('This could not be loaded').waitFor();
  assert.equal(await page.getByText('You share nothing there at the moment.').count(), 0);
  away = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('This access ends:').waitFor();
  await ben.leave();
});

test('ROLE-8: the only owner reads that they cannot leave before they try, and where another is chosen', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  await dana.go(`/leave/${(await northwind(dana)).organization}`);
  await page.getByText('An organization needs an owner.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Leave and remove all' }).count(), 0);
  await assertAccessible(page, 'the only owner');
  await page.getByRole('button', { name: 'Choose another owner' }).click();
  await page.waitForURL('**/organization/people');
  await page.getByRole('heading', { level: 1, name: 'Northwind', exact: true }).waitFor();
  await dana.leave();
});

test('ROLE-8, B11: an organization without a team can be worked in, and its owner is led to its people', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  const made = await dana.ask('mutation { createOrganization(input: { name: "Empty House" }) { organization { id } } }');
  await dana.go(`/leave/${made.data.createOrganization.organization.id}`);
  await page.getByRole('button', { name: 'Choose another owner' }).click();
  await page.getByRole('heading', { level: 1, name: 'Empty House' }).waitFor();
  await page.getByLabel('Team you work in').selectOption({ label: 'Automation' });
  await page.getByRole('heading', { level: 1, name: 'Northwind' }).waitFor();
  await page.getByLabel('Team you work in').selectOption({ label: 'Empty House' });
  await page.getByRole('heading', { level: 1, name: 'Empty House' }).waitFor();
  await dana.leave();
});

test('REQ-3: a catalog or people that did not come are not taken for none that fit', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  let away = true;
  for (const operation of ['AppChoices', 'Recipients', 'AppParts']) await answer(dana, operation, () => (away ? AWAY : undefined));
  await dana.go('/requests/new');
  const failed = page.getByText('The list could not be loaded. Type on to try again.');
  await page.getByRole('combobox', { name: 'Recipient' }).fill('Ben');
  await failed.waitFor();
  assert.equal(await page.getByText('Nobody fits').count(), 0);
  await page.keyboard.press('Escape');
  await dana.go('/requests/new?step=2');
  const apps = page.getByRole('combobox', { name: 'App', exact: true });
  await apps.fill('Sandb');
  await failed.waitFor();
  assert.equal(await page.getByText('No app fits').count(), 0);
  await answer(dana, 'AppChoices', () => undefined);
  await apps.fill('Sandbo');
  await page.getByRole('option', { name: /Sandbox/ }).click();
  await page.getByText('This could not be loaded').waitFor();
  await dana.go('/requests/new?step=3');
  await page.getByRole('article').getByText('This could not be loaded').waitFor();
  assert.equal(await page.getByText('Nothing chosen yet').count(), 0);
  away = false;
  await page.getByRole('article').getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('article').getByRole('heading', { name: 'Sandbox' }).waitFor();
  await dana.leave();
});

test('API-2: invitations that could not be loaded do not stay on their way for ever', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  let away = true;
  await answer(dana, 'Invitations', () => (away ? AWAY : undefined));
  await dana.go('/organization/people');
  const invitations = page.getByRole('region', { name: 'Pending invitations' });
  await invitations.getByText('This could not be loaded').waitFor();
  away = false;
  await invitations.getByRole('button', { name: 'Try again' }).click();
  await invitations.getByRole('alert').waitFor({ state: 'detached' });
  await dana.leave();
});

test('API-5: it says “Live” only when it is', async () => {
  const dana = await visit(stage, 'dana');
  let connect;
  const held = new Promise((resolve) => {
    connect = resolve;
  });
  await dana.page.routeWebSocket(/\/graphql$/, async (socket) => {
    await held;
    socket.connectToServer();
  });
  await dana.go('/requests/sent');
  const live = dana.page.locator('.live-dot');
  await live.getByText('Connecting').waitFor();
  connect();
  await live.getByText('Live', { exact: true }).waitFor();
  await dana.leave();
});
