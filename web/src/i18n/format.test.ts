import { expect, test } from 'vitest';
import { ahead, firstName, initials, relative } from './format.ts';

const NOW = Date.parse('2026-05-03T12:00:00Z');

test.each([
  ['2026-05-03T12:00:00Z', 'just now', 'gerade eben'],
  ['2026-05-03T11:58:30Z', '1 minute ago', 'vor 1 Minute'],
  ['2026-05-03T09:00:00Z', '3 hours ago', 'vor 3 Stunden'],
  ['2026-05-02T11:00:00Z', 'yesterday', 'gestern'],
  ['2026-05-05T13:00:00Z', 'in 2 days', 'übermorgen'],
  ['2024-05-03T12:00:00Z', '2 years ago', 'vor 2 Jahren'],
])('%s is %s', (at, en, de) => {
  expect([relative(at, NOW, 'en'), relative(at, NOW, 'de')]).toEqual([en, de]);
});

test.each([
  [0.2, 'in 1 second', 'in 1 Sekunde'],
  [90, 'in 90 seconds', 'in 90 Sekunden'],
  [121, 'in 3 minutes', 'in 3 Minuten'],
  [3601, 'in 61 minutes', 'in 61 Minuten'],
  [86_390, 'in 24 hours', 'in 24 Stunden'],
  [172_800, 'in 2 days', 'in 2 Tagen'],
])('a wait of %s seconds is over %s, and never earlier', (seconds, en, de) => {
  expect([ahead(seconds, 'en'), ahead(seconds, 'de')]).toEqual([en, de]);
});

test('names give a first name and initials', () => {
  expect([firstName(' Ben Ito '), firstName('Mia')]).toEqual(['Ben', 'Mia']);
  expect([initials('Ben Marcus Ito'), initials('mia'), initials('')]).toEqual(['BI', 'M', '']);
});
