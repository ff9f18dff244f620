import type { OrganizationRole } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { team } from '../i18n/en/team.ts';
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';

interface Member {
  readonly role: OrganizationRole;
  readonly sharedAccounts: number;
  readonly hasFeature: boolean;
  readonly hasApplied: boolean;
}

/** What somebody is in the organization, and what they share: for guests that is why they are here. */
export function Standing({ member }: { member: Member }) {
  const t = useTexts(team);
  const c = useTexts(common);
  return (
    <span>
      {c.roles[member.role]}
      {member.sharedAccounts > 0 && <span className="muted">, {t.shares(member.sharedAccounts)}</span>}
    </span>
  );
}

/** Whether somebody may send requests (GATE-4), or has applied for it. */
export function Feature({ member }: { member: Member }) {
  const t = useTexts(team);
  // Guests answer requests; nobody switches sending on for them.
  if (member.role === 'GUEST') return <span className="muted">–</span>;
  if (!member.hasFeature) return <span className="muted">{member.hasApplied ? t.hasApplied : t.no}</span>;
  return (
    <span className="yes">
      <Icon name="check" size={18} />
      {t.yes}
    </span>
  );
}
