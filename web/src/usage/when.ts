import type { UsageBy } from '../api/types.gen.ts';
import type { Language } from '../i18n/language.ts';

/** A day of the ledger, which is one in UTC, or an hour of it, by the reader's clock. */
export function when(start: string, by: UsageBy, language: Language): string {
  const how: Intl.DateTimeFormatOptions =
    by === 'DAY'
      ? { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }
      : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(language, how).format(new Date(start));
}
