import { describe, expect, test } from 'vitest';
import type { Effect } from '../api/types.gen.ts';
import { byEffect, cannotDelete, hostOf, waitingFirst, wider } from './abilities.ts';

const module_ = (id: string, effect: Effect) => ({ id, effect, name: id, description: '' });
const permission = (effect: Effect, modules: string[]) => ({ scope: effect, words: effect, effect, modules });

describe('what is said of an app', () => {
  test('modules stand by effect, mildest first, and empty groups are left out', () => {
    const groups = byEffect([module_('d', 'DELETE'), module_('r', 'READ'), module_('s', 'READ')]);
    expect(groups.map(([effect, some]) => [effect, some.length])).toEqual([
      ['READ', 2],
      ['DELETE', 1],
    ]);
  });

  test('“cannot delete” is promised only where no module deletes or administers', () => {
    expect(cannotDelete([module_('r', 'READ'), module_('w', 'WRITE')])).toBe(true);
    expect(cannotDelete([module_('d', 'DELETE')])).toBe(false);
    expect(cannotDelete([module_('a', 'ADMIN')])).toBe(false);
  });

  test('a permission is wider when every module that needs it does less than it allows', () => {
    const modules = [module_('r', 'READ'), module_('w', 'WRITE')];
    const wide = permission('WRITE', ['r']);
    const fitting = permission('WRITE', ['r', 'w']);
    const ofOthers = permission('DELETE', ['somebody-elses']);
    expect(wider([wide, fitting, ofOthers], modules)).toEqual([wide]);
  });

  test('what waits stands first, each part in the order of the request', () => {
    const items = ['AUTHORIZED', 'PENDING', 'DECLINED', 'INVALID'].map((state) => ({ state }));
    expect(waitingFirst(items).map(({ state }) => state)).toEqual(['PENDING', 'INVALID', 'AUTHORIZED', 'DECLINED']);
  });

  test('a host is shown as the address line shows it, and nothing where there is none', () => {
    expect(hostOf('https://www.notion.so/x')).toBe('notion.so');
    expect(hostOf('http://127.0.0.1:8080/about')).toBe('127.0.0.1:8080');
    expect([hostOf(null), hostOf('nowhere')]).toEqual([undefined, undefined]);
  });
});
