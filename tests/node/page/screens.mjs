// Every screen, with who sees it: for the judge of accessibility and for pictures.

import { loaded, mailTo, northwind, painted, requestPath } from './visit.mjs';

/// Presses a button that opens a window or a menu, and waits until it stands there.
const open = (name) => async (page) => {
  await page.getByRole('button', { name }).first().click();
  await page.locator('[role=dialog], [role=alertdialog], [role=menu]').first().waitFor();
};

/// Goes from the list to the details of the demo's connection, and waits for its account too.
async function openConnection(page) {
  await page.getByRole('table').first().getByRole('link').first().click();
  await page.getByRole('heading', { name: 'What it may do' }).waitFor();
  await loaded(page);
}

/// Shows a screen as it is when the server answers otherwise: for what nobody can wait for, and what would change the
/// world for the screens behind it.
const whenever = (operation, change, act) => async (page) => {
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes(`query ${operation}(`)) return route.fallback();
    const answer = await route.fetch();
    const json = await answer.json();
    change(json.data);
    await route.fulfill({ response: answer, json });
  });
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await loaded(page);
  await act?.(page);
};

/// The link in Mia's mail, on the page.
async function invitationPath(visitor) {
  const { text } = await mailTo(visitor, 'mia@harbor.example', /asks for access/);
  return new URL(text.match(/http\S+\/i\/\S+/)[0]).pathname.replace('/i/', '/invitations/');
}

/// What was left out of some modules.
const leftOut = ({ modules: [module] }) => ({
  missingPermissions: [
    { __typename: 'Permission', scope: 'contacts:read', words: 'Read contacts', effect: 'READ', modules: [module.id] },
  ],
  modulesNotCovered: [module],
});

const waits = ({ request: { items } }) => {
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  const account = { __typename: 'Account', id: '1', label: 'ben@northwind.example', workspace: 'Northwind' };
  items[0].waitingAccount = { __typename: 'WaitingAccount', expiresAt, account, ...leftOut(items[0]) };
};

const lacks = ({ request: { items } }) => {
  const item = items.find(({ state }) => state === 'AUTHORIZED');
  Object.assign(item, leftOut(item));
};

