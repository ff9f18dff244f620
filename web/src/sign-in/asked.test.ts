import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetAsked, keepAsked, keptAsked } from './asked.ts';

beforeEach(() => {
  window.sessionStorage.clear();
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => vi.useRealTimers());

const asked = { email: 'ben@northwind.example', at: 1_000_000 };

test('for whom a code was asked survives a reload for as long as the code is valid', () => {
  keepAsked(asked);
  vi.setSystemTime(1_000_000 + 599_000);
  expect(keptAsked('')).toEqual(asked);
  expect(keptAsked(asked.email)).toEqual(asked);
  vi.setSystemTime(1_000_000 + 600_000);
  expect(keptAsked('')).toBeUndefined();
  expect(window.sessionStorage.length).toBe(0);
});

test('a form for another address finds none, nor does anybody after it was forgotten', () => {
  keepAsked(asked);
  expect(keptAsked('mia@harbor.example')).toBeUndefined();
  keepAsked(asked);
  forgetAsked();
  expect(keptAsked('')).toBeUndefined();
});

test('what another version kept is of no use', () => {
  for (const kept of ['{', 'null', '[]', '{"email":"ben@northwind.example"}', '{"email":"a@b.example","at":9e15}']) {
    window.sessionStorage.setItem('consentry.code', kept);
    expect(keptAsked('')).toBeUndefined();
  }
});
