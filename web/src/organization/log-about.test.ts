import { expect, test } from 'vitest';
import { about } from './log-about.ts';

test('a record tells its request and its ids, whatever holds them', () => {
  const payload = '{"kind":"ITEM_INVALID","of":{"team":"t-1","request":"01a2-0f1c","recipient":null},"item":"i-1"}';
  expect(about(payload)).toEqual({
    request: 'req_01a20f1c',
    ids: [
      ['team', 't-1'],
      ['request', '01a2-0f1c'],
      ['item', 'i-1'],
    ],
  });
});

test('a record about no request links nowhere, and what is no JSON is shown as it is', () => {
  expect(about('{"kind":"TEAM_CREATED","team":"t-1","request":null}').request).toBeUndefined();
  expect(about('none')).toEqual({ request: undefined, ids: [['payload', 'none']] });
});
