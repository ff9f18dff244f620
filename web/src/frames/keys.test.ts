import { expect, test } from 'vitest';
import { reader } from './keys.ts';

test('single keys ask for what they stand for, others for nothing', () => {
  const read = reader();
  expect(['c', '/', '?', 'x', 'r', 'Enter'].map((key) => read(key, 0))).toEqual([
    'create',
    'search',
    'help',
    undefined,
    undefined,
    undefined,
  ]);
});

test('g and r count together only, in this order and in time', () => {
  const read = reader();
  expect([read('g', 0), read('r', 1500)]).toEqual([undefined, 'requests']);
  expect([read('g', 2000), read('r', 3501)]).toEqual([undefined, undefined]);
  expect([read('g', 4000), read('x', 4001), read('r', 4002)]).toEqual([undefined, undefined, undefined]);
});
