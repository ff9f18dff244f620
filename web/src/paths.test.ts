import { expect, test } from 'vitest';
import { paths, safeReturn, wayBack } from './paths.ts';
import { match, SCREENS } from './routes.tsx';

test.each([
  ['/requests/req_1', '/requests/req_1'],
  ['/requests/sent?status=INVALID', '/requests/sent?status=INVALID'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/sign-in?return=/sign-in', '/'],
  [null, '/'],
])('going back to %s leads to %s', (path, to) => {
  expect(safeReturn(path)).toBe(to);
});

test.each([
  ['/requests/req_1#itm_2', '/requests/req_1#itm_2'],
  ['/requests/sent?status=INVALID&text=a%26b#x', '/requests/sent?status=INVALID&text=a%26b#x'],
  ['/sign-in?return=%2Frequests%2Freq_1%23itm_2', '/requests/req_1#itm_2'],
  ['/sign-in?return=%2F%2Fevil.example', '/'],
  ['/sign-in', '/'],
  ['/team?a=\\b', '/team?a=%5Cb'],
  [`/team?a=${'b'.repeat(1000)}`, '/team'],
])('who signs in at %s is led to %s', (at, to) => {
  expect(wayBack(new URL(at, 'https://consentry.example'))).toBe(to);
});

test('patterns fit part by part', () => {
  expect(match('/requests/:id', '/requests/req_1')).toEqual({ id: 'req_1' });
  expect(match('/requests/:id', '/requests/a%2Fb/')).toEqual({ id: 'a/b' });
  expect(match('/requests/:id', '/requests')).toBeUndefined();
  expect(match('/requests/:id', '/requests/%E0%A4%A')).toBeUndefined();
  expect(match('/', '/')).toEqual({});
});

test('every path has a screen', () => {
  for (const [name, path] of Object.entries(paths)) {
    const address = (typeof path === 'function' ? path('x') : path).split('?')[0] ?? '';
    expect(
      SCREENS.some((screen) => match(screen.path, address)),
      name,
    ).toBe(true);
  }
});
