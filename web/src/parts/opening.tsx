import { useEffect, useState } from 'react';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { announce } from './announce.tsx';

/** Milliseconds in which what is on its way mostly comes; and after which it is no longer a matter of the network. */
const SOON = 300;
const LATE = 3000;

/** Says that something was opened and is on its way, once it takes longer than one would notice. */
export function Opening() {
  const t = useTexts(common);
  const [waits, setWaits] = useState(0);
  useEffect(() => {
    const timers = [SOON, LATE].map((time) => setTimeout(() => setWaits(time), time));
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
  const words = navigator.onLine && waits < LATE ? t.loading : t.opensLater;
  useEffect(() => {
    if (waits > 0) announce(words);
  }, [waits, words]);
  return waits === 0 ? null : <p className="opening">{words}</p>;
}
