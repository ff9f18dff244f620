import type { GrantsQuery } from '../api/types.gen.ts';

export type Grant = GrantsQuery['grants']['edges'][number]['node'];

export interface Shared {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** What somebody shares, as R13 has it: by organization, in it by app; of one app what stands first, then the newest. */
export function byOrganization(all: readonly Grant[], language: string): readonly Shared[] {
  const { compare } = new Intl.Collator(language);
  const of = new Map<string, { name: string; grants: Grant[] }>();
  for (const grant of all) {
    const { id, name } = grant.request.organization;
    const known = of.get(id) ?? { name, grants: [] };
    known.grants.push(grant);
    of.set(id, known);
  }
  const app = ({ item }: Grant) => item.app?.name ?? item.appId;
  const ended = ({ endedAt }: Grant) => (endedAt === null ? 0 : 1);
  return [...of]
    .map(([id, { name, grants }]) => ({
      id,
      name,
      // The list came newest first, and sorting keeps that among equals.
      grants: grants.sort((one, other) => compare(app(one), app(other)) || ended(one) - ended(other)),
    }))
    .sort((one, other) => compare(one.name, other.name));
}