/// Name, who looks, where (a path, a request, or how to find the path), and what is done there before one looks.
export const SCREENS = [
  ['sign-in', undefined, '/sign-in'],
  ['missing', 'ben', '/no/such/place'],
  ['recipient-waiting', 'ben', 'New-customer follow-up'],
  ['recipient-invalid', 'ben', 'Stock alerts'],
  ['recipient-done', 'ben', 'Quarterly report'],
  ['recipient-removed', 'ben', 'Summer campaign'],
  ['connect', 'ben', 'New-customer follow-up', open('Authorize Sandbox')],
  [
    'connect-key',
    'ben',
    'New-customer follow-up',
    async (page) => {
      await open('Authorize Sandbox')(page);
      await page.getByRole('radio', { name: 'API key' }).check();
    },
  ],
  [
    'confirm-account',
    'ben',
    'New-customer follow-up',
    whenever('Request', waits, async (page) => {
      await open(/^Look at the account/)(page);
      await page.getByRole('button', { name: 'Yes, this is right' }).waitFor();
    }),
  ],
  [
    'permissions-missing',
    'ben',
    'Quarterly report',
    whenever('Request', lacks, (page) => page.getByText(/^You left out: /).first().waitFor()),
  ],
  ['decline', 'ben', 'New-customer follow-up', open('Decline Sandbox')],
  ['report', 'ben', 'New-customer follow-up', open('Report this request')],
  ['remove', 'ben', 'Newsletter list', open('Remove access to Sandbox')],
  ['sent', 'dana', '/requests/sent'],
  [
    'shortcuts',
    'dana',
    '/requests/sent',
    async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  ],
  ['sent-no-match', 'dana', '/requests/sent?text=zzz'],
  ['row-menu', 'dana', '/requests/sent', open(/^More for Stock/)],
  ['received', 'ben', '/requests/received'],
  ['received-empty', 'olga', '/requests/received'],
  ['received-invited', 'mia', '/requests/received'],
  ['invitation', undefined, invitationPath],
  ['invitation-accept', 'mia', invitationPath],
  ['invitation-of-another', 'olga', invitationPath],
  [
    'invitation-expired',
    undefined,
    invitationPath,
    whenever('Invitation', ({ invitation }) => {
      invitation.state = 'EXPIRED';
    }),
  ],
  ['new-who', 'dana', '/requests/new'],
  [
    'new-apps',
    'dana',
    '/requests/new?step=2',
    async (page) => {
      await page.getByRole('combobox', { name: 'App', exact: true }).fill('HubSp');
      await page.getByRole('option', { name: /HubSpot/ }).click();
      await page.getByRole('checkbox', { name: 'All of it' }).check();
    },
  ],
  [
    'new-review',
    'dana',
    '/requests/new?step=3',
    async (page) => {
      await page.getByRole('button', { name: 'Send request' }).click();
      await page.getByRole('alert').filter({ hasText: 'Before it can be sent' }).waitFor();
    },
  ],
  ['request-sent', 'dana', 'Quarterly report'],
  ['was-sent', 'dana', async (visitor) => `${await requestPath(visitor, 'Quarterly report')}/sent`],
  ['delete', 'dana', 'Newsletter list', open('Delete')],
  ['connections', 'dana', '/connections'],
  ['connection', 'dana', '/connections', openConnection],
  [
    'suspend',
    'dana',
    '/connections',
    async (page) => {
      await openConnection(page);
      await open('Suspend')(page);
    },
  ],
  ['health', 'dana', '/connections/health'],
  ['health-none', 'dana', '/connections/health?state=DEGRADED'],
  ['connection-missing', 'dana', '/connections/con_x'],
  ['new-connection', 'dana', '/connections', open('Create connection')],
  ['grants', 'ben', '/grants'],
  ['leave', 'ben', async (visitor) => `/leave/${(await northwind(visitor)).organization}`],
  ['team', 'dana', '/team'],
  ['team-none', 'mia', '/team'],
  ['connections-without-team', 'mia', '/connections'],
  ['apply', 'olga', '/apply'],
  ['apps', 'dana', '/apps'],
  ['app', 'dana', '/apps/gmail'],
  ['organization', 'dana', '/organization'],
  ['delete-team', 'dana', '/organization', open(/^Delete: Automation/)],
  ['delete-organization', 'dana', '/organization', open('Delete the organization')],
  ['people', 'dana', '/organization/people'],
  ['clients', 'dana', '/organization/clients'],
  ['organization-sign-in', 'dana', '/organization/sign-in'],
  ['set-provider', 'dana', '/organization/sign-in', open('Set the provider')],
  ['log', 'dana', '/organization/log'],
  ['log-of-one-kind', 'dana', '/organization/log?kind=ITEM_DECLINED'],
  ['log-about', 'dana', '/organization/log', (page) => page.locator('.log-about summary').first().click()],
  ['applications', 'dana', '/instance/applications'],
  ['organizations', 'dana', '/instance/organizations'],
  ['domains', 'dana', '/instance/domains'],
  ['jobs', 'dana', '/instance/jobs'],
  ['profile', 'dana', '/profile'],
  ['sessions', 'dana', '/profile/sessions'],
  ['tokens', 'dana', '/profile/tokens'],
  ['new-token', 'dana', '/profile/tokens', open('Create token')],
  ['not-for-your-role', 'olga', '/organization'],
];

/// Nothing moves or fades any more, and what was asked for has been painted.
export const settled = async (page) => {
  await painted(page);
  await page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().filter(({ effect }) => effect.getTiming().iterations === 1).map(({ finished }) => finished));
  });
};

/// Goes to a screen and waits until it has loaded.
export async function look(visitor, [, , where, act], page = visitor.page) {
  const found = typeof where === 'string' ? where : await where(visitor);
  const path = found.startsWith('/') ? found : await requestPath(visitor, found);
  await page.goto(visitor.base + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await loaded(page);
  await act?.(page);
  await settled(page);
}
