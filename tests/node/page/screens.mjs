// Every screen, with who sees it: for the judge of accessibility and for pictures.

import { requestPath } from './visit.mjs';

/// Presses a button that opens a window or a menu, and waits until it stands there.
const open = (name) => async (page) => {
  await page.getByRole('button', { name }).first().click();
  await page.locator('[role=dialog], [role=alertdialog], [role=menu]').first().waitFor();
};

/// Goes from the list to the details of the demo's connection, and waits for its account too.
async function openConnection(page) {
  await page.getByRole('table').first().getByRole('link').first().click();
  await page.getByRole('heading', { name: 'What it may do' }).waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
}

/// Name, who looks, where, and what is done there before one looks.
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
  ['new-review', 'dana', '/requests/new?step=3', (page) => page.getByRole('button', { name: 'Send request' }).click()],
  ['request-sent', 'dana', 'Quarterly report'],
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
  ['new-connection', 'dana', '/connections', open('New connection')],
  ['grants', 'ben', '/grants'],
  ['team', 'dana', '/team'],
  ['apply', 'olga', '/apply'],
  ['apps', 'dana', '/apps'],
  ['app', 'dana', '/apps/gmail'],
  ['organization', 'dana', '/organization'],
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
  ['new-token', 'dana', '/profile/tokens', open('New token')],
  ['not-for-your-role', 'olga', '/organization'],
];

/// Nothing moves or fades any more, and what was asked for has been painted.
export const settled = (page) =>
  page.evaluate(async () => {
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    await Promise.allSettled(document.getAnimations().filter(({ effect }) => effect.getTiming().iterations === 1).map(({ finished }) => finished));
  });

/// Goes to a screen and waits until it has loaded.
export async function look(visitor, [, , where, act], page = visitor.page) {
  const path = where.startsWith('/') ? where : await requestPath(visitor, where);
  await page.goto(visitor.base + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await act?.(page);
  await settled(page);
}
