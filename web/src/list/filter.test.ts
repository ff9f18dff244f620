import { expect, test } from 'vitest';
import { readFilters } from './filter.ts';

test('the address says what is shown (LIST-1)', () => {
  expect(readFilters(new URLSearchParams('status=INVALID&text=%20mia%20&app=gmail&by=usr_1&sort=NAME'))).toEqual({
    filter: { statuses: ['INVALID'], text: 'mia', app: 'gmail', requesterId: 'usr_1' },
    sort: 'NAME',
  });
});

test('what is no filter of ours is left out', () => {
  expect(readFilters(new URLSearchParams('status=NOPE&sort=x&text=%20'))).toEqual({ filter: null, sort: 'NEWEST' });
});
