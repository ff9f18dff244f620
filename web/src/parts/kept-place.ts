import { useCallback, useSyncExternalStore } from 'react';

/** Whether this place was reached by Back or Forward: then the browser knows how far it was scrolled. */
let returned = false;
// Before any screen hears of it: this module is loaded before one is shown.
for (const kind of ['popstate', 'pushState']) {
  window.addEventListener(kind, () => {
    returned = kind === 'popstate';
  });
}
export const hasReturned = () => returned;

type Kept = { pages?: Record<string, number> } | null;

const MOVES = ['popstate', 'pushState', 'replaceState'];
const follow = (changed: () => void) => {
  for (const kind of MOVES) window.addEventListener(kind, changed);
  return () => {
    for (const kind of MOVES) window.removeEventListener(kind, changed);
  };
};

/**
 * How many pages of a list are shown, and a way to show one more. The number stays with the place in the browser's
 * history, so that who comes back finds what they had; another filter is another place.
 */
export function usePages(list: string): [pages: number, more: () => void] {
  const pages = useSyncExternalStore(follow, () => (window.history.state as Kept)?.pages?.[list] ?? 1);
  const more = useCallback(() => {
    const kept = window.history.state as Kept;
    window.history.replaceState({ ...kept, pages: { ...kept?.pages, [list]: pages + 1 } }, '');
  }, [list, pages]);
  return [pages, more];
}
