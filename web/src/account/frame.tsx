import type { ReactNode } from 'react';
import { Shell } from '../frames/shell.tsx';
import { account } from '../i18n/en/account.ts';
import { useTexts } from '../i18n/language.ts';
import { Heading } from '../parts/page.tsx';
import { TabLinks, type Tabs, useTabName } from '../parts/tab-links.tsx';
import { paths } from '../paths.ts';

/** The screens of one's own account. */
export function AccountFrame({ children }: { children: ReactNode }) {
  const t = useTexts(account);
  const tabs: Tabs = [
    [paths.profile, t.tabs.profile],
    [paths.sessions, t.tabs.sessions],
    [paths.tokens, t.tabs.tokens],
  ];
  const here = useTabName(tabs);
  return (
    <Shell>
      <div className="page-head">
        <Heading title={t.title} name={here ?? t.title} />
      </div>
      <TabLinks label={t.title} tabs={tabs} />
      {children}
    </Shell>
  );
}
