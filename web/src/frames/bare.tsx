import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { paths } from '../paths.ts';
import { AccountMenu } from './account.tsx';

export function Brand() {
  const t = useTexts(common);
  return (
    <Link href={paths.home} className="brand" aria-label={t.brandHome}>
      <span className="brand-mark">
        <Icon name="key" />
      </span>
      <span className="brand-word">Consentry</span>
    </Link>
  );
}

/** Longest host, in characters, that has room beside the account on a small phone. */
const SHORT = 20;

/** The frame of who answers: whose page it is, and nothing to get lost in. */
export function Bare({ narrow = false, children }: { narrow?: boolean; children: ReactNode }) {
  const t = useTexts(common);
  const { host } = window.location;
  return (
    <div className="bare">
      <header className="topbar">
        <Brand />
        <span className={host.length > SHORT ? 'host long' : 'host'} title={t.host(host)}>
          <Icon name="lock" size={16} />
          <span className="host-name">
            <bdi dir="ltr">{host}</bdi>
          </span>
        </span>
        <AccountMenu />
      </header>
      <main id="content" className={narrow ? 'narrow' : undefined}>
        {children}
      </main>
    </div>
  );
}
