import { store } from './store.ts';

/** Turns true when an answer says that nobody is signed in any more; the sign-in dialog opens then. */
export const signedOut = store(false);

const WHO = 'consentry.who';
let mine: string | undefined;

/**
 * Whose page this is. Tabs share one session: when somebody else signs in in another, this one begins anew, since what
 * it shows and what is typed in it is not theirs; when the other signs out, one signs in here again (INV-3).
 */
export function arrive(who: string | undefined): void {
  if (who === undefined && mine === undefined) return;
  if (who !== undefined && mine !== undefined && who !== mine) window.location.reload();
  mine = who;
  if (window.localStorage.getItem(WHO) !== (who ?? '')) window.localStorage.setItem(WHO, who ?? '');
}

/** Whether the session is somebody else's by now; then the page begins anew. */
export function isElse(): boolean {
  const now = window.localStorage.getItem(WHO);
  if (mine === undefined || now === null || now === mine) return false;
  if (now !== '') {
    window.location.reload();
    return true;
  }
  // Once it is said, what is sent is the way back in.
  const news = !signedOut.get();
  signedOut.set(true);
  return news;
}

window.addEventListener('storage', ({ key }) => key === WHO && isElse());
// A page that was put away hears nothing of the others.
window.addEventListener('pageshow', isElse);

/** Turns true when whoever is here signs out: then nothing of theirs stays. */
export const leaving = store(false);
