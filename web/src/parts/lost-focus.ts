/** Frames in which a closing window or menu gives the focus back to what opened it. */
const OWN_WAY = 5;

/** What had the focus, and all that it stood in: once it is gone, it has no parents to ask. */
let last: { place: Element; within: readonly Element[] } | undefined;

const isNowhere = () => document.activeElement === null || document.activeElement === document.body;

function remember({ target }: FocusEvent) {
  if (!(target instanceof Element)) return;
  const within: Element[] = [];
  for (let at = target.parentElement; at; at = at.parentElement) within.push(at);
  last = { place: target, within };
}

/** Who clicks beside everything means it: what they left is not looked for when it goes later. */
function forget({ target }: FocusEvent) {
  requestAnimationFrame(() => {
    if (last?.place === target && last.place.isConnected && isNowhere()) last = undefined;
  });
}

/**
 * The heading of the card that is left. Where an entry of a list is gone there is none: browsers go on behind it, which
 * is nearer than any heading.
 */
function nearest(within: readonly Element[]): HTMLElement | null {
  const left = within.find((part) => part.isConnected);
  if (!left || left.matches('ol, ul, tbody')) return null;
  return left.closest('.card')?.querySelector<HTMLElement>('h1, h2, h3') ?? null;
}

function settle(frames: number, within: readonly Element[]) {
  if (frames > 0) {
    requestAnimationFrame(() => settle(frames - 1, within));
    return;
  }
  const heading = isNowhere() ? nearest(within) : null;
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/**
 * What had the focus in a card may go away: its button is done with, or the answer that removes it comes a moment after
 * the window that gave the focus back to it. Browsers then forget where one was. Here the focus goes to the heading of
 * the card instead, unless somebody knew better in the meantime.
 */
export function keepFocus(): void {
  document.addEventListener('focusin', remember);
  document.addEventListener('focusout', forget);
  new MutationObserver(() => {
    if (!last || last.place.isConnected) return;
    const { within } = last;
    last = undefined;
    settle(OWN_WAY, within);
  }).observe(document, { childList: true, subtree: true });
}
