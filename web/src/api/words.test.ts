import { describe, expect, test } from 'vitest';
import { errors as de } from '../i18n/de/errors.ts';
import { errors } from '../i18n/en/errors.ts';
import type { Problem } from './problem.ts';
import { wordsOf } from './words.ts';

const problem = (code: string, extensions: Problem['extensions'] = {}): Problem => ({ code, message: '', extensions });

describe('what a refusal means', () => {
  test('who was too quick reads when to try again, in both languages', () => {
    const wait = problem('RATE_LIMITED', { retryAfterSeconds: 86_000 });
    expect(wordsOf(errors.en, 'en')(wait)).toBe('That was a little too often. Try again in 24 hours.');
    expect(wordsOf(de, 'de')(wait)).toBe('Das war etwas zu oft. Versuchen Sie es in 24 Stunden noch einmal.');
  });

  test('nothing is promised where the service names no time', () => {
    for (const extensions of [{}, { retryAfterSeconds: '60' }, { retryAfterSeconds: null }]) {
      expect(wordsOf(errors.en, 'en')(problem('RATE_LIMITED', extensions))).toBe(errors.en.codes['RATE_LIMITED']);
    }
    expect(errors.en.codes['RATE_LIMITED']).not.toMatch(/minute/);
    expect(de.codes['RATE_LIMITED']).not.toMatch(/Minute/);
  });

  test('a code without words of its own is named', () => {
    expect(wordsOf(errors.en, 'en')(problem('NEW_ONE'))).toContain('NEW_ONE');
  });
});
