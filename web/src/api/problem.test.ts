import { CombinedError } from 'urql';
import { expect, test } from 'vitest';
import { at, has, problemsOf } from './problem.ts';

test('refusals come with code and field, without the leading `input.`', () => {
  const error = new CombinedError({
    graphQLErrors: [
      { message: 'is needed', extensions: { code: 'REQUIRED', field: 'input.items.0.app' } },
      { message: 'no', extensions: { code: 'TERMS_NOT_ACCEPTED' } },
      { message: 'what' },
    ],
  });
  const problems = problemsOf(error);
  expect(at(problems, 'items.0.app')?.code).toBe('REQUIRED');
  expect(problems.map(({ code }) => code)).toEqual(['REQUIRED', 'TERMS_NOT_ACCEPTED', 'INTERNAL']);
  expect(has(problems, 'NO_ANSWER')).toBe(false);
});

test('no answer is a problem of the way, not of what was sent', () => {
  const gone = new CombinedError({ networkError: new Error('gone') });
  expect(problemsOf(gone).map(({ code }) => code)).toEqual(['NO_ANSWER']);
  // A change may have arrived, though nobody said so.
  expect(problemsOf(gone, true).map(({ code }) => code)).toEqual(['UNKNOWN_OUTCOME']);
  expect(problemsOf(undefined)).toEqual([]);
});
