import type { Words } from '../area.ts';
import type { grants as en } from '../en/grants.ts';
import { firstName } from '../format.ts';

export const grants: Words<typeof en> = {
  title: 'Was Sie teilen',
  lead: 'Jedes Konto, das Sie hier je geteilt haben, mit allen Organisationen. Was gilt, können Sie jederzeit zurücknehmen.',
  total: (count) => (count === 1 ? '1 Konto' : `${count} Konten`),
  empty: 'Sie teilen nichts',
  emptyText: 'Wenn jemand Sie um Zugriff bittet und Sie ihn freigeben, erscheint es hier.',
  with: (who) => `mit ${firstName(who)}`,
  shared: 'Geteilt',
  lastUsed: 'zuletzt genutzt',
  neverUsed: 'noch nicht genutzt',
  ended: 'Beendet',
  remove: 'Zugriff entfernen',
  removeFor: (app) => `Zugriff entfernen: ${app}`,
  organizations: 'Wozu Sie gehören',
  guest: 'Sie sind hier Gast: Sie sehen, worum Sie gebeten wurden und was Sie teilen.',
  leave: 'Verlassen',
  leaveTitle: (name) => `${name} verlassen?`,
  wasLeft: (name) => `Sie haben ${name} verlassen.`,
  leaveText: (name) =>
    `Sie gehören dann nicht mehr zu ${name}. Was Sie dort teilen, endet sofort; Anfragen, die Sie gesendet haben, bleiben bei ihren Teams.`,
  leaveList: 'Dieser Zugriff endet:',
  leaveNone: 'Im Moment teilen Sie dort nichts.',
  leaveNow: 'Verlassen und alles entfernen',
  people: 'Jemand anderen dazu machen',
  stay: 'Bleiben',
};
