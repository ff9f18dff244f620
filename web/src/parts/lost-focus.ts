/** Frames in which a closing window or menu gives the focus back to what opened it. */
const OWN_WAY = 5;
/** How long, in milliseconds, what was asked for may take to stand where its button stood. */
const PATIENCE = 10_000;

interface Place {
  readonly element: Element;
  /** All that it stood in: once it is gone, it has no parents to ask. */
  readonly within: readonly Element[];
  /** The list that it was an entry of, or that goes on below it, and at which place. */
  readonly list?: { readonly of: Element; readonly at: number } | undefined;
}

let last: Place | undefined;
let outside: HTMLElement | undefined;

const LIST = 'ol, ul, tbody';
const WINDOW = '[role=dialog], [role=alertdialog]';
const isNowhere = () => document.activeElement === null || document.activeElement === document.body;

function listOf(element: Element): Place['list'] {
  const before = element.closest('.more')?.previousElementSibling;
  const goesOn = before?.matches(LIST) ? before : before?.querySelector(LIST);
  if (goesOn) return { of: goesOn, at: goesOn.children.length };
  const entry = element.closest('li, tr');
  const of = entry?.parentElement;
  return entry && of ? { of, at: [...of.children].indexOf(entry) } : undefined;
}

function remember({ target }: FocusEvent) {
  if (!(target instanceof HTMLElement)) return;
  const within: Element[] = [];
  for (let at = target.parentElement; at; at = at.parentElement) within.push(at);
  last = { element: target, within, list: listOf(target) };
  if (!target.closest(WINDOW)) outside = target;
}

/** Who clicks beside everything means it: what they left is not looked for when it goes later. */
function forget({ target }: FocusEvent) {
  requestAnimationFrame(() => {
    if (last?.element === target && last.element.isConnected && isNowhere()) last = undefined;
  });
}

/** Gives the focus to a heading, which does not take it by itself. */
function focusHeading(heading: HTMLElement | null | undefined) {
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Goes on at the entry that stands now where the one before stood, as soon as it is there. */
function goOn({ of, at }: { of: Element; at: number }, until: number) {
  if (!isNowhere() || !of.isConnected) return;
  const next = of.children[at]?.querySelector<HTMLElement>('a[href], button, summary');
  if (next) next.focus();
  else if (performance.now() < until) requestAnimationFrame(() => goOn({ of, at }, until));
}

function settle(frames: number, { within, list }: Place) {
  if (frames > 0) {
    requestAnimationFrame(() => settle(frames - 1, { within, list } as Place));
    return;
  }
  if (!isNowhere()) return;
  const left = within.find((part) => part.isConnected);
  if (list?.of.isConnected && (left === list.of || left?.contains(list.of))) goOn(list, performance.now() + PATIENCE);
  else focusHeading(left?.closest('.card')?.querySelector<HTMLElement>('h1, h2, h3') ?? document.querySelector('h1'));
}

/** Gives the focus back to where it was before a window, else to the heading of the page. */
export function backOutside(): void {
  if (outside?.isConnected) outside.focus();
  else focusHeading(document.querySelector('h1'));
}

/**
 * What had the focus may go away: its button is done with, or the answer that removes it comes a moment after the
 * window that gave the focus back to it. Browsers then forget where one was. Here the focus goes on with the list, or
 * to the heading of the card or the page, unless somebody knew better in the meantime.
 */
export function keepFocus(): void {
  document.addEventListener('focusin', remember);
  document.addEventListener('focusout', forget);
  new MutationObserver(() => {
    if (!last || last.element.isConnected) return;
    const lost = last;
    last = undefined;
    // A window hears keys while it has the focus only: at once, or who closes it in this moment is not heard.
    const open = lost.within.find((part) => part.matches(WINDOW) && part.isConnected);
    if (isNowhere() && open instanceof HTMLElement) open.focus({ preventScroll: true });
    else settle(OWN_WAY, lost);
  }).observe(document, { childList: true, subtree: true });
}
