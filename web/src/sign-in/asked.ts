/** Where this tab keeps for whom a code was asked. */
const KEY = 'consentry.code';

/** The server takes a code for ten minutes; afterwards one begins anew. */
const VALID = 600_000;

/** The address that a code was asked for, and when, in milliseconds since 1970. Never the code itself. */
export interface Asked {
  readonly email: string;
  readonly at: number;
}

export const forgetAsked = () => window.sessionStorage.removeItem(KEY);

export const keepAsked = (asked: Asked) => window.sessionStorage.setItem(KEY, JSON.stringify(asked));

/**
 * What was asked for before a reload: a phone may drop this tab while one looks for the code in the mail app. Where the
 * address is set, as for whoever was signed out meanwhile, only that one counts.
 */
export function keptAsked(only: string): Asked | undefined {
  try {
    const { email, at } = JSON.parse(window.sessionStorage.getItem(KEY) ?? '{}') as Partial<Asked>;
    const age = Date.now() - Number(at);
    if (email && at && age >= 0 && age < VALID && (only === '' || only === email)) return { email, at };
  } catch {
    // What another version kept is of no use here.
  }
  forgetAsked();
  return undefined;
}
