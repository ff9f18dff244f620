import { createContext, type ReactNode, useContext } from 'react';
import { store, useStore } from './store.ts';
import type { OrganizationRole, TeamRole, ViewerQuery } from './types.gen.ts';

export type Viewer = NonNullable<ViewerQuery['viewer']>;
export type Instance = ViewerQuery['instance'];

/** A team that the viewer works in, and so may send requests from (ROLE-4). */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  readonly organization: string;
  readonly organizationRole: OrganizationRole;
  readonly role: TeamRole | null;
  readonly isAdmin: boolean;
}

/** Teams one works in: not where one is a guest. */
export function teamsOf(viewer: Viewer): readonly Team[] {
  return viewer.memberships
    .filter(({ role }) => role !== 'GUEST')
    .flatMap(({ organizationId, organizationName, role: organizationRole, teams }) => {
      const administers = organizationRole === 'OWNER' || organizationRole === 'ADMIN';
      return teams
        .filter(({ role }) => administers || role === 'ADMIN' || role === 'MEMBER')
        .map(({ teamId, teamName, role }) => ({
          id: teamId,
          name: teamName,
          organizationId,
          organization: organizationName,
          organizationRole,
          role,
          isAdmin: administers || role === 'ADMIN',
        }));
    });
}

const KEY = 'consentry.team';
const chosen = store(window.localStorage.getItem(KEY) ?? '');

/** Works in another team from now on, in this browser; or in an organization that has none yet. */
export function workIn(id: string): void {
  window.localStorage.setItem(KEY, id);
  chosen.set(id);
}

interface Known {
  readonly viewer: Viewer | null;
  readonly instance: Instance;
}

const Context = createContext<Known | undefined>(undefined);

export function ViewerProvider({ known, children }: { known: Known; children: ReactNode }) {
  return <Context value={known}>{children}</Context>;
}

export function useKnown(): Known {
  const known = useContext(Context);
  if (!known) throw new Error('outside of the viewer');
  return known;
}

/** Who is signed in; only below the guard that asks to sign in first. */
export function useViewer(): Viewer {
  const { viewer } = useKnown();
  if (!viewer) throw new Error('outside of the guard');
  return viewer;
}

/** Organizations where one works in no team: their settings are there for who administers them, and what one got. */
const withoutTeam = ({ memberships }: Viewer, teams: readonly Team[]) =>
  memberships.filter(
    ({ role, organizationId }) => role !== 'GUEST' && !teams.some((team) => team.organizationId === organizationId),
  );

/** The team that one works in now, and what else there is to choose. */
export function useTeam() {
  const viewer = useViewer();
  const id = useStore(chosen);
  const teams = teamsOf(viewer);
  const empty = withoutTeam(viewer, teams);
  const isEmpty = empty.some(({ organizationId }) => organizationId === id);
  const team =
    teams.find((team) => team.id === id) ??
    // An organization that had no team when it was chosen, and has one since.
    teams.find((team) => team.organizationId === id) ??
    (isEmpty ? undefined : teams[0]);
  return { team, teams, empty };
}

/** The organization that one works in now; one who administers it may have no team yet. */
export function useOrganization() {
  const viewer = useViewer();
  const id = useStore(chosen);
  const { team } = useTeam();
  const own = viewer.memberships.filter(({ role }) => role !== 'GUEST');
  const now = team?.organizationId ?? id;
  return own.find(({ organizationId }) => organizationId === now) ?? own[0];
}
