import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { Problem } from '../api/problem.ts';
import { store } from '../api/store.ts';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { hasReturned } from './kept-place.ts';
import { Failed } from './notice.tsx';

/** Where the page was when its heading last took the focus; the first page of a visit leaves it to the browser. */
const arrived = store<string | undefined>(undefined);
/** A heading that had the focus went away: of a page that was loading, and now stands there with another. */
const passedOn = store(false);

/** The heading of a screen: the page's title, focused after going from one screen to another. */
export function Heading({
  title,
  name,
  unseen = false,
  children,
}: {
  title: string;
  name?: string;
  unseen?: boolean;
  children?: ReactNode;
}) {
  const [path] = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${name ?? title} · Consentry`;
  }, [title, name]);
  useEffect(() => {
    const from = arrived.get();
    const takes = passedOn.get();
    arrived.set(path);
    passedOn.set(false);
    if (from === path && takes) heading.current?.focus({ preventScroll: true });
    if (from === undefined || from === path) return;
    heading.current?.focus({ preventScroll: true });
    if (!hasReturned()) window.scrollTo(0, 0);
  }, [path]);
  useLayoutEffect(() => {
    const own = heading.current;
    return () => {
      if (own && own === document.activeElement) passedOn.set(true);
    };
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={unseen ? 'unseen' : undefined}>
      {children ?? title}
    </h1>
  );
}

/** What stands on a screen before it is there: that it comes, by boxes of its looks, or why it does not. */
export function Coming({
  problems,
  again,
  children,
}: {
  problems: readonly Problem[];
  again: () => void;
  children: ReactNode;
}) {
  const t = useTexts(common);
  return (
    <>
      <Heading title={problems.length > 0 ? t.failedTitle : t.loading} unseen />
      {problems.length > 0 ? <Failed problems={problems} again={again} /> : children}
    </>
  );
}
