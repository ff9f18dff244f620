/** Milliseconds in which the first screen and its data have the network for themselves. */
const FIRST_SCREEN = 1500;

/** Fetches code that may be needed soon, once the browser has nothing better to do; a failure shows when it is needed. */
export function whenIdle(...loads: readonly (() => Promise<unknown>)[]): void {
  const run = () => {
    for (const load of loads) load().catch(() => undefined);
  };
  window.setTimeout(() => {
    // Safari has no such callback.
    if (window.requestIdleCallback) window.requestIdleCallback(run);
    else run();
  }, FIRST_SCREEN);
}
