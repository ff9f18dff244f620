import { Suspense, useLayoutEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from '../api/store.ts';
import { useTeam } from '../api/viewer.tsx';
import { later } from '../parts/later.ts';
import { Opening } from '../parts/opening.tsx';
import { paths } from '../paths.ts';
import { isOurs, keysOn, reader } from './keys.ts';

const Sheet = later(() => import('./shortcut-sheet.tsx'));

/** One for the page: what was begun must outlive a screen that shows anew. */
const read = reader();

/** Keys for builders: `c`, `/`, `g r`, and `?`, which lists them. */
export function Shortcuts() {
  const on = useStore(keysOn);
  const sends = useTeam().team !== undefined;
  const [, go] = useLocation();
  const [shown, setShown] = useState(false);
  // Heard as soon as the screen is seen.
  useLayoutEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent) => {
      if (!isOurs(event)) return;
      const command = read(event.key, event.timeStamp);
      if (!command) return;
      event.preventDefault();
      const field = document.querySelector<HTMLInputElement>('input[type=search]');
      if (command === 'help') setShown(true);
      else if (command === 'search' && field) field.focus();
      else if (command === 'create' && sends) go(paths.newRequest);
      else if (command !== 'create') go(sends ? paths.sent : paths.received);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [on, sends, go]);
  return <Suspense fallback={<Opening />}>{shown && <Sheet onClose={() => setShown(false)} />}</Suspense>;
}
