import type { UsageBy } from '../api/types.gen.ts';
import { usage } from '../i18n/en/usage.ts';
import { useTexts } from '../i18n/language.ts';

/** How finely use is shown. */
export function By({ by, onBy }: { by: UsageBy; onBy: (next: UsageBy) => void }) {
  const t = useTexts(usage);
  return (
    <fieldset className="either">
      <legend className="unseen">{t.how}</legend>
      {(['DAY', 'HOUR'] as const).map((each) => (
        <button key={each} type="button" aria-pressed={each === by} onClick={() => onBy(each)}>
          {t.by[each]}
        </button>
      ))}
    </fieldset>
  );
}
