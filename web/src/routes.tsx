import { type ComponentType, lazy, useState } from 'react';
import { patient } from './parts/later.ts';

type Load = () => Promise<{ default: ComponentType }>;

export interface Screen {
  readonly path: string;
  /** Seen without signing in. */
  readonly open?: boolean;
  readonly Component: ComponentType;
  readonly load: Load;
  readonly isLoaded: () => boolean;
}

function screen(path: string, from: Load, open = false): Screen {
  let part: ComponentType | undefined;
  let coming: ReturnType<Load> | undefined;
  // However often it is asked for while it is on its way.
  const load = () => {
    coming ??= patient(from)().then(
      (loaded) => {
        part = loaded.default;
        return loaded;
      },
      (error) => {
        coming = undefined;
        throw error;
      },
    );
    return coming;
  };
  const Later = lazy(load);
  // What is there is shown at once, and not after a moment of nothing.
  function Component() {
    const [Now] = useState(() => part ?? Later);
    return <Now />;
  }
  return { path, open, Component, load, isLoaded: () => part !== undefined };
}

/** Every screen, each in a file and a chunk of its own; the first that fits is shown. */
export const SCREENS: readonly Screen[] = [
  screen('/', () => import('./screens/home.tsx')),
  screen('/sign-in', () => import('./screens/sign-in.tsx'), true),
  screen('/invitations/:link', () => import('./screens/invitation.tsx'), true),
  screen('/requests/sent', () => import('./screens/sent.tsx')),
  screen('/requests/received', () => import('./screens/received.tsx')),
  screen('/requests/new', () => import('./screens/new-request.tsx')),
  screen('/requests/:id/sent', () => import('./screens/was-sent.tsx')),
  screen('/requests/:id', () => import('./screens/request.tsx')),
  screen('/grants', () => import('./screens/grants.tsx')),
  screen('/leave/:id', () => import('./screens/leave.tsx')),
  screen('/connections', () => import('./screens/connections.tsx')),
  screen('/connections/health', () => import('./screens/health.tsx')),
  screen('/connections/:id', () => import('./screens/connection.tsx')),
  screen('/team', () => import('./screens/team.tsx')),
  screen('/apply', () => import('./screens/apply.tsx')),
  screen('/apps', () => import('./screens/apps.tsx')),
  screen('/apps/:id', () => import('./screens/app.tsx')),
  screen('/organization', () => import('./screens/organization.tsx')),
  screen('/organization/people', () => import('./screens/people.tsx')),
  screen('/organization/clients', () => import('./screens/clients.tsx')),
  screen('/organization/sign-in', () => import('./screens/organization-sign-in.tsx')),
  screen('/organization/log', () => import('./screens/log.tsx')),
  screen('/instance/applications', () => import('./screens/applications.tsx')),
  screen('/instance/organizations', () => import('./screens/organizations.tsx')),
  screen('/instance/domains', () => import('./screens/domains.tsx')),
  screen('/instance/jobs', () => import('./screens/jobs.tsx')),
  screen('/profile', () => import('./screens/profile.tsx')),
  screen('/profile/sessions', () => import('./screens/sessions.tsx')),
  screen('/profile/tokens', () => import('./screens/tokens.tsx')),
  screen('/set-up', () => import('./screens/set-up.tsx')),
];

/** Reads `:name` parts of a pattern; `undefined` where it does not fit. */
export function match(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [wanted, found] = [pattern, path].map((each) => each.replace(/\/+$/, '').split('/'));
  if (!wanted || !found || wanted.length !== found.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [place, part] of wanted.entries()) {
    const value = found[place] ?? '';
    if (part.startsWith(':')) {
      try {
        parts[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return undefined;
      }
    } else if (part !== value) return undefined;
  }
  return parts;
}

/** The screen of an address, unless there is none. */
export const screenAt = (path: string) => SCREENS.find((screen) => match(screen.path, path));

/** Fetches the code of the first screen beside everything else that the page waits for. */
export function preload(path: string): void {
  void screenAt(path)?.load();
}
