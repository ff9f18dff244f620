// What the parts promise in their header comments: `npm test`.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { start, stop } from './part.mjs';

const json = async (url, body) => {
  const options = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(url, options)).json();
};

let oidc;
let smtp;
before(async () => {
  [oidc, smtp] = await Promise.all([start('oidc.mjs'), start('smtp.mjs')]);
});
after(async () => {
  await Promise.all([stop(oidc), stop(smtp)]);
});

const callback = 'http://127.0.0.1:9/oauth/callback';
const basic = { authorization: `Basic ${Buffer.from('client:secret').toString('base64')}` };

/// Follows redirects with cookies, as a browser would, up to the callback.
async function authorize(parameters) {
  const jar = new Map();
  let url = `${oidc.authorization_endpoint}?${new URLSearchParams(parameters)}`;
  while (!url.startsWith(callback)) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split(/=(.*)/s);
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    assert.ok(location, `${answer.status} ${await answer.text()}`);
    url = new URL(location, url).href;
  }
  return new URL(url).searchParams;
}

const post = async (url, form) => {
  const answer = await fetch(url, { method: 'POST', headers: basic, body: new URLSearchParams(form) });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
};

function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return { verifier, asked: { code_challenge: challenge, code_challenge_method: 'S256' } };
}

const ask = (more) => ({
  client_id: 'client',
  response_type: 'code',
  redirect_uri: callback,
  scope: 'openid offline_access email api:read',
  prompt: 'consent',
  state: 'xyz',
  ...more,
});
const exchange = (code, verifier) =>
  post(oidc.token_endpoint, { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier });

test('oidc: consent, exchange, userinfo, introspection, rotation, reuse, revocation', async () => {
  await json(oidc.control, { consent: true, redirect_uris: { client: [callback] } });
  const { verifier, asked } = pkce();
  const answer = await authorize(ask({ ...asked, login_hint: 'mia' }));
  assert.equal(answer.get('iss'), oidc.issuer);
  assert.equal(answer.get('state'), 'xyz');
  const { body: tokens } = await exchange(answer.get('code'), verifier);
  assert.match(tokens.scope, /api:read/);
  assert.ok(tokens.expires_in <= 60);
  const me = await fetch(oidc.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  assert.equal((await me.json()).email, 'mia@example.com');
  assert.equal((await post(oidc.introspection_endpoint, { token: tokens.access_token })).body.active, true);

  const refresh = (token) => post(oidc.token_endpoint, { grant_type: 'refresh_token', refresh_token: token });
  const { body: second } = await refresh(tokens.refresh_token);
  assert.notEqual(second.refresh_token, tokens.refresh_token);
  const reused = await refresh(tokens.refresh_token);
  assert.deepEqual([reused.status, reused.body.error], [400, 'invalid_grant']);
  assert.equal((await refresh(second.refresh_token)).body.error, 'invalid_grant');

  const fresh = pkce();
  const again = await authorize(ask({ ...fresh.asked, login_hint: 'mia' }));
  const { body: third } = await exchange(again.get('code'), fresh.verifier);
  assert.equal((await post(oidc.revocation_endpoint, { token: third.refresh_token })).status, 200);
  assert.equal((await post(oidc.introspection_endpoint, { token: third.access_token })).body.active, false);

  const stats = await json(`${oidc.control}/stats`);
  assert.equal(stats.granted, 2);
  assert.equal(stats.refreshed, 1);
  assert.equal(stats.reuse_refused, 1);
  assert.equal(stats.revoked, 2);
  assert.equal(stats.live_refresh, 0);
});

test('oidc: cancel by control and by hint, PKCE required, some scopes only', async () => {
  const { verifier, asked } = pkce();
  await json(oidc.control, { consent: false });
  assert.equal((await authorize(ask(asked))).get('error'), 'access_denied');
  await json(oidc.control, { consent: true, grant_only: ['offline_access', 'api:read'] });
  assert.equal((await authorize(ask({ ...asked, login_hint: 'cancel' }))).get('error'), 'access_denied');
  assert.equal((await authorize(ask({}))).get('error'), 'invalid_request');
  const answer = await authorize(ask({ ...asked, scope: 'openid offline_access api:read api:write' }));
  assert.equal((await exchange(answer.get('code'), 'x'.repeat(43))).body.error, 'invalid_grant');
  const again = await authorize(ask({ ...asked, scope: 'openid offline_access api:read api:write' }));
  const { body } = await exchange(again.get('code'), verifier);
  assert.match(body.scope, /api:read/);
  assert.doesNotMatch(body.scope, /api:write/);
  await json(`${oidc.control}/revoke`, {});
  const { body: dead } = await post(oidc.token_endpoint, { grant_type: 'refresh_token', refresh_token: body.refresh_token });
  assert.equal(dead.error, 'invalid_grant');
});

/// Speaks SMTP line by line; answers the last reply's code, or 'closed'.
async function deliver(subject) {
  const socket = connect(smtp.smtp, '127.0.0.1');
  const lines = createInterface(socket);
  const message = `From: a@x.example\r\nTo: b@x.example\r\nMessage-ID: <1@x.example>\r\nSubject: ${subject}\r\n\r\nHello\r\n.`;
  const steps = ['EHLO x', 'MAIL FROM:<a@x.example>', 'RCPT TO:<b@x.example>', 'DATA', message, 'QUIT'];
  let last = 'closed';
  socket.on('error', () => {});
  try {
    for await (const line of lines) {
      if (/^\d{3}-/.test(line)) continue;
      if (line.startsWith('221')) break;
      last = line.slice(0, 3);
      const next = steps.shift();
      if (next === 'QUIT' || (last >= '400' && next)) steps.length = 0;
      socket.write(`${last >= '400' ? 'QUIT' : next}\r\n`);
      if (next === message) last = 'closed';
    }
  } catch {
    return 'closed';
  } finally {
    socket.destroy();
  }
  return last;
}

test('smtp: keeps mails and fails by script', async () => {
  const control = `http://127.0.0.1:${smtp.control}`;
  await json(`${control}/script`, { next: ['451', '550', 'drop', 'ok'] });
  assert.equal(await deliver('one'), '451');
  assert.equal(await deliver('two'), '550');
  assert.equal(await deliver('three'), 'closed');
  assert.equal(await deliver('four'), '250');
  const mails = await json(`${control}/mails`);
  assert.deepEqual(mails.map(({ subject }) => subject), ['four']);
  const { message_id, from, to, text, headers } = mails[0];
  assert.deepEqual([message_id, from, to, text.trim()], ['<1@x.example>', 'a@x.example', ['b@x.example'], 'Hello']);
  assert.equal(headers.subject, 'four');
  assert.deepEqual(await json(`${control}/stats`), { accepted: 1, failed: 2, dropped: 1, connections: 4 });
  await json(`${control}/clear`, {});
  assert.deepEqual(await json(`${control}/mails`), []);
});
