/** Where the browser is, as far as a sign-in at an app depends on it. */

/** Narrow or touched: a second window would be a second tab to get lost in, so the app opens in this one. */
export const opensHere = () => window.matchMedia('(max-width: 40rem), (hover: none) and (pointer: coarse)').matches;

/** Browsers inside mail and social apps; large providers refuse to sign anybody in there. */
export function insideApp(agent: string = navigator.userAgent): boolean {
  return /\b(FBAN|FBAV|Instagram|LinkedInApp|Line|MicroMessenger|Snapchat|Twitter|GSA)\b|; wv\)/.test(agent);
}

/** Where the page goes back to when an app was opened in this window; the callback's page reads it. */
export const RETURN = 'consentry.return';
