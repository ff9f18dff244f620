import { area } from '../area.ts';

/** The small chart of use, and its table. */
export const usage = area('usage', {
  how: 'How finely',
  by: { DAY: 'By day', HOUR: 'By hour' },
  leads: {
    DAY: 'The last 30 days, by the day in UTC. Some seconds behind.',
    HOUR: 'The last 48 hours, by hour. Some seconds behind.',
  },
  none: { DAY: 'Not used in the last 30 days.', HOUR: 'Not used in the last 48 hours.' },
  hour: 'Hour',
  calls: (count: number) => (count === 1 ? '1 call' : `${count} calls`),
  refused: (count: number) => (count === 1 ? '1 refused' : `${count} refused`),
  tokens: (count: number) => (count === 1 ? '1 token fetched' : `${count} tokens fetched`),
  chart: (what: string) => `Chart: ${what}. The table below has the same numbers.`,
  most: (count: number) => `at most ${count}`,
  status: 'Last answer',
  statuses: {
    2: 'Went well',
    3: 'Led elsewhere',
    4: 'The app refused it',
    5: 'The app had a fault',
  } as Record<string, string>,
});
