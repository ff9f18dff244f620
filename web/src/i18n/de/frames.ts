import type { Words } from '../area.ts';
import type { frames as en } from '../en/frames.ts';

export const frames: Words<typeof en> = {
  instance: 'Verwaltung der Instanz',
  waiting: (count) => (count === 1 ? '1 wartet auf Sie' : `${count} warten auf Sie`),
  inTeam: (team, organization) => `${team} · ${organization}`,
  settings: 'Einstellungen',
};
