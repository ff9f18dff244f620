import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useViewer } from '../api/viewer.tsx';
import { Shell } from '../frames/shell.tsx';
import { common } from '../i18n/en/common.ts';
import { instance } from '../i18n/en/instance.ts';
import { useTexts } from '../i18n/language.ts';
import { Empty } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';

/** The screens of the instance, for its administrators. */
export function InstanceFrame({ lead, children }: { lead: string; children: ReactNode }) {
  const t = useTexts(instance);
  const c = useTexts(common);
  const viewer = useViewer();
  const [path] = useLocation();
  const tabs: [string, string][] = [
    [paths.applications, t.tabs.applications],
    [paths.organizations, t.tabs.organizations],
  ];
  return (
    <Shell>
      <div className="page-head">
        <Heading title={t.title} name={tabs.find(([to]) => to === path)?.[1] ?? t.title} />
      </div>
      {!viewer.isInstanceAdmin ? (
        <Empty icon="lock" title={c.forbiddenTitle}>
          {t.forbidden}
        </Empty>
      ) : (
        <>
          <nav className="tabs" aria-label={t.title}>
            {tabs.map(([to, words]) => (
              <Link key={to} href={to} aria-current={path === to ? 'page' : undefined}>
                {words}
              </Link>
            ))}
          </nav>
          <div className="stack">
            <p className="muted">{lead}</p>
            {children}
          </div>
        </>
      )}
    </Shell>
  );
}
