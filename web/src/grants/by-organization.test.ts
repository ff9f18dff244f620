import { expect, test } from 'vitest';
import { byOrganization, type Grant } from './by-organization.ts';

const grant = (organization: string, app: string, authorizedAt: string, endedAt: string | null = null) =>
  ({
    authorizedAt,
    endedAt,
    item: { id: authorizedAt, appId: app.toLowerCase(), app: { id: app.toLowerCase(), name: app } },
    request: { organization: { id: `org_${organization}`, name: organization } },
  }) as unknown as Grant;

test('R13: what is shared is by organization, then by app; what stands comes first, then the newest', () => {
  const all = [
    grant('Öresund', 'Slack', '2026-05-05'),
    grant('Harbor', 'Slack', '2026-05-04', '2026-05-05'),
    grant('Harbor', 'Slack', '2026-05-03'),
    grant('Northwind', 'Gmail', '2026-05-02'),
    grant('Harbor', 'Airtable', '2026-05-01'),
    grant('Harbor', 'Slack', '2026-04-01'),
  ];
  expect(byOrganization(all, 'de').map(({ name, grants }) => [name, grants.map(({ item }) => item.id)])).toEqual([
    ['Harbor', ['2026-05-01', '2026-05-03', '2026-04-01', '2026-05-04']],
    ['Northwind', ['2026-05-02']],
    ['Öresund', ['2026-05-05']],
  ]);
  expect(byOrganization([], 'en')).toEqual([]);
});
