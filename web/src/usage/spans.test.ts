import { expect, test } from 'vitest';
import { bars, span } from './spans.ts';

const NOW = Date.parse('2026-03-04T05:06:07Z');

test('a month ends with today, two days end with this hour, both in UTC', () => {
  expect(span('DAY', NOW)).toEqual({ from: '2026-02-03T00:00:00.000Z', to: '2026-03-05T00:00:00.000Z' });
  expect(span('HOUR', NOW)).toEqual({ from: '2026-03-02T06:00:00.000Z', to: '2026-03-04T06:00:00.000Z' });
});

test('rows of one day or hour are one bar, and empty ones stand there too', () => {
  for (const [by, start, last] of [
    ['DAY', '2026-03-04T00:00:00Z', 29],
    ['HOUR', '2026-03-04T05:00:00Z', 47],
  ] as const) {
    const { from } = span(by, NOW);
    const rows = [
      { start, kind: 'CALL', calls: 3 },
      { start, kind: 'CALL', calls: 4 },
      { start, kind: 'REFUSED', calls: 2 },
      { start: from, kind: 'HAND_OUT', calls: 1 },
    ] as const;
    const found = bars(rows, by, from);
    expect(found).toHaveLength(last + 1);
    expect(found[0]).toEqual({ start: from, calls: 0, refused: 0, tokens: 1 });
    expect(found[last]).toMatchObject({ calls: 7, refused: 2, tokens: 0 });
    expect(found[1]).toMatchObject({ calls: 0, refused: 0, tokens: 0 });
  }
});

test('what lies outside of the chart is in no bar', () => {
  const { from, to } = span('DAY', NOW);
  const outside = [from, to].map((at, place) => ({
    start: new Date(Date.parse(at) + (place ? 0 : -1)).toISOString(),
    kind: 'CALL' as const,
    calls: 1,
  }));
  expect(bars(outside, 'DAY', from).every(({ calls }) => calls === 0)).toBe(true);
});
