import { area } from '../area.ts';

export const apps = area('apps', {
  title: 'Apps',
  lead: 'What can be asked for. Each app has ways to connect and modules: the things that can be done with it.',
  search: 'Search apps',
  empty: 'No app fits',
  emptyText: 'An owner or admin of your organization can add apps of your own.',
  own: 'Of your organization',
  modules: (count: number) => (count === 1 ? '1 module' : `${count} modules`),
  back: 'All apps',
  website: 'Its website',
  version: (name: string) => `Version ${name}`,
  ways: 'Ways to connect',
  ready: 'Ready',
  notReady: 'Needs an OAuth client',
  notReadyHint: 'No OAuth client is set up for it yet; an owner or admin does that under Settings.',
  can: 'What it can do',
  permissions: 'Permissions at the app',
  ask: (name: string) => `Ask for ${name}`,
  kinds: {
    API_KEY: 'Key',
    BASIC: 'User name and password',
    CLIENT_CREDENTIALS: 'Client credentials',
    FIELDS: 'Fields of the app',
    OAUTH2_CODE: 'Sign-in at the app (OAuth 2.0)',
  } as Record<string, string>,
});
