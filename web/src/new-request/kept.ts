/** Where this tab keeps the draft of a request. Apart from the draft itself, since every screen can sign out. */
export const KEY = 'consentry.draft';

/** Nothing of a draft stays: it was sent, or whoever wrote it has gone. */
export const forget = () => window.sessionStorage.removeItem(KEY);
