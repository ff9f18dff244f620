// Signing in by the provider that an organization brought.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, stop } from '../part.mjs';
import { setStage } from '../stage.mjs';
import { visit } from './visit.mjs';

const SET = `mutation($org: ID!, $issuer: String!) {
  setSingleSignOn(input: { organizationId: $org, issuer: $issuer, clientId: "client", clientSecret: "secret", name: "North" }) { organizationId }
}`;
const CLAIM = `mutation($org: ID!) { claimMailDomain(input: { organizationId: $org, domain: "northwind.example" }) { mailDomainId } }`;
const CONFIRM = `mutation($id: ID!) { reviewMailDomain(input: { mailDomainId: $id, confirm: true }) { mailDomainId } }`;

let stage;
let oidc;
before(async () => {
  [stage, oidc] = await Promise.all([setStage(), start('oidc.mjs')]);
});
after(async () => {
  await Promise.all([stage?.stop(), oidc && stop(oidc)]);
});

test('INV-4: whoever types an address of a confirmed domain is offered the sign-in of its organization, and nobody else', async () => {
  const dana = await visit(stage, 'dana');
  const { data } = await dana.ask('{ viewer { memberships { organizationId } } }');
  const org = data.viewer.memberships[0].organizationId;
  const set = await dana.ask(SET, { org, issuer: oidc.issuer });
  assert.equal(set.errors, undefined);
  const claimed = await dana.ask(CLAIM, { org });
  const confirmed = await dana.ask(CONFIRM, { id: claimed.data.claimMailDomain.mailDomainId });
  assert.equal(confirmed.errors, undefined);
  await dana.leave();

  const somebody = await visit(stage);
  await somebody.go('/sign-in');
  const address = somebody.page.getByLabel('Your mail address');
  const offer = somebody.page.getByRole('link', { name: 'Sign in with North' });
  await address.fill('ben@northwind.example');
  await address.blur();
  await offer.waitFor();
  assert.match(await offer.getAttribute('href'), /\/sign-in\/oidc\/[^?]+\?return=%2F/);
  await address.fill('mia@harbor.example');
  await address.blur();
  await offer.waitFor({ state: 'detached' });
  await somebody.leave();
});
