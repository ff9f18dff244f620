import { errors } from '../i18n/en/errors.ts';
import { useTexts } from '../i18n/language.ts';
import type { Problem } from './problem.ts';

/** Says what a problem means, in the language of the page. */
export function useWords(): (problem: Problem) => string {
  const t = useTexts(errors);
  return ({ code }) => t.codes[code] ?? t.other(code);
}
