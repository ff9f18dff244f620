import { type ReactNode, Suspense, useId, useRef, useState } from 'react';
import { whenIdle } from './idle.ts';
import { later } from './later.ts';
import { Opening } from './opening.tsx';

export interface Entry {
  id: string;
  label: string;
  onAction: () => void;
  danger?: boolean;
}

const load = () => import('./open-menu.tsx');
const OpenMenu = later(load);
whenIdle(load);

/** A button that opens a list of actions. */
export function ActionMenu({
  label,
  trigger,
  entries,
}: {
  label: string;
  trigger: ReactNode;
  entries: readonly Entry[];
}) {
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="menu-button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(true)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {trigger}
      </button>
      <Suspense fallback={<Opening />}>
        {open && <OpenMenu id={id} label={label} entries={entries} button={button} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}
