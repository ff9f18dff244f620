import { store } from '../api/store.ts';

const KEY = 'consentry.shortcuts';

/** Single keys do something; they can be switched off on this device, since speech input types them (WCAG 2.1.4). */
export const keysOn = store(window.localStorage.getItem(KEY) !== 'off');

export function switchKeys(on: boolean): void {
  if (on) window.localStorage.removeItem(KEY);
  else window.localStorage.setItem(KEY, 'off');
  keysOn.set(on);
}

export type Command = 'create' | 'search' | 'requests' | 'help';

/** Milliseconds within which the second key of two has to follow. */
const TOGETHER = 1500;

const SINGLE: Readonly<Record<string, Command>> = { c: 'create', '/': 'search', '?': 'help' };

/** Reads keys one by one, `g r` among them: what they ask for, if anything. */
export function reader(): (key: string, at: number) => Command | undefined {
  let begun = Number.NEGATIVE_INFINITY;
  return (key, at) => {
    const second = at - begun <= TOGETHER;
    begun = key === 'g' ? at : Number.NEGATIVE_INFINITY;
    if (second && key === 'r') return 'requests';
    return SINGLE[key];
  };
}

/** Keys that belong to a field, to a window that is open, or to the browser are not ours. */
export function isOurs(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (document.querySelector('[role=dialog], [role=alertdialog], [role=menu]')) return false;
  const { target } = event;
  return !(target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]'));
}
