import { Icon, type IconName } from './icon.tsx';

export type Tone = 'wait' | 'good' | 'part' | 'warn' | 'bad' | 'calm';

const LOOK: Record<string, [Tone, IconName]> = {
  INCOMPLETE: ['wait', 'clock'],
  PENDING: ['wait', 'clock'],
  OPEN: ['wait', 'clock'],
  WAITING: ['wait', 'clock'],
  QUEUED: ['calm', 'clock'],
  DELAYED: ['wait', 'clock'],
  AUTHORIZED: ['good', 'check'],
  APPROVED: ['good', 'check'],
  CONFIRMED: ['good', 'check'],
  SENT: ['good', 'check'],
  PARTIALLY_AUTHORIZED: ['part', 'half'],
  INVALID: ['warn', 'warning'],
  BOUNCED: ['bad', 'warning'],
  FAILED: ['bad', 'warning'],
  DECLINED: ['bad', 'cross'],
  REFUSED: ['bad', 'cross'],
  REVOKED: ['calm', 'undo'],
  SUSPENDED: ['calm', 'pause'],
  OVER: ['calm', 'clock'],
};

/** A state by icon, word and colour. */
export function Badge({ state, children }: { state: string; children: string }) {
  const [tone, icon] = LOOK[state] ?? ['calm', 'clock'];
  return (
    <span className={`badge ${tone}`}>
      <Icon name={icon} size={16} />
      {children}
    </span>
  );
}
