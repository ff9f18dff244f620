import { store, useStore } from '../api/store.ts';
import type { Area } from './area.ts';

export type Language = 'en' | 'de';
type Catalog = Readonly<Record<string, unknown>>;

// Not the name under which the browser's language was kept before, which nobody had chosen.
const KEY = 'consentry.chosen-language';
const language = store<Language>('en');
let german: Catalog | undefined;

/** What was chosen on this device. */
function chosen(): Language | undefined {
  const kept = window.localStorage.getItem(KEY);
  return kept === 'en' || kept === 'de' ? kept : undefined;
}

/** The language to begin with: chosen before on this device, else the browser's. */
export function preferred(): Language {
  const kept = chosen();
  if (kept) return kept;
  return navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en';
}

/** Shows the page in a language; its texts are loaded first. */
export async function speak(next: Language): Promise<void> {
  if (next === 'de') german ??= (await import('./de/index.ts')).german;
  document.documentElement.lang = next;
  language.set(next);
}

/** Shows the page in a language that somebody chose here, now and from the next visit on. */
export async function choose(next: Language): Promise<void> {
  window.localStorage.setItem(KEY, next);
  await speak(next);
}

/** Speaks the language of who is signed in, unless this device has chosen. */
export async function follow(account: Language): Promise<void> {
  if (!chosen()) await speak(account);
}

export const useLanguage = () => useStore(language);
export const spoken = () => language.get();

/** The texts of an area in the language of the page. */
export function useTexts<Name extends string, Words>(of: Area<Name, Words>): Words {
  return useLanguage() === 'de' ? ((german?.[of.name] as Words | undefined) ?? of.en) : of.en;
}
