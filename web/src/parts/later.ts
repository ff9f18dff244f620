import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

/** Tries after the first, where there is a network and a piece did not come all the same. */
const TRIES = 2;

const online = () => new Promise<unknown>((done) => window.addEventListener('online', done, { once: true }));
const soon = () => new Promise<unknown>((done) => setTimeout(done, 1000));

/** Loads a piece of the page; without network it waits for one, so that the page goes on where it was. */
export const patient =
  <Piece>(load: () => Promise<Piece>) =>
  async (): Promise<Piece> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await load();
      } catch (error) {
        if (!navigator.onLine) await online();
        else if (tries >= TRIES) throw error;
        else await soon();
      }
    }
  };

/** A part of the page that is loaded when it is needed. */
export const later = <Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LazyExoticComponent<ComponentType<Props>> => lazy(patient(load));
