import { area } from '../area.ts';
import { firstName } from '../format.ts';

/** Everything that one shares, and leaving an organization (R13, R15). */
export const grants = area('grants', {
  title: 'What you share',
  lead: 'Every account that you ever shared here, with all organizations. What stands you can take back at any time.',
  total: (count: number) => (count === 1 ? '1 account' : `${count} accounts`),
  empty: 'You share nothing',
  emptyText: 'When somebody asks you for access and you authorize it, it shows up here.',
  with: (who: string) => `with ${firstName(who)}`,
  shared: 'Shared',
  lastUsed: 'last used',
  neverUsed: 'not used yet',
  ended: 'Ended',
  remove: 'Remove access',
  removeFor: (app: string) => `Remove access to ${app}`,
  organizations: 'Where you belong',
  guest: 'You are a guest here: you see what you were asked for and what you share.',
  leave: 'Leave',
  leaveTitle: (name: string) => `Leave ${name}?`,
  wasLeft: (name: string) => `You left ${name}.`,
  leaveText: (name: string) =>
    `You will not belong to ${name} any more. What you share there ends at once; requests that you sent stay with their teams.`,
  leaveList: 'This access ends:',
  leaveNone: 'You share nothing there at the moment.',
  leaveNow: 'Leave and remove all',
  people: 'Choose another owner',
  stay: 'Stay',
});
