import { useSearchParams } from 'wouter';
import { history } from '../i18n/en/history.ts';
import { log } from '../i18n/en/log.ts';
import { useTexts } from '../i18n/language.ts';

/** Kinds that stand in the history of a request, and not in this log. */
const NOT_HERE = ['DELIVERY_CHANGED', 'ACCOUNT_CHANGED'];

/** What is said behind a name, standing alone. */
const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** What narrows the history to one kind of change; it stands in the address, so that Back takes it back. */
export function LogKind({ chosen, words }: { chosen: string | null; words: (kind: string) => string }) {
  const t = useTexts(log);
  const h = useTexts(history);
  const [, setSearch] = useSearchParams();
  const groups: [string, string[]][] = [
    [t.groups.requests, Object.keys(h.kinds).filter((kind) => !NOT_HERE.includes(kind))],
    [t.groups.organization, Object.keys(t.kinds)],
  ];
  // An address may name a kind that has no words here.
  const known = groups.some(([, kinds]) => kinds.includes(chosen ?? ''));
  return (
    <search>
      <select
        className="input narrow-select"
        aria-label={t.kind}
        value={chosen ?? ''}
        onChange={({ target }) => setSearch(target.value ? { kind: target.value } : {})}
      >
        <option value="">{t.anyKind}</option>
        {chosen && !known && <option value={chosen}>{chosen}</option>}
        {groups.map(([name, kinds]) => (
          <optgroup key={name} label={name}>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {capital(words(kind))}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </search>
  );
}
