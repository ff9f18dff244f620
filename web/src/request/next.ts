/** From the top of the window: a heading that one was led to stands above this line, see `scroll-padding`. */
const READ = 120;

/** The account that one reads: the lowest card that came up to the top, or one below it that had the focus last. */
function current(ids: readonly string[], focused: string | undefined): number {
  const box = (id: string) => document.getElementById(id)?.getBoundingClientRect();
  const atTop = ids.findLastIndex((id) => (box(id)?.top ?? Number.POSITIVE_INFINITY) <= READ);
  const held = focused === undefined ? undefined : box(focused);
  // The last cards of a page may never come up to the top.
  const inView = held && held.bottom > 0 && held.top < window.innerHeight;
  return inView && focused !== undefined ? Math.max(atTop, ids.indexOf(focused)) : atTop;
}

/** The next account that waits behind the one that is read, and the first again behind the last. */
export function next(ids: readonly string[], waiting: ReadonlySet<string>, focused: string | undefined) {
  const from = current(ids, focused) + 1;
  return [...ids.slice(from), ...ids.slice(0, from)].find((id) => waiting.has(id));
}
