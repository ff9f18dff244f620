import { area } from '../area.ts';

/** Words around the screens. */
export const frames = area('frames', {
  instance: 'Instance administration',
  waiting: (count: number) => (count === 1 ? '1 waits for you' : `${count} wait for you`),
  inTeam: (team: string, organization: string) => `${team} · ${organization}`,
  settings: 'Settings',
});
