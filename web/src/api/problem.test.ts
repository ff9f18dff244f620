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
  expect(has(problems, 'OFFLINE')).toBe(false);
});

test('no answer is a problem of the way, not of what was sent', () => {
  expect(problemsOf(new CombinedError({ networkError: new Error('gone') })).map(({ code }) => code)).toEqual([
    'OFFLINE',
  ]);
  expect(problemsOf(undefined)).toEqual([]);
});
