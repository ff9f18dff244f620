import { beforeEach, describe, expect, test } from 'vitest';
import { again, blank, focusField, inputOf, isBegun, keep, keptDraft, reduce, stepOf, stillOpen } from './draft.ts';
import { forget } from './kept.ts';

beforeEach(() => window.sessionStorage.clear());

describe('a draft', () => {
  test('every change makes it another request, and sending twice the same one (REQ-9)', () => {
    const draft = blank();
    const named = reduce(draft, { kind: 'set', change: { name: 'A' } });
    expect(named.key).not.toBe(draft.key);
    expect(inputOf(named, 't').idempotencyKey).toBe(inputOf(named, 't').idempotencyKey);
  });

  test('items are added, changed and removed by themselves (REC-8)', () => {
    const two = reduce(blank(), { kind: 'add' });
    const [first, second] = two.items;
    const changed = reduce(two, { kind: 'item', key: second?.key ?? '', change: { app: 'gmail' } });
    expect(changed.items.map(({ app }) => app)).toEqual(['', 'gmail']);
    expect(reduce(changed, { kind: 'remove', key: first?.key ?? '' }).items.map(({ app }) => app)).toEqual(['gmail']);
  });

  test('it survives a reload, and what another version kept is no draft', () => {
    const draft = reduce(blank(), { kind: 'set', change: { name: 'Kept' } });
    keep(draft, 'usr_1');
    expect(keptDraft('usr_1')).toEqual(draft);
    for (const kept of ['{', 'null', '[]', '{"items":1}', '{"of":"usr_1","draft":{"items":1}}']) {
      window.sessionStorage.setItem('consentry.draft', kept);
      expect(keptDraft('usr_1').name).toBe('');
    }
    forget();
    expect(keptDraft('usr_1').name).toBe('');
  });

  test('whoever comes next in this tab finds none, and it is gone', () => {
    keep(reduce(blank(), { kind: 'set', change: { name: 'Kept' } }), 'usr_1');
    expect(keptDraft('usr_2').name).toBe('');
    expect(keptDraft('usr_1').name).toBe('');
  });

  test('whatever was typed makes it one that is not dropped unasked', () => {
    expect(isBegun(blank())).toBe(false);
    expect(isBegun(reduce(blank(), { kind: 'set', change: { name: ' ' } }))).toBe(false);
    for (const change of [{ name: 'A' }, { description: 'A' }, { outsideName: 'A' }, { outsideEmail: 'A' }])
      expect(isBegun(reduce(blank(), { kind: 'set', change }))).toBe(true);
    const draft = blank();
    expect(isBegun(reduce(draft, { kind: 'item', key: draft.items[0]?.key ?? '', change: { app: 'gmail' } }))).toBe(
      true,
    );
    expect(isBegun({ ...blank(), member: { id: 'usr_1', name: 'Ben', email: 'b@x.example' } })).toBe(true);
  });

  test('exactly one recipient goes out, and what is empty is left out (REQ-2)', () => {
    const outside = reduce(blank(), {
      kind: 'set',
      change: { inside: false, outsideName: 'Mia', outsideEmail: 'm@x.example' },
    });
    const input = inputOf(outside, 'team_1');
    expect(input.recipient).toEqual({ outside: { name: 'Mia', email: 'm@x.example' } });
    expect(input.items[0]).toMatchObject({ version: null, note: null, connectionName: null, modules: { ids: [] } });
    const all = reduce(outside, { kind: 'item', key: outside.items[0]?.key ?? '', change: { all: true } });
    expect(inputOf(all, 'team_1').items[0]?.modules).toEqual({ all: true });
  });

  test('asking again begins with what was declined, for the same person', () => {
    const item = { appId: 'gmail', modules: [{ id: 'send' }], note: 'Please', appVersion: { id: 'v1' } };
    const ben = { name: 'Ben', email: 'b@x.example' };
    const of = (userId: string | null, hasLeft = false) => ({
      name: 'Old',
      description: null,
      recipient: { ...ben, userId, hasLeft },
    });
    // Who has not accepted is known by name and address only.
    expect(again(of(null), [item])).toMatchObject({ inside: false, member: null, outsideEmail: 'b@x.example' });
    expect(again(of('usr_1'), [item])).toMatchObject({
      name: 'Old',
      inside: true,
      member: { id: 'usr_1' },
      items: [{ app: 'gmail', version: 'v1', modules: ['send'], note: 'Please' }],
      accepted: false,
    });
    // Whoever left is outside again, and asked for all that is open at once.
    expect(again(of('usr_1', true), [item, item])).toMatchObject({
      inside: false,
      member: null,
      outsideEmail: 'b@x.example',
      items: [{ app: 'gmail' }, { app: 'gmail' }],
    });
  });

  test.each([
    ['name', 1],
    ['description', 1],
    ['recipient.outside.email', 1],
    ['items.3.modules', 2],
    ['items', 2],
    ['acceptTerms', 3],
    [undefined, 3],
  ])('a problem of %s is mended in step %i', (field, step) => {
    expect(stepOf(field)).toBe(step);
  });
});

test('problems follow their app when another is removed, and end with their own', () => {
  const three = reduce(reduce(blank(), { kind: 'add' }), { kind: 'add' });
  const problem = (field?: string) => ({ code: 'REQUIRED', field, message: '', extensions: {} });
  const problems = [
    problem('name'),
    problem(),
    problem('items'),
    problem('items.0.app'),
    problem('items.2.modules.ids'),
  ];
  const fields = (now: typeof three) => stillOpen(problems, three, now).map(({ field }) => field);
  expect(fields(three)).toEqual(['name', undefined, 'items', 'items.0.app', 'items.2.modules.ids']);
  const two = reduce(three, { kind: 'remove', key: three.items[0]?.key ?? '' });
  expect(fields(two)).toEqual(['name', undefined, 'items.1.modules.ids']);
  // A blank one in the old place is not the one that was refused.
  const again = reduce(reduce(two, { kind: 'remove', key: three.items[2]?.key ?? '' }), { kind: 'add' });
  expect(fields(again)).toEqual(['name', undefined]);
  // What was written anew since is not told as it was.
  const mended = reduce(three, { kind: 'item', key: three.items[2]?.key ?? '', change: { all: true } });
  expect(fields(reduce(mended, { kind: 'set', change: { name: 'Better' } }))).toEqual([undefined, 'items.0.app']);
});

test('the focus goes into the field of a problem, or into the nearest part that holds it (REQ-10)', () => {
  document.body.innerHTML =
    '<section data-field="items.0"><div data-field="items.0.app"><input id="app"></div><input id="note" data-field="items.0.note"></section>';
  const focused = (field: string) => {
    focusField(field);
    return document.activeElement?.id;
  };
  expect(focused('items.0.note')).toBe('note');
  expect(focused('items.0.app')).toBe('app');
  expect(focused('items.0.note')).toBe('note');
  expect(focused('items.0.modules.ids')).toBe('app');
  expect(focused('recipient')).toBe('app');
});
