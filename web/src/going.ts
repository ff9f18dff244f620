import type { AroundNavHandler } from 'wouter';
import { store } from './api/store.ts';
import { screenAt } from './routes.tsx';

/** Whether a screen that one goes to is on its way; the one before stays until it is there. */
export const going = store(false);

let turn = 0;
window.addEventListener('popstate', () => {
  turn += 1;
  going.set(false);
});

/** Goes to a screen once its code is there, so that what one has is not taken away for what may not come. */
export const whenLoaded: AroundNavHandler = (go, to, options) => {
  const { pathname } = new URL(to, window.location.href);
  // What a screen writes into its own address is no way to another, and ends none.
  if (pathname === window.location.pathname && options?.replace) return go(to, options);
  turn += 1;
  const mine = turn;
  going.set(false);
  const screen = screenAt(pathname);
  // At the beginning there is nothing that could stay.
  if (!screen || screen.isLoaded() || window.location.pathname === '/') return go(to, options);
  going.set(true);
  const done = () => {
    if (turn !== mine) return;
    going.set(false);
    go(to, options);
  };
  // What is missing for good is said where it would stand.
  void screen.load().then(done, done);
};
