import { expect, test } from 'vitest';
import { isAsBefore, isSame, wayAgain } from './again.tsx';
import type { Item } from './card.tsx';

const account = (id: string | null, label = 'ana@example.com', workspace: string | null = null) => ({
  id,
  label,
  workspace,
});

test.each([
  [account('1'), account('1', 'renamed@example.com'), true],
  [account('1'), account('2'), false],
  [account('1'), account(null), false],
  [account(null), account(null), true],
  [account(null), account(null, 'ana@example.com', 'Shop'), false],
  [account(null), account(null, 'ben@example.com'), false],
  [null, null, false],
  [account('1'), undefined, false],
])('HEALTH-4: %j and %j are the same account: %s', (one, other, same) => {
  expect(isSame(one, other)).toBe(same);
});

const method = { id: 'oauth', kind: 'OAUTH2_CODE', available: true, ownClient: 'NO', fields: [] };
const broken = {
  state: 'INVALID',
  credential: { method: 'oauth' },
  appVersion: { methods: [{ ...method, id: 'other' }, method] },
};

test('HEALTH-4: one press goes the way that worked before, unless something is to be typed', () => {
  const way = (change: object, of: object = {}) =>
    wayAgain({ ...broken, appVersion: { methods: [{ ...method, ...of }] }, ...change } as unknown as Item)?.id;
  expect(wayAgain(broken as unknown as Item)?.id).toBe('oauth');
  expect(way({})).toBe('oauth');
  expect(way({ state: 'AUTHORIZED' })).toBeUndefined();
  expect(way({ credential: null })).toBeUndefined();
  expect(way({ appVersion: null })).toBeUndefined();
  expect(way({}, { kind: 'API_KEY' })).toBeUndefined();
  expect(way({}, { available: false })).toBeUndefined();
  expect(way({}, { ownClient: 'REQUIRED' })).toBeUndefined();
  expect(way({}, { fields: [{}] })).toBeUndefined();
});

test('HEALTH-4, REC-4: the same account counts at once, unless something was left out', () => {
  const waits = (missingPermissions: object[], change: object = {}) =>
    isAsBefore({
      ...broken,
      credential: { account: account('1') },
      waitingAccount: { account: account('1'), missingPermissions },
      ...change,
    } as unknown as Item);
  expect(waits([])).toBe(true);
  expect(waits([{ scope: 'contacts:delete' }])).toBe(false);
  expect(waits([], { state: 'PENDING' })).toBe(false);
  expect(waits([], { waitingAccount: null })).toBe(false);
  expect(waits([], { credential: { account: account('2') } })).toBe(false);
});
