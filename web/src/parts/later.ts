import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/** Tries after the first, where the service answers and a piece did not come all the same. */
const TRIES = 2;
/** The longest between two tries, in milliseconds. */
const LONGEST = 8000;

const online = () => new Promise<unknown>((done) => window.addEventListener('online', done, { once: true }));
const after = (time: number) => new Promise<unknown>((done) => setTimeout(done, time));

/** Whether the service answers at all. */
const isThere = () =>
  fetch('/healthz', { cache: 'no-store' }).then(
    ({ status }) => status < 500,
    () => false,
  );

/**
 * Loads a piece of the page. Without network, or while the service is away, it waits, so that the page goes on where it
 * was; a piece that is not there though the service is, belongs to another version, and only a reload helps.
 */
export const patient =
  <Piece>(load: () => Promise<Piece>) =>
  async (): Promise<Piece> => {
    for (let tries = 0, missing = 0; ; tries += 1) {
      try {
        return await load();
      } catch (error) {
        if (!navigator.onLine) await online();
        else if (await isThere()) missing += 1;
        if (missing > TRIES) throw error;
        await after(Math.min(1000 * 2 ** tries, LONGEST));
      }
    }
  };

/** A part of the page that is loaded when it is needed. */
export const later = <Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LazyExoticComponent<ComponentType<Props>> => lazy(patient(load));
