import type { ReactNode } from 'react';
import { useOrganization } from '../api/viewer.tsx';
import { Shell } from '../frames/shell.tsx';
import { common } from '../i18n/en/common.ts';
import { organization } from '../i18n/en/organization.ts';
import { useTexts } from '../i18n/language.ts';
import { Empty } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { TabLinks, type Tabs, useTabName } from '../parts/tab-links.tsx';
import { paths } from '../paths.ts';

export type Administered = NonNullable<ReturnType<typeof useOrganization>>;

/** The screens of an organization; who does not administer it reads why there is nothing. */
export function OrganizationFrame({ children }: { children: (of: Administered) => ReactNode }) {
  const t = useTexts(organization);
  const c = useTexts(common);
  const of = useOrganization();
  const may = of && (of.role === 'OWNER' || of.role === 'ADMIN');
  const tabs: Tabs = [
    [paths.organization, t.tabs.settings],
    [paths.people, t.tabs.people],
    [paths.clients, t.tabs.clients],
    [paths.organizationSignIn, t.tabs.signIn],
    [paths.log, t.tabs.log],
  ];
  const here = useTabName(tabs);
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
          <TabLinks label={t.title} tabs={tabs} />
          <div key={of.organizationId}>{children(of)}</div>
        </>
      )}
    </Shell>
  );
}
