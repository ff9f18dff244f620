import { type ReactNode, Suspense } from 'react';
import { whenIdle } from './idle.ts';
import { later } from './later.ts';
import { Opening } from './opening.tsx';

export interface OwnOfWindow {
  title: string;
  onClose: () => void;
  /** For what cannot be undone by closing. */
  alert?: boolean;
  /** Escape and a click beside it do not close it. */
  firm?: boolean;
  children: ReactNode;
}

const load = () => import('./window.tsx');
const Lazy = later(load);
whenIdle(load);

/** A window over the page: it holds the focus, and gives it back to where it came from. */
export function Window(own: OwnOfWindow) {
  return (
    <Suspense fallback={<Opening />}>
      <Lazy {...own} />
    </Suspense>
  );
}
