import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useChanges } from '../api/hooks.ts';
import { ReceivedChangedDocument, ViewerChangedDocument } from '../api/viewer.gen.ts';
import { useOrganization, useTeam, useViewer, workIn } from '../api/viewer.tsx';
import { useWaiting } from '../api/waiting.ts';
import { common } from '../i18n/en/common.ts';
import { frames } from '../i18n/en/frames.ts';
import { useTexts } from '../i18n/language.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { paths } from '../paths.ts';
import { AccountMenu } from './account.tsx';
import { Brand } from './bare.tsx';
import { Shortcuts } from './shortcuts.tsx';

/** The team that one works in: a choice where there are several, else its name (B11). */
function Switcher() {
  const t = useTexts(common);
  const f = useTexts(frames);
  const { team, teams, empty } = useTeam();
  const now = useOrganization();
  if (!team && empty.length === 0) return null;
  if (team && teams.length === 1 && empty.length === 0) {
    return (
      <div className="switcher">
        <p>{f.inTeam(team.name, team.organization)}</p>
      </div>
    );
  }
  const organizations = [...new Set(teams.map(({ organization }) => organization))];
  return (
    <div className="switcher">
      <select
        aria-label={t.team_}
        value={team?.id ?? now?.organizationId ?? ''}
        onChange={({ target }) => workIn(target.value)}
      >
        {organizations.map((organization) => (
          <optgroup key={organization} label={organization}>
            {teams
              .filter((each) => each.organization === organization)
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </optgroup>
        ))}
        {empty.map(({ organizationId, organizationName }) => (
          <option key={organizationId} value={organizationId}>
            {organizationName}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The frame of who works with requests: a bar at the side, or below on phones. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTexts(common);
  const f = useTexts(frames);
  const viewer = useViewer();
  const { team } = useTeam();
  const organization = useOrganization();
  const [path] = useLocation();
  const waiting = useWaiting();
  useChanges({ query: ReceivedChangedDocument, variables: {} });
  useChanges({ query: ViewerChangedDocument, variables: {} });
  const administers = organization?.role === 'OWNER' || organization?.role === 'ADMIN';
  const places: [string, string, IconName, string][] = [
    [team ? paths.sent : paths.received, t.requests, 'inbox', '/requests'],
  ];
  if (team) {
    places.push([paths.connections, t.connections, 'plug', '/connections']);
    places.push([paths.team, t.team, 'people', '/team']);
    places.push([paths.apps, t.apps, 'grid', '/apps']);
  } else {
    places.push([paths.grants, t.shared, 'shield', '/grants']);
  }
  if (administers) places.push([paths.organization, f.settings, 'gear', '/organization']);
  return (
    <div className="shell">
      <header className="side">
        <Brand />
        <Switcher />
        <nav className="nav" aria-label={t.navigation}>
          {places.map(([to, label, icon, under]) => (
            <Link key={to} href={to} aria-current={path.startsWith(under) ? 'page' : undefined}>
              <Icon name={icon} />
              <span className="nav-label">{label}</span>
              {under === '/requests' && waiting > 0 && (
                <span className="count">
                  {waiting}
                  <span className="unseen"> {f.waiting(waiting)}</span>
                </span>
              )}
            </Link>
          ))}
        </nav>
        <div className="side-foot">
          <AccountMenu />
          <div className="who">
            <strong>{viewer.name}</strong>
            <div className="muted">{organization?.organizationName}</div>
          </div>
        </div>
      </header>
      <main id="content">{children}</main>
      <Shortcuts />
    </div>
  );
}
