import type { Effect, ItemDetailsFragment } from '../api/types.gen.ts';

const RANK: Record<Effect, number> = { READ: 0, WRITE: 1, DELETE: 2, ADMIN: 3 };
const ORDER: readonly Effect[] = ['READ', 'WRITE', 'DELETE', 'ADMIN'];

type Modules = ItemDetailsFragment['modules'];
type Permissions = ItemDetailsFragment['permissions'];

/** Modules by what they can do, mildest first; empty groups are left out. */
export function byEffect<Of extends { effect: Effect }>(modules: readonly Of[]): [Effect, Of[]][] {
  return ORDER.map((effect): [Effect, Of[]] => [effect, modules.filter((each) => each.effect === effect)]).filter(
    ([, some]) => some.length > 0,
  );
}

/** Nothing of it removes anything. */
export const cannotDelete = (modules: readonly { effect: Effect }[]) =>
  modules.every(({ effect }) => RANK[effect] < RANK.DELETE);

/**
 * Permissions at the app that allow more than the modules which need them: the app has no narrower one, and
 * its own page will say so. The difference is what the connection's firewall blocks (USE-3).
 */
export function wider(permissions: Permissions, modules: Modules): Permissions {
  return permissions.filter((permission) => {
    const needed = modules.filter(({ id }) => permission.modules.includes(id));
    return needed.length > 0 && needed.every(({ effect }) => RANK[effect] < RANK[permission.effect]);
  });
}

/** Answered: not waiting, and not broken. */
export const isAnswered = ({ state }: { state: string }) => state !== 'PENDING' && state !== 'INVALID';

/** Those that wait first, then the others, each in the order of the request. */
export function waitingFirst<Of extends { state: string }>(items: readonly Of[]): Of[] {
  return [...items.filter((item) => !isAnswered(item)), ...items.filter(isAnswered)];
}

export const appName = (item: { appId: string; app: { name: string } | null }) => item.app?.name ?? item.appId;

/** The host of an address, as people compare it with their browser's line. */
export function hostOf(address: string | undefined | null): string | undefined {
  if (!address || !URL.canParse(address)) return undefined;
  return new URL(address).host.replace(/^www\./, '');
}
