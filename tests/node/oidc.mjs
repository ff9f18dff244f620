// An OAuth 2 and OpenID Connect server that nobody here wrote (npm `oidc-provider`, certified).
//
//   node oidc.mjs ['{"clients": [...], "ttl": {...}, "scopes": [...], "conform": true,
//                  "keys": [...]}']
//
// Prints one line when ready:
//   {"ready":true,"issuer":"http://127.0.0.1:PORT","authorization_endpoint":..,"token_endpoint":..,
//    "revocation_endpoint":..,"introspection_endpoint":..,"userinfo_endpoint":..,"control":"..../control"}
// Ends when its standard input closes.
//
// The argument, each part optional:
//   clients  [{client_id, client_secret, redirect_uris: [..]}]; default `client` with `secret`, which may
//            redirect to http://127.0.0.1/callback and to any port of it that `POST /control` names
//   ttl      seconds: {"access": 60, "refresh": 600, "code": 60}
//   scopes   default ["openid","offline_access","profile","email","api:read","api:write","api:delete"]
//   conform  true: claims of the scopes `email` and `profile` are at userinfo only, as the standard has it;
//            default false: they are in the ID token, as most servers do it
//   keys     algorithms, such as ["PS256", "ES256"]: one fresh key for each, for clients that ask for ID tokens
//            signed by it; default: the key for RS256 that the library brings
// PKCE with S256 is required; a refresh token is given for `offline_access` and for `api:*`, is rotated at
// every use, and the whole grant is revoked when an old one is used again. Revoking either token of a grant
// ends both, as RFC 7009 section 2.1 allows. Answers carry `iss` (RFC 9207).
//
// Interaction is automatic and needs no JavaScript: the browser (or an HTTP client that keeps cookies and
// follows redirects) is signed in as `login_hint`, else as the account set by control, else as `ana`, and
// consents or cancels as control says. `login_hint=cancel` cancels that one request;
// `login_hint=cancel:ana` likewise for an account.
//
// The control door, on the same port:
//   POST /control        {"consent": true|false, "account": "ana", "grant_only": ["api:read"] | null,
//                        "redirect_uris": {"client": [..]}} sets what is named; answers the whole state
//   POST /control/revoke {} revokes all grants, as a user would at the provider; {"account": "ana"} those of one
//   GET  /control/stats  {"codes", "granted", "refreshed", "revoked", "reuse_refused", "revoke_refused", "cancelled",
//                        "sent_again", "most_often", "live_access", "live_refresh"}; `sent_again` counts refresh
//                        tokens that came in once more, whatever they were answered, and `most_often` is how often
//                        one of them came in
//   GET  /control/live   {"ana": 2}: how many tokens of each account are accepted now

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider, { errors } from 'oidc-provider';
import { endWithStdin, listen, readJson, ready, sendJson } from './lifetime.mjs';

const given = JSON.parse(process.argv[2] ?? '{}');
endWithStdin();

const ttl = { access: 60, refresh: 600, code: 60, ...given.ttl };
const scopes = given.scopes ?? ['openid', 'offline_access', 'profile', 'email', 'api:read', 'api:write', 'api:delete'];
const clients = (given.clients ?? [
  { client_id: 'client', client_secret: 'secret', redirect_uris: ['http://127.0.0.1/callback'] },
]).map((client) => ({ grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], ...client }));

const kinds = { ES256: ['ec', { namedCurve: 'P-256' }], EdDSA: ['ed25519', {}], PS256: ['rsa', { modulusLength: 2048 }] };
const keys = (given.keys ?? []).map((alg) => {
  const { privateKey } = generateKeyPairSync(...kinds[alg]);
  return { ...privateKey.export({ format: 'jwk' }), kid: alg, use: 'sig', alg };
});

const state = { consent: true, account: 'ana', grant_only: null, redirect_uris: {} };
const stats = { codes: 0, granted: 0, refreshed: 0, revoked: 0, reuse_refused: 0, revoke_refused: 0, cancelled: 0, sent_again: 0, most_often: 0 };
// Refresh tokens that came in; nothing of them leaves this process.
const offered = new Map();

// A store of our own, so that its contents can be counted.
const rows = new Map();
class Store {
  constructor(kind) {
    this.kind = kind;
  }
  key(id) {
    return `${this.kind}:${id}`;
  }
  async upsert(id, payload, expiresIn) {
    const until = expiresIn ? Date.now() + expiresIn * 1000 : Infinity;
    rows.set(this.key(id), { payload: { ...payload }, until });
  }
  async find(id) {
    const row = rows.get(this.key(id));
    return row && row.until > Date.now() ? { ...row.payload } : undefined;
  }
  async findBy(field, value) {
    for (const [key, row] of rows) {
      if (key.startsWith(`${this.kind}:`) && row.payload[field] === value && row.until > Date.now()) return { ...row.payload };
    }
    return undefined;
  }
  findByUid(uid) {
    return this.findBy('uid', uid);
  }
  findByUserCode(code) {
    return this.findBy('userCode', code);
  }
  async consume(id) {
    const row = rows.get(this.key(id));
    if (row) row.payload.consumed = Math.floor(Date.now() / 1000);
  }
  async destroy(id) {
    rows.delete(this.key(id));
  }
  async revokeByGrantId(grantId) {
    for (const [key, row] of rows) if (row.payload.grantId === grantId) rows.delete(key);
  }
}

