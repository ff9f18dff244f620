import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { Shell } from '../frames/shell.tsx';
import { account } from '../i18n/en/account.ts';
import { useTexts } from '../i18n/language.ts';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';

/** The screens of one's own account. */
export function AccountFrame({ children }: { children: ReactNode }) {
  const t = useTexts(account);
  const [path] = useLocation();
  const tabs: [string, string][] = [
    [paths.profile, t.tabs.profile],
    [paths.sessions, t.tabs.sessions],
    [paths.tokens, t.tabs.tokens],
  ];
  return (
    <Shell>
      <div className="page-head">
        <Heading title={t.title} name={tabs.find(([to]) => to === path)?.[1] ?? t.title} />
      </div>
      <nav className="tabs" aria-label={t.title}>
        {tabs.map(([to, words]) => (
          <Link key={to} href={to} aria-current={path === to ? 'page' : undefined}>
            {words}
          </Link>
        ))}
      </nav>
      {children}
    </Shell>
  );
}
