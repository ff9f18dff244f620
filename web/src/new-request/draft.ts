import type { Problem } from '../api/problem.ts';
import type { CreateCredentialRequestInput, ModulesInput } from '../api/types.gen.ts';
import { forget, KEY } from './kept.ts';

export interface DraftItem {
  /** Names the item on this page only. */
  readonly key: string;
  readonly app: string;
  readonly version: string;
  readonly all: boolean;
  readonly modules: readonly string[];
  readonly note: string;
  readonly connectionName: string;
}

export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly inside: boolean;
  readonly member: { readonly id: string; readonly name: string; readonly email: string } | null;
  readonly outsideName: string;
  readonly outsideEmail: string;
  readonly items: readonly DraftItem[];
  readonly accepted: boolean;
  /** Makes a second press of *Send* the same request (REQ-9). */
  readonly key: string;
}

export const blankItem = (app = ''): DraftItem => ({
  key: crypto.randomUUID(),
  app,
  version: '',
  all: false,
  modules: [],
  note: '',
  connectionName: '',
});

export const blank = (): Draft => ({
  name: '',
  description: '',
  inside: true,
  member: null,
  outsideName: '',
  outsideEmail: '',
  items: [blankItem()],
  accepted: false,
  key: crypto.randomUUID(),
});

export type Change =
  | { readonly kind: 'set'; readonly change: Partial<Omit<Draft, 'items'>> }
  | { readonly kind: 'item'; readonly key: string; readonly change: Partial<DraftItem> }
  | { readonly kind: 'add' }
  | { readonly kind: 'remove'; readonly key: string }
  | { readonly kind: 'reset' };

/** Each change makes it another request, so that a changed one is never taken for the one sent before. */
export function reduce(draft: Draft, change: Change): Draft {
  const next = { ...draft, key: crypto.randomUUID() };
  switch (change.kind) {
    case 'set':
      return { ...next, ...change.change };
    case 'item':
      return {
        ...next,
        items: draft.items.map((item) => (item.key === change.key ? { ...item, ...change.change } : item)),
      };
    case 'add':
      return { ...next, items: [...draft.items, blankItem()] };
    case 'reset':
      return blank();
    case 'remove':
      return { ...next, items: draft.items.filter((item) => item.key !== change.key) };
  }
}

/** The draft that somebody has in this tab; it survives a reload, and nobody else finds it. */
export function keptDraft(owner: string): Draft {
  try {
    const kept: unknown = JSON.parse(window.sessionStorage.getItem(KEY) ?? 'null');
    const { draft, of } = (kept ?? {}) as { draft?: Draft; of?: string };
    if (of === owner && Array.isArray(draft?.items)) return { ...blank(), ...draft };
  } catch {
    // What another version kept is no draft of ours.
  }
  forget();
  return blank();
}

export const keep = (draft: Draft, owner: string) =>
  window.sessionStorage.setItem(KEY, JSON.stringify({ of: owner, draft }));

/** Whether somebody has begun to write. */
export function isBegun({ name, description, member, outsideName, outsideEmail, items }: Draft): boolean {
  const typed = [name, description, outsideName, outsideEmail, ...items.flatMap(({ app, note }) => [app, note])];
  return member !== null || typed.some((text) => text.trim() !== '');
}

interface Asked {
  readonly name: string;
  readonly description: string | null;
  readonly recipient: {
    readonly name: string;
    readonly email: string;
    readonly userId: string | null;
    readonly hasLeft: boolean;
  };
}

/** A new request from items that were declined, or whose recipient left. */
export function again(
  request: Asked,
  items: readonly {
    readonly appId: string;
    readonly moduleIds?: readonly string[];
    readonly modules: readonly { readonly id: string }[];
    readonly note: string | null;
    readonly appVersion: { readonly id: string } | null;
  }[],
): Draft {
  const { recipient } = request;
  // Whoever came from outside and accepted is known there now (REQ-2); whoever left is outside again (ROLE-7).
  const inside = recipient.userId !== null && !recipient.hasLeft;
  return {
    ...blank(),
    name: request.name,
    description: request.description ?? '',
    inside,
    member: inside && recipient.userId ? { id: recipient.userId, name: recipient.name, email: recipient.email } : null,
    outsideName: inside ? '' : recipient.name,
    outsideEmail: inside ? '' : recipient.email,
    items: items.map((item) => ({
      ...blankItem(item.appId),
      version: item.appVersion?.id ?? '',
      modules: item.modules.map(({ id }) => id),
      note: item.note ?? '',
    })),
  };
}

/** The draft as the API takes it; what was left empty is left out, and the server says what is missing. */
export function inputOf(draft: Draft, teamId: string): CreateCredentialRequestInput {
  const modules = (item: DraftItem): ModulesInput => (item.all ? { all: true } : { ids: item.modules });
  return {
    teamId,
    name: draft.name,
    description: draft.description.trim() || null,
    recipient: draft.inside
      ? { member: draft.member?.id ?? '' }
      : { outside: { name: draft.outsideName, email: draft.outsideEmail } },
    items: draft.items.map((item) => ({
      app: item.app,
      version: item.version || null,
      modules: modules(item),
      note: item.note.trim() || null,
      connectionName: item.connectionName.trim() || null,
    })),
    acceptTerms: draft.accepted,
    idempotencyKey: draft.key,
  };
}

/** What stands at a path of the input; where there is nothing of its own, what the nearest part of it holds. */
function valueAt(input: unknown, path: string): unknown {
  let value = input;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !(key in value)) break;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/**
 * Problems of what was sent that are still open: at the apps as they stand now, and not where something else was
 * written since, of which only the server can say whether it is right.
 */
export function stillOpen(problems: readonly Problem[], sent: Draft, now: Draft): readonly Problem[] {
  const [before, after] = [inputOf(sent, ''), inputOf(now, '')];
  return problems.flatMap((problem) => {
    if (problem.field === undefined) return [problem];
    const [, place, rest] = problem.field.match(/^items\.(\d+)(.*)$/) ?? [];
    let field = problem.field;
    if (place !== undefined) {
      const moved = now.items.findIndex(({ key }) => key === sent.items[Number(place)]?.key);
      if (moved < 0) return [];
      field = `items.${moved}${rest}`;
    }
    const isSame = JSON.stringify(valueAt(before, problem.field)) === JSON.stringify(valueAt(after, field));
    return isSame ? [{ ...problem, field }] : [];
  });
}

/** Puts the focus into the field of a problem; where it has none of its own, into the nearest part that holds it. */
export function focusField(field: string): void {
  for (let path = field; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    const part = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(path)}"]`);
    const into = part?.matches('input, select, textarea')
      ? part
      : part?.querySelector<HTMLElement>('input:not(:disabled), select, textarea');
    if (into) {
      into.focus();
      // The bar at the top of the page would stand over it.
      into.scrollIntoView({ block: 'center' });
      return;
    }
  }
}

/** The step on which a problem of the API can be mended. */
export function stepOf(field: string | undefined): 1 | 2 | 3 {
  if (field?.startsWith('items')) return 2;
  if (field === 'name' || field === 'description' || field?.startsWith('recipient')) return 1;
  return 3;
}
