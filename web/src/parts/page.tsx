import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { store } from '../api/store.ts';

/** Where the page was when its heading last took the focus; the first page of a visit leaves it to the browser. */
const arrived = store<string | undefined>(undefined);

/** The heading of a screen: the page's title, focused after going from one screen to another. */
export function Heading({ title, name, children }: { title: string; name?: string; children?: ReactNode }) {
  const [path] = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${name ?? title} · Consentry`;
  }, [title, name]);
  useEffect(() => {
    const from = arrived.get();
    arrived.set(path);
    if (from === undefined || from === path) return;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [path]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  );
}
