import type { ConnectionRowFragment, HealthState, ItemState } from '../api/types.gen.ts';
import { connections } from '../i18n/en/connections.ts';
import { health } from '../i18n/en/health.ts';
import { used } from '../i18n/en/used.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Badge } from '../parts/badge.tsx';

/** Where a connection stands: what stopped by itself comes before what somebody stopped. */
export function ConnectionState({ of }: { of: ConnectionRowFragment }) {
  const t = useTexts(connections);
  const u = useTexts(used);
  if (of.state === 'AUTHORIZED' && (of.suspendedAt || of.credentialSuspendedAt))
    return <Badge state="SUSPENDED">{u.suspended}</Badge>;
  return <Badge state={of.state}>{t.words[of.state] ?? of.state}</Badge>;
}

interface Access {
  readonly state: ItemState;
  readonly credential: {
    readonly suspendedAt: string | null;
    readonly health: { readonly state: HealthState; readonly failingSince: string | null };
  } | null;
}

interface OwnOfAccess {
  of: Access;
  /** Other words for the states than those of the connections. */
  words?: Readonly<Record<ItemState, string>>;
}

/** Where an account stands, and what is in the way: by word and icon. */
export function AccessState({ of: { state, credential }, words }: OwnOfAccess) {
  const t = useTexts(connections);
  const h = useTexts(health);
  const u = useTexts(used);
  const since = credential?.health.failingSince;
  if (state === 'AUTHORIZED' && credential?.suspendedAt) return <Badge state="SUSPENDED">{u.suspended}</Badge>;
  if (state === 'AUTHORIZED' && credential?.health.state === 'DEGRADED')
    return (
      <span>
        <Badge state="DELAYED">{u.degraded}</Badge>
        {since && (
          <span className="small muted">
            {' '}
            {h.since} <Ago at={since} />
          </span>
        )}
      </span>
    );
  return <Badge state={state}>{words?.[state] ?? t.words[state] ?? state}</Badge>;
}
