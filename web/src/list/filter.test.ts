import { expect, test } from 'vitest';
import { choices, readFilters } from './filter.ts';

test('the address says what is shown (LIST-1)', () => {
  expect(
    readFilters(new URLSearchParams('status=INVALID&text=%20mia%20&app=gmail&by=usr_1&to=usr_2&sort=NAME')),
  ).toEqual({
    filter: { statuses: ['INVALID'], text: 'mia', app: 'gmail', requesterId: 'usr_1', recipientId: 'usr_2' },
    sort: 'NAME',
  });
});

test('what is no filter of ours is left out', () => {
  expect(readFilters(new URLSearchParams('status=NOPE&sort=x&text=%20'))).toEqual({ filter: null, sort: 'NEWEST' });
});

test('people to choose from stand there once, by name, with who is chosen already', () => {
  const [ana, ben] = [
    { id: '1', name: 'Ana' },
    { id: '2', name: 'Ben' },
  ];
  expect(choices([ben, ana, ben], null, 'en').map(({ name }) => name)).toEqual(['Ana', 'Ben']);
  expect(choices([ana], '2', 'en').map(({ id }) => id)).toContain('2');
  expect(choices([ana], '1', 'en')).toEqual([ana]);
});
