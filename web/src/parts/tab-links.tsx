import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';

/** Pixels at the end of the bar that fade. */
const EDGE = 32;

/** Screens side by side: where each is, and its words. */
export type Tabs = readonly (readonly [to: string, words: string])[];

/** The words of the tab that is open. */
export function useTabName(tabs: Tabs): string | undefined {
  const [path] = useLocation();
  return tabs.find(([to]) => to === path)?.[1];
}

/** Links to screens that belong together; the open one is marked. */
export function TabLinks({ label, tabs }: { label: string; tabs: Tabs }) {
  const [path] = useLocation();
  const bar = useRef<HTMLElement>(null);
  // On a phone the open one may stand beyond the edge.
  useEffect(() => {
    const open = bar.current?.querySelector(`[href="${path}"]`);
    if (!open || !bar.current) return;
    const beyond = open.getBoundingClientRect().right - bar.current.getBoundingClientRect().right;
    if (beyond > -EDGE) bar.current.scrollLeft += beyond + EDGE;
  }, [path]);
  return (
    <nav ref={bar} className="tabs" aria-label={label}>
      {tabs.map(([to, words]) => (
        <Link key={to} href={to} aria-current={path === to ? 'page' : undefined}>
          {words}
        </Link>
      ))}
    </nav>
  );
}
