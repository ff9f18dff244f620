import type { UsageBy, UsageKind } from '../api/types.gen.ts';

const HOUR = 60 * 60 * 1000;
const LENGTH: Record<UsageBy, number> = { DAY: 24 * HOUR, HOUR };
/** A month by days, two days by hours: as many bars as stand side by side on a phone. */
const BARS: Record<UsageBy, number> = { DAY: 30, HOUR: 48 };

/** What the chart and the table need of a row of the ledger. */
export interface Use {
  readonly start: string;
  readonly kind: UsageKind;
  readonly calls: number;
}

/** A day or an hour of the chart. */
export interface Bar {
  readonly start: string;
  readonly calls: number;
  readonly refused: number;
  readonly tokens: number;
}

/** From the beginning of the first bar to the end of the one that is now; the ledger counts in UTC. */
export function span(by: UsageBy, now: number): { readonly from: string; readonly to: string } {
  const end = Math.floor(now / LENGTH[by]) * LENGTH[by] + LENGTH[by];
  return { from: new Date(end - BARS[by] * LENGTH[by]).toISOString(), to: new Date(end).toISOString() };
}

/** A bar for every day or hour, also for those in which nothing happened. */
export function bars(rows: readonly Use[], by: UsageBy, from: string): readonly Bar[] {
  const begin = new Date(from).getTime();
  const sums = Array.from({ length: BARS[by] }, () => ({ CALL: 0, REFUSED: 0, HAND_OUT: 0 }));
  for (const { start, kind, calls } of rows) {
    const sum = sums[Math.floor((new Date(start).getTime() - begin) / LENGTH[by])];
    if (sum) sum[kind] += calls;
  }
  return sums.map((sum, place) => ({
    start: new Date(begin + place * LENGTH[by]).toISOString(),
    calls: sum.CALL,
    refused: sum.REFUSED,
    tokens: sum.HAND_OUT,
  }));
}
