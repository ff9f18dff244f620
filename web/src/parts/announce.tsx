import { store, useStore } from '../api/store.ts';

const KEY = 'consentry.said';
// What was done on a page that began anew because of it.
const said = store(window.sessionStorage.getItem(KEY) ?? '');
window.sessionStorage.removeItem(KEY);

/** Says something to those who listen to the page; it interrupts nothing. */
export function announce(sentence: string): void {
  // The same words twice would not be read again.
  said.set(said.get() === sentence ? `${sentence}\u00a0` : sentence);
}

/** Says it on the next page, where this one is left for good by what was done. */
export function announceNext(sentence: string): void {
  window.sessionStorage.setItem(KEY, sentence);
}

/** The one polite region of the page. */
export function Announcer() {
  return (
    <div className="unseen" role="status" data-announcer>
      {useStore(said)}
    </div>
  );
}
