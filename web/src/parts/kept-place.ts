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

const SCROLLED = 'consentry.scrolled';
/** How long a list may take to be as long as it was. */
const PATIENCE = 15_000;

// After a reload, and from another document, the browser scrolls before the rows are there; so it is done once they are.
const here = () => window.location.pathname + window.location.search;
let offsets: Record<string, number> | undefined = JSON.parse(window.sessionStorage.getItem(SCROLLED) ?? '{}');
window.addEventListener('pagehide', () => {
  if (!offsets) return;
  offsets[here()] = window.scrollY;
  window.sessionStorage.setItem(SCROLLED, JSON.stringify(offsets));
});
/** Where somebody looked is nothing for whoever comes next in this tab. */
export function forgetPlaces(): void {
  offsets = undefined;
  window.sessionStorage.removeItem(SCROLLED);
}
const [arrival] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
const scrolled = arrival?.type === 'reload' || arrival?.type === 'back_forward' ? (offsets?.[here()] ?? 0) : 0;
if (scrolled > 0) {
  const until = new AbortController();
  const grown = new ResizeObserver(() => {
    if (document.documentElement.scrollHeight < scrolled + window.innerHeight) return;
    window.scrollTo(0, scrolled);
    until.abort();
  });
  until.signal.addEventListener('abort', () => grown.disconnect());
  // Whoever has begun to read elsewhere stays there.
  for (const kind of ['wheel', 'touchstart', 'keydown', 'pointerdown']) {
    window.addEventListener(kind, () => until.abort(), { signal: until.signal, passive: true });
  }
  setTimeout(() => until.abort(), PATIENCE);
  grown.observe(document.documentElement);
}

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
