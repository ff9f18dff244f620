import { expect, test } from 'vitest';
import type { ItemState } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { standing, words } from './standing.ts';

const incomplete = (...states: ItemState[]) => ({
  status: 'INCOMPLETE' as const,
  items: states.map((state) => ({ state })),
  recipient: { hasLeft: false },
});

test('what was taken back waits for nobody, and says so to whoever took it back', () => {
  expect(standing(incomplete('REVOKED'), 'RECEIVED')).toBe('REVOKED');
  expect(words(incomplete('REVOKED', 'DECLINED'), 'RECEIVED', common.en)).toBe('Access removed');
  expect(standing(incomplete('REVOKED', 'AUTHORIZED'), 'RECEIVED')).toBe('PARTIALLY_AUTHORIZED');
});

test('what is not answered, or did not work, waits; and the sender’s side has the status of the service', () => {
  expect(words(incomplete('REVOKED', 'PENDING'), 'RECEIVED', common.en)).toBe('Waiting for you');
  expect(standing(incomplete('AUTHORIZED', 'INVALID'), 'RECEIVED')).toBe('INCOMPLETE');
  expect(words(incomplete('REVOKED'), 'SENT', common.en)).toBe('Incomplete');
});

test('ROLE-7: what somebody who left has not answered waits for nobody; what they answered stays as it is', () => {
  const left = { ...incomplete('PENDING'), recipient: { hasLeft: true } };
  expect(standing(left, 'SENT')).toBe('REVOKED');
  expect(words(left, 'SENT', common.en)).toBe('Recipient left');
  expect(words(left, 'RECEIVED', common.en)).toBe('You left');
  expect(words({ ...left, status: 'DECLINED' }, 'RECEIVED', common.en)).toBe('You declined');
});
