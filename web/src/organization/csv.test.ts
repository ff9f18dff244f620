import { expect, test } from 'vitest';
import { csv } from './csv.ts';

test('cells with separators, quotes and line breaks stay one cell', () => {
  expect(csv([['a', 'b,c', 'say "no"', 'two\nlines', 7]])).toBe('\ufeffa,"b,c","say ""no""","two\nlines",7\r\n');
});

test('what somebody wrote is no formula', () => {
  expect(csv([['=1+1', '+1', '-1', '@x', '\tx', '=a,b']])).toBe("\ufeff'=1+1,'+1,'-1,'@x,'\tx,\"'=a,b\"\r\n");
  expect(csv([[-1]])).toBe('\ufeff-1\r\n');
});
