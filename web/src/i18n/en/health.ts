import { area } from '../area.ts';

/** How the accounts of a team fare. */
export const health = area('health', {
  tab: 'Health',
  lead: 'Whether what was shared with this team works now, and when each token ends and was renewed.',
  filter: 'By state',
  all: 'Shared now',
  states: {
    WORKING: 'Works',
    DEGRADED: 'Hard to reach',
    INVALID: 'Does not work',
    ENDED: 'Ended',
  },
  healthy: (count: number) => (count === 1 ? 'The one account works.' : `All ${count} accounts work.`),
  degraded: (count: number) =>
    count === 1
      ? 'The app of 1 account is hard to reach or asks to wait. It is tried again by itself; nobody has to do anything, and the access is not lost.'
      : `The apps of ${count} accounts are hard to reach or ask to wait. They are tried again by themselves; nobody has to do anything, and no access is lost.`,
  invalid: (count: number) =>
    count === 1
      ? '1 account works no more. Only whoever shared it can mend that, and has been asked by mail.'
      : `${count} accounts work no more. Only whoever shared them can mend that, and has been asked by mail.`,
  account: 'Account',
  state: 'State',
  token: 'Token',
  asked: 'Last checked',
  use: 'Connections',
  since: 'since',
  tries: (count: number) => (count === 1 ? '1 try failed' : `${count} tries failed`),
  next: 'Next try',
  ends: 'Ends',
  endless: 'Does not end',
  renewed: 'Renewed',
  renewal: 'Renewal',
  notYet: 'Not yet',
  neverAsked: 'Not by schedule',
  again: 'Again',
  connections: (count: number) =>
    count === 0 ? 'No connection' : count === 1 ? '1 connection' : `${count} connections`,
  empty: 'Nothing to watch yet',
  emptyText: 'As soon as somebody has shared an account with this team, it shows here how it fares.',
  allHealthy: 'All is well',
  allHealthyText: 'No account is in this state.',
  noneHere: 'None here',
  reasons: {
    OTHER_ACCOUNT: 'Another account was meant',
    CONSENT_CANCELLED: 'Not agreed to at the app',
    EXCHANGE_FAILED: 'The app gave no access after consent',
    EXPIRED: 'The access ended and cannot be renewed',
    INTERRUPTED: 'We were interrupted when the app gave the access',
    MISCONFIGURED: 'The app or its OAuth client is set up wrongly',
    PROBE_FAILED: 'The app refused what it had just given',
    RECIPIENT_LEFT: 'Whoever shared it has left the organization',
    REFRESH_INTERRUPTED: 'We were interrupted while the app renewed the access',
    REFRESH_REFUSED: 'The app does not renew the access any more',
    REFUSED: 'The app refuses the key or password',
    UNAVAILABLE: 'The app could not be reached',
    WINDOW_CLOSED: 'Nobody came back from the app in time',
  } as Record<string, string>,
});
