import type { Words } from '../area.ts';
import type { apps as en } from '../en/apps.ts';

export const apps: Words<typeof en> = {
  title: 'Apps',
  lead: 'Wonach gefragt werden kann. Jede App hat Wege zum Verbinden und Module: das, was sich mit ihr tun lässt.',
  search: 'Apps suchen',
  empty: 'Keine App passt',
  emptyText: 'Ein Inhaber oder Admin Ihrer Organisation kann eigene Apps hinzufügen.',
  own: 'Von Ihrer Organisation',
  modules: (count) => (count === 1 ? '1 Modul' : `${count} Module`),
  back: 'Alle Apps',
  website: 'Website der App',
  version: (name) => `Version ${name}`,
  ways: 'Wege zum Verbinden',
  ready: 'Bereit',
  notReady: 'Braucht einen OAuth-Client',
  notReadyHint: 'Noch ist kein OAuth-Client eingerichtet; das macht ein Inhaber oder Admin unter Einstellungen.',
  can: 'Was sie kann',
  permissions: 'Berechtigungen bei der App',
  ask: (name) => `Nach ${name} fragen`,
  kinds: {
    API_KEY: 'Schlüssel',
    BASIC: 'Benutzername und Passwort',
    CLIENT_CREDENTIALS: 'Client-Zugangsdaten',
    FIELDS: 'Felder der App',
    OAUTH2_CODE: 'Anmeldung bei der App (OAuth 2.0)',
  },
};
