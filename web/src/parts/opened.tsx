import { type ReactNode, Suspense, useState } from 'react';
import { Skeleton } from './notice.tsx';

interface Own {
  title: string;
  className?: string;
  /** Of the boxes that stand there until it has come. */
  heights: readonly number[];
  children: ReactNode;
}

/**
 * What is loaded once it is opened. What opens it stands there from the beginning: buttons that move away under a press
 * are not pressed.
 */
export function Opened({ title, className, heights, children }: Own) {
  const [open, setOpen] = useState(false);
  return (
    <details className={className} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {open && <Suspense fallback={<Skeleton heights={heights} />}>{children}</Suspense>}
    </details>
  );
}
