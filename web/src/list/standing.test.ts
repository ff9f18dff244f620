import { expect, test } from 'vitest';
import type { ItemState } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { standing, words } from './standing.ts';

const incomplete = (...states: ItemState[]) => ({
  status: 'INCOMPLETE' as const,
  items: states.map((state) => ({ state })),
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
