import type { Language } from './language.ts';

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

const NOW: Record<Language, string> = { en: 'just now', de: 'gerade eben' };

/** `3 hours ago`, `in 2 days`; below a minute `just now`, and `now` of what comes. */
export function relative(at: string, now: number, language: Language): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return seconds > 0 ? format.format(0, 'second') : NOW[language];
}

/** `in 24 hours`: when a wait of so many seconds is over, never too early. In the largest unit that says it closely. */
export function ahead(seconds: number, language: Language): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  for (const [unit, length] of UNITS) {
    if (seconds >= 2 * length) return format.format(Math.ceil(seconds / length), unit);
  }
  return format.format(Math.max(1, Math.ceil(seconds)), 'second');
}

/** Day and time in full, in the time zone of the browser. */
export const absolute = (at: string, language: Language) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));

/** Day in full. */
export const day = (at: string, language: Language) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(new Date(at));

/** `a, b and c`. */
export const list = (parts: readonly string[], language: Language) =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(parts);

/** Ben of Ben Ito; names of one word stay. */
export const firstName = (name: string) => name.trim().split(/\s+/)[0] ?? name;

/** BI of Ben Ito. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : undefined].map((word) =>
    word ? ([...word][0] ?? '') : '',
  );
  return letters.join('').toUpperCase();
}
