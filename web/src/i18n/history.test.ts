import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { history } from './en/history.ts';
import { log } from './en/log.ts';

/** Kinds of changes that belong to no organization, and so stand in none of these histories. */
const ELSEWHERE = /^(SIGN_IN_REQUESTED|SIGNED_|INSTANCE_|API_TOKEN_|FEATURE_|DEAD_JOB_)/;

test('each kind of change that a history can hold is said in words', () => {
  const read = (file: string) => readFileSync(resolve('../domain/src/event', file), 'utf8');
  const found = `${read('mod.rs')}${read('organization.rs')}`.matchAll(/(?:=>|[a-z] =) "([A-Z]+(?:_[A-Z]+)+)"[;,]/g);
  const kinds = [...new Set([...found].map(([, kind]) => kind ?? ''))].filter((kind) => !ELSEWHERE.test(kind));
  expect(kinds.length).toBeGreaterThan(40);
  expect(kinds.filter((kind) => !history.en.kinds[kind] && !log.en.kinds[kind])).toEqual([]);
});
