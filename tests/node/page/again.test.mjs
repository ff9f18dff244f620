// What a sender does when the answer was no, or nobody is there any more to give one.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { assertAccessible, mailTo, pressEscape, requestPath, subscribed, visit } from './visit.mjs';

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

const ITEMS = 'query($id: ID!) { request(id: $id) { organization { id } items { id } } }';
const ACCEPT = 'mutation($link: String!) { acceptInvitation(input: { link: $link }) { request { id } } }';
const DECLINE = 'mutation($item: ID!) { declineItem(input: { itemId: $item, reason: "Not this one" }) { item { state } } }';
const SHARE =
  'mutation($item: ID!) { submitCredential(input: { itemId: $item, method: "api_key", fields: [{ name: "key", value: "sandbox-key-1" }] }) { item { state } } }';

test('B4, REQ-2, ROLE-7: who came from outside is asked again as whom one knows; who left, not at all', async () => {
  const [dana, mia] = [await visit(stage, 'dana'), await visit(stage, 'mia')];
  const { page } = dana;
  const { text } = await mailTo(stage, 'mia@harbor.example', /asks for access/);
  const accepted = await mia.ask(ACCEPT, { link: text.match(/\/i\/(\S+)/)[1] });
  const { id } = accepted.data.acceptInvitation.request;
  const { data } = await mia.ask(ITEMS, { id });
  const { items, organization } = data.request;
  const [sandbox, other] = items;
  assert.equal((await mia.ask(DECLINE, { item: other.id })).data.declineItem.item.state, 'DECLINED');

  // What was begun before is not dropped unasked.
  await dana.go('/requests/new');
  await page.getByLabel('Name of the request').fill('Half written');
  await dana.go(`/requests/${id}`);
  const card = page.locator(`[id="${other.id}"]`);
  await card.getByRole('button', { name: /^Ask again/ }).click();
  const window = page.getByRole('alertdialog', { name: 'You have begun another request' });
  await window.getByText('“Half written” was not sent yet').waitFor();
  await assertAccessible(page, 'a request that was begun before');
  await window.getByRole('button', { name: 'Go on with it' }).click();
  await page.getByLabel('Name of the request').waitFor();
  assert.equal(await page.getByLabel('Name of the request').inputValue(), 'Half written');
  await page.goBack();
  await card.getByRole('button', { name: /^Ask again/ }).click();
  await window.getByRole('button', { name: 'Drop it and begin anew' }).click();
  await page.getByRole('combobox', { name: 'Recipient' }).waitFor();
  assert.match(await page.getByRole('combobox', { name: 'Recipient' }).inputValue(), /^Mia/);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('checkbox', { name: 'All of it' }).waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('checkbox', { name: /I ask only for what I need/ }).check();
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.getByRole('heading', { name: /^Sent to Mia/ }).waitFor();

  // She shares the other account, then leaves; there is nobody to mail to any more.
  const shared = await mia.ask(SHARE, { item: sandbox.id });
  assert.ok(shared.data, JSON.stringify(shared));
  await dana.go(`/requests/${id}`);
  await page.locator(`[id="${sandbox.id}"]`).getByText(/^Connected/).waitFor();
  await page.locator('[data-live="live"]').waitFor();
  const leave = 'mutation($id: ID!) { leaveOrganization(input: { organizationId: $id }) { userId } }';
  await mia.ask(leave, { id: organization.id });
  await page.locator(`[id="${sandbox.id}"]`).getByText(/left the organization, which ended this access/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Mail it again' }).count(), 0);
  await dana.leave();
  await mia.leave();
});

test('A2, A3, B9: what a deletion stops and what somebody shares stand there before; who has applied is marked', async () => {
  const dana = await visit(stage, 'dana');
  const { page } = dana;
  const { data } = await dana.ask('{ viewer { memberships { teams { teamId teamName } } } }');
  const team = data.viewer.memberships.flatMap(({ teams }) => teams).find(({ teamName }) => teamName === 'Automation');
  const found = await dana.ask('query($id: ID!) { connections(teamId: $id) { totalCount edges { node { name consumer } } } }', {
    id: team.teamId,
  });
  const { totalCount, edges } = found.data.connections;
  assert.ok(totalCount > 0);
  await dana.go('/organization');
  for (const name of ['Delete: Automation', 'Delete the organization']) {
    await page.getByRole('button', { name }).click();
    const window = page.getByRole('alertdialog');
    await window.getByText(/connections? will stop working:$/).waitFor();
    assert.equal(await window.getByRole('listitem').count(), totalCount, name);
    await window.getByRole('listitem').filter({ hasText: edges[0].node.name }).filter({ hasText: edges[0].node.consumer }).waitFor();
    await pressEscape(page);
    await window.waitFor({ state: 'detached' });
  }

  // In the demo everybody may send requests.
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('query People(')) return route.fallback();
    const answer = await route.fetch();
    const json = await answer.json();
    const olga = json.data.organization.members.edges.find(({ node }) => node.person.name === 'Olga Petrova');
    Object.assign(olga.node, { hasFeature: false, hasApplied: true });
    return route.fulfill({ response: answer, json });
  });
  await dana.go('/organization/people');
  await page.getByRole('row').filter({ hasText: 'Olga Petrova' }).getByText('Has applied').waitFor();
  const ben = page.getByRole('row').filter({ hasText: 'Ben Ito' });
  const shares = (await ben.getByText(/shares \d+ accounts?/).innerText()).match(/\d+/)[0];
  await ben.getByRole('button', { name: 'More for Ben Ito' }).click();
  await page.getByRole('menuitem', { name: 'Remove from the organization' }).click();
  const asked = page.getByRole('alertdialog');
  await asked.getByText(shares === '1' ? 'The account that they share here' : `The ${shares} accounts that they share here`).waitFor();
  await asked.getByRole('button', { name: 'Cancel' }).click();
  // Nobody is made one who administers by a slip.
  await ben.getByRole('button', { name: 'More for Ben Ito' }).click();
  await page.getByRole('menuitem', { name: 'Make Owner' }).click();
  await asked.getByText('delete the organization').waitFor();
  await asked.getByRole('button', { name: 'Make Owner' }).click();
  await asked.waitFor({ state: 'detached' });
  await ben.getByText(/^Owner/).waitFor();
  await dana.leave();
});

test('REC-10: what one shares follows when the other side ends it', async () => {
  const [dana, ben] = [await visit(stage, 'dana'), await visit(stage, 'ben')];
  const id = (await requestPath(dana, 'Newsletter list')).split('/').pop();
  const follows = subscribed(ben.page);
  await ben.go('/grants');
  await ben.page.getByText('Newsletter list').first().waitFor();
  await follows;
  const { data } = await dana.ask('query($id: ID!) { deletionPreview(requestId: $id) { confirmationToken } }', { id });
  const token = data.deletionPreview.confirmationToken;
  await dana.ask('mutation($id: ID!, $token: String!) { deleteRequest(input: { requestId: $id, confirmationToken: $token }) { requestId } }', {
    id,
    token,
  });
  await ben.page.getByText('Newsletter list').first().waitFor({ state: 'detached' });
  await dana.leave();
  await ben.leave();
});
