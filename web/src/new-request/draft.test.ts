import { beforeEach, describe, expect, test } from 'vitest';
import { blank, inputOf, keep, keepDraft, keptDraft, reduce, stepOf } from './draft.ts';
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
    keep(draft);
    expect(keptDraft()).toEqual(draft);
    for (const kept of ['{', 'null', '[]', '{"items":1}']) {
      window.sessionStorage.setItem('consentry.draft', kept);
      expect(keptDraft().name).toBe('');
    }
    forget();
    expect(keptDraft().name).toBe('');
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
    keepDraft(
      {
        name: 'Old',
        description: null,
        recipient: { name: 'Ben', email: 'b@x.example', fromOutside: false, userId: 'usr_1' },
      },
      { appId: 'gmail', modules: [{ id: 'send' }], note: 'Please', appVersion: { id: 'v1' } },
    );
    expect(keptDraft()).toMatchObject({
      name: 'Old',
      inside: true,
      member: { id: 'usr_1' },
      items: [{ app: 'gmail', version: 'v1', modules: ['send'], note: 'Please' }],
      accepted: false,
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
