import type { Words } from '../i18n/area.ts';
import { errors } from '../i18n/en/errors.ts';
import { ahead } from '../i18n/format.ts';
import { type Language, useLanguage, useTexts } from '../i18n/language.ts';
import type { Problem } from './problem.ts';

/** Says what a problem means: what happened, and what to do. */
export const wordsOf =
  (t: Words<typeof errors>, language: Language) =>
  ({ code, extensions: { retryAfterSeconds: wait } }: Problem) =>
    code === 'RATE_LIMITED' && typeof wait === 'number'
      ? t.tooOften(ahead(wait, language))
      : (t.codes[code] ?? t.other(code));

/** The same, in the language of the page. */
export function useWords(): (problem: Problem) => string {
  return wordsOf(useTexts(errors), useLanguage());
}
