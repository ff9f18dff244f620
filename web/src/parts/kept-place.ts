import { useCallback, useState } from 'react';

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

/**
 * How many pages of a list are shown, and a way to show one more. The number stays with the place in the browser's
 * history, so that who comes back finds what they had.
 */
export function usePages(list: string): [pages: number, more: () => void] {
  const [pages, setPages] = useState(() => (window.history.state as Kept)?.pages?.[list] ?? 1);
  const more = useCallback(() => {
    const kept = window.history.state as Kept;
    window.history.replaceState({ ...kept, pages: { ...kept?.pages, [list]: pages + 1 } }, '');
    setPages(pages + 1);
  }, [list, pages]);
  return [pages, more];
}
