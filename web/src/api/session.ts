import { store } from './store.ts';

/** Turns true when an answer says that nobody is signed in any more; the sign-in dialog opens then. */
export const signedOut = store(false);

/** Turns true when whoever is here signs out: then nothing of theirs stays. */
export const leaving = store(false);
