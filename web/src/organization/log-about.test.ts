import { expect, test } from 'vitest';
import { common } from '../i18n/en/common.ts';
import { log } from '../i18n/en/log.ts';
import { about, concerning } from './log-about.ts';

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

const words = { ...log.en, roles: common.en.roles };
const dana = { id: 'usr_1', name: 'Dana Kim' };
const ben = { id: 'usr_2', name: 'Ben Ito' };
const nothing = {
  person: dana,
  subject: null,
  teamName: null,
  requestName: null,
  appName: null,
  inviteeEmail: null,
  role: null,
  teamRole: null,
};

test('a record names the request and whom it concerns, and not once more who did it', () => {
  const record = { ...nothing, subject: ben, teamName: 'Automation', requestName: 'Orders' };
  expect(concerning(record, words)).toBe('“Orders” · Ben Ito');
  expect(concerning({ ...record, person: ben }, words)).toBe('“Orders”');
  expect(concerning({ ...record, appName: 'Sandbox' }, words)).toBe('Sandbox · “Orders” · Ben Ito');
  expect(concerning(nothing, words)).toBe('');
});

test('a record names the role that somebody has since', () => {
  expect(concerning({ ...nothing, subject: ben, role: 'ADMIN' }, words)).toBe('Ben Ito · became Admin');
  const invited = { ...nothing, inviteeEmail: 'nora@new.example', role: 'OWNER' } as const;
  expect(concerning(invited, words)).toBe('nora@new.example · Owner');
  const inTeam = { ...nothing, subject: ben, teamName: 'Automation', teamRole: 'GUEST' } as const;
  expect(concerning(inTeam, words)).toBe('Ben Ito · became Guest in Automation');
  expect(concerning({ ...inTeam, teamRole: null }, words)).toBe('Ben Ito · Automation');
});
