import type { Words } from '../area.ts';
import type { shortcuts as en } from '../en/shortcuts.ts';

export const shortcuts: Words<typeof en> = {
  title: 'Tastenkürzel',
  create: 'Anfrage erstellen',
  search: 'Anfragen durchsuchen',
  requests: 'Zu den Anfragen gehen',
  help: 'Diese Liste zeigen',
  on: 'Tastenkürzel verwenden',
  onHelp: 'Auf diesem Gerät. Den Schalter gibt es auch in Ihrem Profil.',
};