function fresh(kind) {
  const isFresh = ([key, row]) => key.startsWith(`${kind}:`) && row.until > Date.now() && !row.payload.consumed;
  return [...rows].filter(isFresh).map(([, row]) => row.payload);
}

function live(kind) {
  return fresh(kind).length;
}

function liveAccounts() {
  const counts = {};
  for (const { accountId } of [...fresh('AccessToken'), ...fresh('RefreshToken')]) counts[accountId] = (counts[accountId] ?? 0) + 1;
  return counts;
}

const server = createServer();
const port = await listen(server);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  adapter: Store,
  clients,
  scopes,
  ...(keys.length > 0 && { jwks: { keys } }),
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: given.conform ?? false,
  cookies: { keys: ['only for tests'] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async (ctx, client, code) =>
    client.grantTypeAllowed('refresh_token') && (code.scopes.has('offline_access') || [...code.scopes].some((scope) => scope.startsWith('api:'))),
  ttl: { AccessToken: ttl.access, RefreshToken: ttl.refresh, AuthorizationCode: ttl.code, Grant: 3600, Session: 3600, Interaction: 300, IdToken: 300 },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    introspection: { enabled: true },
    userinfo: { enabled: true },
    rpInitiatedLogout: { enabled: false },
  },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: id, preferred_username: id }),
  }),
});

// Any redirect address that control has named counts as registered.
const allowed = provider.Client.prototype.redirectUriAllowed;
provider.Client.prototype.redirectUriAllowed = function redirectUriAllowed(uri) {
  return (state.redirect_uris[this.clientId] ?? []).includes(uri) || allowed.call(this, uri);
};

provider.on('authorization_code.saved', () => (stats.codes += 1));
function note(ctx) {
  const { grant_type, refresh_token } = ctx.oidc.params ?? {};
  if (grant_type !== 'refresh_token') return;
  const times = (offered.get(refresh_token) ?? 0) + 1;
  if (times > 1) stats.sent_again += 1;
  stats.most_often = Math.max(stats.most_often, times);
  offered.set(refresh_token, times);
}
provider.on('grant.success', note);
provider.on('grant.error', note);
provider.on('grant.success', (ctx) => {
  if (ctx.oidc.params.grant_type === 'refresh_token') stats.refreshed += 1;
  else stats.granted += 1;
});
provider.on('grant.error', (ctx, error) => {
  if (error.error_detail === 'refresh token already used') stats.reuse_refused += 1;
});
provider.on('revocation.error', () => (stats.revoke_refused += 1));
provider.on('grant.revoked', () => (stats.revoked += 1));
provider.on('server_error', (ctx, error) => console.error(error));

/// Signs in and consents, or cancels: what a person would do on two pages.
async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  const hint = details.params.login_hint ?? '';
  const cancelled = !state.consent || hint === 'cancel' || hint.startsWith('cancel:');
  if (cancelled) {
    stats.cancelled += 1;
    const result = { error: 'access_denied', error_description: 'the user cancelled' };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  if (details.prompt.name === 'login') {
    const result = { login: { accountId: hint || state.account, remember: false } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  const grant = details.grantId
    ? await provider.Grant.find(details.grantId)
    : new provider.Grant({ accountId: details.session.accountId, clientId: details.params.client_id });
  const missing = details.prompt.details.missingOIDCScope ?? [];
  const given = missing.filter((scope) => !state.grant_only || scope === 'openid' || state.grant_only.includes(scope));
  if (given.length > 0) grant.addOIDCScope(given.join(' '));
  const rejected = missing.filter((scope) => !given.includes(scope));
  if (rejected.length > 0) grant.rejectOIDCScope(rejected.join(' '));
  if (details.prompt.details.missingOIDCClaims) grant.addOIDCClaims(details.prompt.details.missingOIDCClaims);
  const result = { consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

async function controlled(request, response) {
  const body = await readJson(request);
  switch (`${request.method} ${request.url}`) {
    case 'POST /control':
      for (const key of Object.keys(state)) if (key in body) state[key] = body[key];
      return sendJson(response, 200, state);
    case 'POST /control/revoke':
      for (const [key, row] of [...rows]) {
        const isOf = !body.account || row.payload.accountId === body.account;
        if (isOf && /^(Grant|AccessToken|RefreshToken|AuthorizationCode):/.test(key)) rows.delete(key);
      }
      return sendJson(response, 200, {});
    case 'GET /control/stats':
      return sendJson(response, 200, { ...stats, live_access: live('AccessToken'), live_refresh: live('RefreshToken') });
    case 'GET /control/live':
      return sendJson(response, 200, liveAccounts());
    default:
      return sendJson(response, 404, { error: 'no such route' });
  }
}

const handle = provider.callback();
server.on('request', (request, response) => {
  const fail = (error) => {
    if (!response.headersSent) sendJson(response, error instanceof errors.OIDCProviderError ? error.statusCode : 500, { error: String(error) });
  };
  if (request.url.startsWith('/control')) controlled(request, response).catch(fail);
  else if (request.url.startsWith('/interaction/')) interact(request, response).catch(fail);
  else handle(request, response);
});

const at = (path) => `${issuer}${path}`;
ready({
  ready: true,
  issuer,
  authorization_endpoint: at('/auth'),
  token_endpoint: at('/token'),
  revocation_endpoint: at('/token/revocation'),
  introspection_endpoint: at('/token/introspection'),
  userinfo_endpoint: at('/me'),
  control: at('/control'),
});
