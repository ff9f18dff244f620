import type { LogRecordFragment, OrganizationRole, TeamRole } from '../api/types.gen.ts';

interface About {
  /** Global id of the request that a record is about. */
  readonly request: string | undefined;
  /** All ids, and other facts, by name. */
  readonly ids: readonly (readonly [name: string, value: string])[];
}

/** Reads what a record of the audit log is about: nested objects of ids. */
export function about(payload: string): About {
  const ids: [string, string][] = [];
  const read = (value: unknown) => {
    if (value === null || typeof value !== 'object') return;
    for (const [name, part] of Object.entries(value)) {
      if (part !== null && typeof part === 'object') read(part);
      else if (part !== null && name !== 'kind') ids.push([name, String(part)]);
    }
  };
  try {
    read(JSON.parse(payload));
  } catch {
    ids.push(['payload', payload]);
  }
  const request = ids.find(([name]) => name === 'request')?.[1];
  // The global id of a request is its id without dashes behind `req_`.
  return { request: request && `req_${request.replaceAll('-', '')}`, ids };
}

interface Words {
  readonly roles: Readonly<Record<OrganizationRole | TeamRole, string>>;
  readonly quoted: (name: string) => string;
  readonly since: (role: string) => string;
  readonly sinceIn: (team: string, role: string) => string;
}

type Named = Pick<
  LogRecordFragment,
  'person' | 'subject' | 'teamName' | 'requestName' | 'appName' | 'inviteeEmail' | 'role' | 'teamRole'
>;

/** What a record is about in a line: app and request or team, and whom, besides who did it. */
export function concerning(
  { person, subject, teamName, requestName, appName, inviteeEmail, role, teamRole }: Named,
  words: Words,
): string {
  const parts = [
    appName,
    requestName && words.quoted(requestName),
    subject && subject.id !== person?.id && subject.name,
    inviteeEmail,
    role && (inviteeEmail ? words.roles[role] : words.since(words.roles[role])),
    // With a request its team goes without saying.
    teamName && !requestName && (teamRole ? words.sinceIn(teamName, words.roles[teamRole]) : teamName),
  ];
  return parts.filter(Boolean).join(' · ');
}
