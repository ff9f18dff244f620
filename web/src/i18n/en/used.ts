import { area } from '../area.ts';

/** How what was shared is used. */
export const used = area('used', {
  title: 'How it was used',
  lead: 'Never which things, and nothing of what was said.',
  day: 'Day',
  by: 'Used by',
  what: 'For what',
  calls: 'How often',
  times: (count: number) => (count === 1 ? 'once' : `${count} times`),
  refused: (count: number) => (count === 1 ? 'refused once' : `refused ${count} times`),
  other: 'Something else',
  refusedWhy: 'not something you agreed to',
  refusedOther: 'Something you did not agree to, or a call while the access was off',
  tokens: (count: number) => (count === 1 ? 'fetched a token once' : `fetched a token ${count} times`),
  ended: 'ended',
  suspended: 'Suspended',
  degraded: 'Hard to reach',
  handOut: (organization: string) =>
    `Tools of ${organization} may fetch a short-lived pass, called a token, for these accounts. With it a tool calls the app by itself, so what it does is not held to the list below and is not counted. No password or key is ever given out, and you can take the access back at any time.`,
  suspendedForYou: 'The team has suspended its use. Nothing is done with this account until it goes on.',
});
