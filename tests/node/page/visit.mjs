// Somebody with a browser: signs in, looks, and writes down whatever a page must not do.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/// Where the demo's doors are not wanted: a stranger.
export const STRANGER = undefined;
export const DESKTOP = { width: 1280, height: 860 };
export const PHONE = { width: 390, height: 844 };

/// A browser of its own, as a person of the demo or as nobody yet.
export async function visit(stage, who, { viewport = DESKTOP, theme = 'light', ...more } = {}) {
  const phone = viewport.width < 600;
  const context = await stage.browser.newContext({
    viewport,
    colorScheme: theme,
    hasTouch: phone,
    isMobile: phone,
    reducedMotion: 'reduce',
    locale: 'en-US',
    ...more,
  });
  context.setDefaultTimeout(10_000);
  const wrongs = [];
  await context.exposeBinding('tellWrong', (_, what) => wrongs.push(what));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.tellWrong(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  // What the test itself provokes, said beforehand: an answer that is not 200 shows in the console.
  const expected = [];
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    const text = message.text();
    if (!expected.some((pattern) => pattern.test(text))) wrongs.push(`console: ${text}`);
  });
  context.on('weberror', (error) => wrongs.push(`error: ${error.error().stack}`));
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== stage.base) wrongs.push(`another host: ${request.url()}`);
  });
  if (who) await context.request.get(`${stage.base}/demo/${who}`, { maxRedirects: 0 });
  const page = await context.newPage();
  return {
    base: stage.base,
    context,
    page,
    expect: (pattern) => expected.push(pattern),
    go: (path) => page.goto(stage.base + path),
    /// Calls the API as this person.
    ask: async (query, variables = {}) => {
      const answer = await context.request.post(`${stage.base}/graphql`, { data: { query, variables } });
      return answer.json();
    },
    /// Ends the visit; nothing may have gone wrong in it.
    leave: async () => {
      // An answer that a test changes may be on its way still; nobody waits for it any more.
      for (const page of context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
      assert.deepEqual(wrongs, []);
    },
  };
}

/// The page, once it is opened, follows what happens: for screens that do not say so.
export const subscribed = (page) =>
  new Promise((done) => {
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => String(payload).includes('"type":"subscribe"') && done());
    });
  });

/// So many pictures more have been painted.
export const painted = (page, pictures = 2) =>
  page.evaluate(async (pictures) => {
    for (let left = pictures; left > 0; left -= 1) await new Promise((done) => requestAnimationFrame(done));
  }, pictures);

/// All that was on its way is there: nothing moves any more under a press.
export const loaded = (page) => page.locator('.skeleton').first().waitFor({ state: 'detached' });

/// Closes a window by its key, which it hears once it has the focus: a moment after it is there.
export async function pressEscape(page) {
  await page.locator(':is([role=dialog], [role=alertdialog]):focus-within').waitFor();
  await page.keyboard.press('Escape');
}

/// Somebody is signed out elsewhere while they change their name.
export async function loseSession({ go, page, context, expect }) {
  await go('/profile');
  await page.getByLabel('Your name').fill('Dana K. Kim');
  expect(/status of 401/);
  await context.clearCookies();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
}

/// The judge's script, small: reading it takes a page longer than the judging.
const JUDGE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/// What a judge of accessibility finds on a page: nothing.
export async function assertAccessible(page, name) {
  // The judge comes from outside of the page, so its script is given to the debugger and not to the document.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(JUDGE);
  const found = await page.evaluate(
    async (tags) => {
      // Every rule is asked; only what fails is written out.
      const { violations } = await window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 120)} ${any[0]?.message ?? ''}`).join(' | ')}`);
    },
    TAGS,
  );
  assert.deepEqual(found, [], name);
}

/// Nothing sticks out at the side.
export async function assertNoSideways(page, name) {
  const { inner, outer } = await page.evaluate(() => ({ inner: document.documentElement.scrollWidth, outer: window.innerWidth }));
  assert.ok(inner <= outer, `${name} is ${inner} wide in a window of ${outer}`);
}

/// Mails of the built-in mailbox to an address, newest first.
export async function mailsTo(stage, address) {
  const mails = await (await fetch(`${stage.base}/mailbox.json`)).json();
  return mails.filter(({ to }) => to === address);
}

