// Somebody who is asked is removed from the organization: what both sides see of it (ROLE-7).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { askBen, assertAccessible, assertNoSideways, northwind, painted, PHONE, subscribed, until, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

test('ROLE-7: a recipient who is removed sees so at once, and so does the other side; neither is led into a wall', async () => {
  const dana = await visit(stage, 'dana');
  const { request } = await askBen(dana, 'Left open', 'sandbox', ['search_contacts']);
  const ben = await visit(stage, 'ben', { viewport: PHONE });
  const follows = [subscribed(ben.page), subscribed(dana.page)];
  await ben.go(`/requests/${request}`);
  await ben.page.getByRole('button', { name: 'Authorize Sandbox' }).waitFor();
  await dana.go(`/requests/${request}`);
  await dana.page.getByRole('button', { name: 'Remind' }).waitFor();
  await Promise.all(follows);

  const { organization, team } = await northwind(dana);
  const people = await dana.ask('query($id: ID!) { organization(id: $id) { members(first: 100) { edges { node { person { id name } } } } } }', {
    id: organization,
  });
  const { person } = people.data.organization.members.edges.map(({ node }) => node).find((each) => each.person.name === 'Ben Ito');
  await dana.ask('mutation($org: ID!, $user: ID!) { removeMember(input: { organizationId: $org, userId: $user }) { userId } }', {
    org: organization,
    user: person.id,
  });

  await ben.page.getByRole('heading', { name: 'You are no longer part of Northwind' }).waitFor();
  await ben.page.getByText('Not answered').waitFor();
  assert.equal(await ben.page.getByRole('button', { name: /Authorize|Review next/ }).count(), 0);
  await assertAccessible(ben.page, 'a recipient who was removed');
  await assertNoSideways(ben.page, 'a recipient who was removed');
  // They can still say no.
  await ben.page.getByRole('button', { name: 'Decline Sandbox' }).waitFor();

  await dana.page.getByText(/^Ben Ito is no longer part of the organization\. What they shared has ended/).waitFor();
  await dana.page.getByText('Dana Kim removed the recipient from the organization').waitFor();
  assert.equal(await dana.page.getByRole('button', { name: /Remind|Mail it again|Copy link/ }).count(), 0);
  await assertAccessible(dana.page, 'a request whose recipient was removed');
  await dana.go('/requests/sent');
  await dana.page.getByRole('row').filter({ hasText: 'Left open' }).getByText('Recipient left').waitFor();
  // Asking again invites them anew, as somebody from outside.
  await dana.go(`/requests/${request}`);
  await dana.page.getByRole('button', { name: 'Ask again' }).click();
  await until(async () => (await dana.page.getByLabel('Their email address').inputValue()) === 'ben@northwind.example');

  // Who may not ask people from outside is led to whoever may, and into no refusal.
  const colleague = people.data.organization.members.edges.map(({ node }) => node).find((each) => each.person.name === 'Olga Petrova');
  await dana.ask('mutation($team: ID!, $user: ID!) { setTeamRole(input: { teamId: $team, userId: $user, role: MEMBER }) { userId } }', {
    team,
    user: colleague.person.id,
  });
  const olga = await visit(stage, 'olga');
  const asks = olga.page.waitForResponse((answer) => answer.request().postDataJSON()?.operationName === 'CanAskOutside');
  await olga.go(`/requests/${request}`);
  await (await asks).finished();
  await painted(olga.page);
  await olga.page.getByText('Owners and admins of the organization may ask them anew').waitFor();
  assert.equal(await olga.page.getByRole('button', { name: /^Ask again/ }).count(), 0);
  await olga.leave();
  // The organization's own history says who did it, too.
  await dana.go('/organization/log');
  await dana.page.getByText('Dana Kim removed the recipient from the organization').first().waitFor();

  await ben.go('/requests/received');
  await ben.page.getByRole('row').filter({ hasText: 'Left open' }).getByText('You left').waitFor();
  await dana.leave();
  await ben.leave();
});

test('ROLE-7, REC-10: who leaves reads what ends before, and hears that it was done', async () => {
  const olga = await visit(stage, 'olga');
  const { page } = olga;
  await olga.go('/grants');
  await page.getByText('You share nothing').waitFor();
  await page.getByRole('link', { name: 'Leave Northwind' }).click();
  await page.getByRole('heading', { level: 1, name: 'Leave Northwind?' }).waitFor();
  await assertAccessible(page, 'leaving');
  await page.getByRole('button', { name: 'Leave and remove all' }).click();
  await page.locator('[data-announcer]').getByText('You left Northwind.').waitFor({ state: 'attached' });
  assert.equal(new URL(page.url()).pathname, '/grants');
  await page.getByText('You share nothing').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Leave Northwind' }).count(), 0);
  await olga.leave();
});
