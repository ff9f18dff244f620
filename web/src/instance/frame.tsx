import type { ReactNode } from 'react';
import { useViewer } from '../api/viewer.tsx';
import { Shell } from '../frames/shell.tsx';
import { common } from '../i18n/en/common.ts';
import { instance } from '../i18n/en/instance.ts';
import { useTexts } from '../i18n/language.ts';
import { Empty } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { TabLinks, type Tabs, useTabName } from '../parts/tab-links.tsx';
import { paths } from '../paths.ts';

/** The screens of the instance, for its administrators. */
export function InstanceFrame({ lead, children }: { lead: string; children: ReactNode }) {
  const t = useTexts(instance);
  const c = useTexts(common);
  const viewer = useViewer();
  const tabs: Tabs = [
    [paths.applications, t.tabs.applications],
    [paths.organizations, t.tabs.organizations],
    [paths.domains, t.tabs.domains],
    [paths.jobs, t.tabs.jobs],
  ];
  const here = useTabName(tabs);
  return (
    <Shell>
      <div className="page-head">
        <Heading title={t.title} name={here ?? t.title} />
      </div>
      {!viewer.isInstanceAdmin ? (
        <Empty icon="lock" title={c.forbiddenTitle}>
          {t.forbidden}
        </Empty>
      ) : (
        <>
          <TabLinks label={t.title} tabs={tabs} />
          <div className="stack">
            <p className="muted">{lead}</p>
            {children}
          </div>
        </>
      )}
    </Shell>
  );
}
