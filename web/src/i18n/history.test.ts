import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { history } from './en/history.ts';
import { log } from './en/log.ts';
import { happened } from './happened.ts';

/** Kinds of changes that belong to no organization, and so stand in none of these histories. */
const ELSEWHERE = /^(SIGN_IN_REQUESTED|SIGNED_|INSTANCE_|API_TOKEN_|FEATURE_|DEAD_JOB_)/;

test('each kind of change that a history can hold is said in words', () => {
  const read = (file: string) => readFileSync(resolve('../domain/src/event', file), 'utf8');
  const found = `${read('mod.rs')}${read('organization.rs')}`.matchAll(/(?:=>|[a-z] =) "([A-Z]+(?:_[A-Z]+)+)"[;,]/g);
  const kinds = [...new Set([...found].map(([, kind]) => kind ?? ''))].filter((kind) => !ELSEWHERE.test(kind));
  expect(kinds.length).toBeGreaterThan(40);
  expect(kinds.filter((kind) => !history.en.kinds[kind] && !log.en.kinds[kind])).toEqual([]);
});

test('ROLE-7: who leaves is told from who is removed, and taking back from what ended by that', () => {
  const said = (kind: string, own: boolean) => happened(kind, own, history.en, log.en.kinds);
  expect(said('RECIPIENT_LEFT', true)).toBe('left the organization');
  expect(said('RECIPIENT_LEFT', false)).toBe('removed the recipient from the organization');
  expect(said('ITEM_REVOKED', false)).toBe('ended the access by that');
  expect(said('REQUEST_CREATED', false)).toBe('sent the request');
  expect(said('TEAM_CREATED', false)).toBe(log.en.kinds['TEAM_CREATED']);
  expect(said('NEWER_THAN_THIS', true)).toBe('NEWER_THAN_THIS');
});
