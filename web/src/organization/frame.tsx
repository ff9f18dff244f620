import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useOrganization } from '../api/viewer.tsx';
import { Shell } from '../frames/shell.tsx';
import { common } from '../i18n/en/common.ts';
import { organization } from '../i18n/en/organization.ts';
import { useTexts } from '../i18n/language.ts';
import { Empty } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';

export type Administered = NonNullable<ReturnType<typeof useOrganization>>;

/** The screens of an organization; who does not administer it reads why there is nothing. */
export function OrganizationFrame({ children }: { children: (of: Administered) => ReactNode }) {
  const t = useTexts(organization);
  const c = useTexts(common);
  const of = useOrganization();
  const [path] = useLocation();
  const may = of && (of.role === 'OWNER' || of.role === 'ADMIN');
  const tabs: [string, string][] = [
    [paths.organization, t.tabs.settings],
    [paths.people, t.tabs.people],
    [paths.clients, t.tabs.clients],
    [paths.log, t.tabs.log],
  ];
  const here = tabs.find(([to]) => to === path)?.[1];
  return (
    <Shell>
      <div className="page-head">
        <Heading title={of?.organizationName ?? t.title} name={`${here ?? t.title} · ${of?.organizationName ?? ''}`} />
      </div>
      {!may ? (
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
          <div key={of.organizationId}>{children(of)}</div>
        </>
      )}
    </Shell>
  );
}
