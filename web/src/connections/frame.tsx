import type { ReactNode } from 'react';
import { useChanges } from '../api/hooks.ts';
import { type Team, useTeam } from '../api/viewer.tsx';
import { Shell } from '../frames/shell.tsx';
import { connections } from '../i18n/en/connections.ts';
import { health } from '../i18n/en/health.ts';
import { useTexts } from '../i18n/language.ts';
import { LiveDot } from '../parts/live.tsx';
import { NoTeam } from '../parts/no-team.tsx';
import { Heading } from '../parts/page.tsx';
import { TabLinks, type Tabs, useTabName } from '../parts/tab-links.tsx';
import { paths } from '../paths.ts';
import { HealthChangedDocument, UseChangedDocument } from './connections.gen.ts';

/** For who works in a team: its connections and all that they stand on. */
export function OfTeam({ children }: { children: (team: Team) => ReactNode }) {
  const n = useTexts(connections);
  const { team } = useTeam();
  return (
    <Shell>
      {team ? (
        children(team)
      ) : (
        <>
          <div className="page-head">
            <Heading title={n.title} />
          </div>
          <NoTeam />
        </>
      )}
    </Shell>
  );
}

/** Follows what a team may use, how it fares, and what is done with it. */
export function useFollowed(teamId: string) {
  useChanges({ query: HealthChangedDocument, variables: { teamId } });
  useChanges({ query: UseChangedDocument, variables: { teamId } });
}

/** Connections and health, side by side. */
export function ConnectionTabs({ lead, action, children }: { lead: string; action?: ReactNode; children: ReactNode }) {
  const t = useTexts(connections);
  const h = useTexts(health);
  const tabs: Tabs = [
    [paths.connections, t.title],
    [paths.health, h.tab],
  ];
  const here = useTabName(tabs);
  return (
    <>
      <div className="page-head">
        <div className="title">
          <Heading title={t.title} name={here === h.tab ? `${here} · ${t.title}` : t.title} />
          <LiveDot />
        </div>
        {action}
        <p className="lead">{lead}</p>
      </div>
      <TabLinks label={t.title} tabs={tabs} />
      {children}
    </>
  );
}
