import { useSyncExternalStore } from 'react';
import { absolute, relative } from '../i18n/format.ts';
import { useLanguage } from '../i18n/language.ts';

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void) {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 30_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** A time as people say it, which goes on by itself; in full on hover, or beside it where the day matters. */
export function Ago({ at, full = false }: { at: string; full?: boolean }) {
  const language = useLanguage();
  const time = useSyncExternalStore(subscribe, () => now);
  // A clock that is a little behind the server's must not speak of the future of what has happened.
  const ahead = new Date(at).getTime() - time;
  return (
    <time dateTime={at} className={full ? 'full' : undefined} title={full ? undefined : absolute(at, language)}>
      {relative(at, ahead > 0 && ahead < 60_000 ? time + ahead : time, language)}
      {full && ` (${absolute(at, language)})`}
    </time>
  );
}