/// The newest mail to an address whose subject fits; mail takes a moment, so it is waited for.
export async function mailTo(stage, address, subject) {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    const mail = (await mailsTo(stage, address)).find((each) => subject.test(each.subject));
    if (mail) return mail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail to ${address} with ${subject}`);
}

/// Asks for a code on a page that one signs in by, and answers what fits of its mail; others may come at the same time.
export async function askForCode(stage, page, address, what) {
  const before = (await mailsTo(stage, address)).length;
  await page.getByLabel('Your email address').fill(address);
  await page.getByRole('button', { name: 'Email me a code' }).click();
  await page.getByLabel('Code').waitFor();
  let found;
  await until(async () => {
    const mails = await mailsTo(stage, address);
    const since = mails.slice(0, mails.length - before);
    found = since.map(({ text }) => text.match(what)?.[0]).find(Boolean);
    return found;
  });
  return found;
}

/// Signs in by the code from the mail, on a page that asks for it.
export async function signInByCode(stage, page, address) {
  const code = await askForCode(stage, page, address, /\b\d{6}\b/);
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/// Writes a request for the sandbox on a page that leads to the form, as somebody would who reads it.
export async function send({ page }, name, chooseRecipient) {
  await page.getByRole('link', { name: 'Create request' }).first().click();
  await page.getByLabel('Name of the request').fill(name);
  await chooseRecipient(page);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('combobox', { name: 'App', exact: true }).fill('Sandb');
  await page.getByRole('option', { name: /Sandbox/ }).click();
  await page.getByRole('checkbox', { name: 'Search for contacts' }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.getByRole('heading', { name: /^Sent to / }).waitFor();
}

/// Chooses Ben, a colleague, as recipient.
export async function toBen(page) {
  await page.getByRole('combobox', { name: 'Recipient' }).fill('Ben');
  await page.getByRole('option', { name: /Ben Ito/ }).click();
}

/// The address of a request by its name.
export async function requestPath({ ask }, name) {
  const { data } = await ask('{ viewer { memberships { teams { teamId } } } receivedRequests(first: 50) { edges { node { id name } } } }');
  const lists = [data.receivedRequests];
  for (const { teamId } of data.viewer.memberships.flatMap(({ teams }) => teams)) {
    const sent = await ask('query($team: ID!) { sentRequests(teamId: $team, first: 50) { edges { node { id name } } } }', { team: teamId });
    if (sent.data) lists.push(sent.data.sentRequests);
  }
  const found = lists.flatMap(({ edges }) => edges).find(({ node }) => node.name === name);
  assert.ok(found, `a request “${name}”`);
  return `/requests/${found.node.id}`;
}

/// Asks again and again until it is so: for what the program does by itself, such as writing its ledger.
export async function until(isSo, patience = 20_000) {
  const end = Date.now() + patience;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, 'not in time');
    await new Promise((done) => setTimeout(done, 50));
  }
}

/// Makes a connection of an item by the API; `call` calls it through the broker and answers the status.
export async function connect(visitor, item, name, consumer = 'Nightly sync') {
  const made = await visitor.ask(
    'mutation($input: CreateConnectionInput!) { createConnection(input: $input) { token connection { id } } }',
    { input: { itemId: item, name, consumer } },
  );
  const { token, connection } = made.data.createConnection;
  const call = async (path, method = 'GET') => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${visitor.base}/broker/${connection.id}${path}`, { method, headers })).status;
  };
  return { id: connection.id, token, call };
}

/// The team that sends in the demo, and its organization.
export async function northwind({ ask }) {
  const { data } = await ask('{ viewer { memberships { organizationId teams { teamId teamName } } } }');
  const own = data.viewer.memberships.find(({ teams }) => teams.some(({ teamName }) => teamName === 'Automation'));
  return { organization: own.organizationId, team: own.teams.find(({ teamName }) => teamName === 'Automation').teamId };
}

/// Asks Ben for an app by the API, in his colleague's name; answers the ids of request and item.
export async function askBen(visitor, name, app, modules) {
  const { team } = await northwind(visitor);
  const people = await visitor.ask('query($team: ID!) { recipients(teamId: $team, text: "Ben") { edges { node { person { id } } } } }', { team });
  const [{ node }] = people.data.recipients.edges;
  const made = await visitor.ask(
    'mutation($input: CreateCredentialRequestInput!) { createCredentialRequest(input: $input) { request { id items { id } } } }',
    {
      input: {
        teamId: team,
        name,
        recipient: { member: node.person.id },
        items: [{ app, modules: { ids: modules }, connectionName: name }],
        acceptTerms: true,
      },
    },
  );
  const { id, items } = made.data.createCredentialRequest.request;
  return { request: id, item: items[0].id };
}

/// An item of the team by the name of its connection.
export async function credential(visitor, name) {
  const { team } = await northwind(visitor);
  const query = 'query($team: ID!) { credentials(teamId: $team, first: 100) { edges { node { id connectionName state } } } }';
  const { data } = await visitor.ask(query, { team });
  const items = data.credentials.edges.map(({ node }) => node).filter(({ state }) => state === 'AUTHORIZED');
  return name ? items.find(({ connectionName }) => connectionName === name) : items[0];
}
