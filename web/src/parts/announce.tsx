import { store, useStore } from '../api/store.ts';

const said = store('');

/** Says something to those who listen to the page; it interrupts nothing. */
export function announce(sentence: string): void {
  // The same words twice would not be read again.
  said.set(said.get() === sentence ? `${sentence}\u00a0` : sentence);
}

/** The one polite region of the page. */
export function Announcer() {
  return (
    <div className="unseen" role="status" data-announcer>
      {useStore(said)}
    </div>
  );
}
