import { expect, test } from 'vitest';
import { insideApp } from './surroundings.ts';

test.each([
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Mobile/15E [FBAN/FBIOS;FBAV/480]', true],
  ['Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537 Chrome/140 Mobile', true],
  ['Mozilla/5.0 (iPhone) AppleWebKit Instagram 350.0', true],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18.0 Mobile/15E Safari/604.1', false],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 Chrome/140 Safari/537', false],
])('%s is inside another app: %s', (agent, inside) => {
  expect(insideApp(agent)).toBe(inside);
});
