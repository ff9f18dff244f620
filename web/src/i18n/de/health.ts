import type { Words } from '../area.ts';
import type { health as en } from '../en/health.ts';

export const health: Words<typeof en> = {
  tab: 'Zustand',
  lead: 'Ob jetzt funktioniert, was mit diesem Team geteilt ist, und wann jedes Token endet und erneuert wurde.',
  filter: 'Nach Zustand',
  all: 'Jetzt geteilt',
  states: {
    WORKING: 'Funktioniert',
    DEGRADED: 'Schwer erreichbar',
    INVALID: 'Funktioniert nicht',
    ENDED: 'Beendet',
  },
  healthy: (count) => (count === 1 ? 'Das eine Konto funktioniert.' : `Alle ${count} Konten funktionieren.`),
  degraded: (count) =>
    count === 1
      ? 'Die App von 1 Konto ist schwer erreichbar oder bittet zu warten. Es wird von selbst wieder versucht; niemand muss etwas tun, und der Zugriff ist nicht verloren.'
      : `Die Apps von ${count} Konten sind schwer erreichbar oder bitten zu warten. Es wird von selbst wieder versucht; niemand muss etwas tun, und kein Zugriff ist verloren.`,
  invalid: (count) =>
    count === 1
      ? '1 Konto funktioniert nicht mehr. Nur wer es geteilt hat, kann das beheben, und ist per E-Mail darum gebeten.'
      : `${count} Konten funktionieren nicht mehr. Nur wer sie geteilt hat, kann das beheben, und ist per E-Mail darum gebeten.`,
  account: 'Konto',
  state: 'Zustand',
  token: 'Token',
  asked: 'Zuletzt geprüft',
  use: 'Verbindungen',
  since: 'seit',
  tries: (count) => (count === 1 ? '1 Versuch schlug fehl' : `${count} Versuche schlugen fehl`),
  next: 'Nächster Versuch',
  ends: 'Endet',
  endless: 'Endet nicht',
  renewed: 'Erneuert',
  renewal: 'Erneuerung',
  notYet: 'Noch nicht',
  neverAsked: 'Nicht nach Plan',
  again: 'Wieder',
  connections: (count) => (count === 0 ? 'Keine Verbindung' : count === 1 ? '1 Verbindung' : `${count} Verbindungen`),
  empty: 'Noch nichts zu beobachten',
  emptyText: 'Sobald jemand ein Konto mit diesem Team geteilt hat, steht hier, wie es darum steht.',
  allHealthy: 'Alles in Ordnung',
  allHealthyText: 'Kein Konto ist in diesem Zustand.',
  noneHere: 'Keines',
  reasons: {
    OTHER_ACCOUNT: 'Ein anderes Konto war gemeint',
    CONSENT_CANCELLED: 'Bei der App nicht zugestimmt',
    EXCHANGE_FAILED: 'Die App gab nach der Zustimmung keinen Zugriff',
    EXPIRED: 'Der Zugriff endete und lässt sich nicht erneuern',
    INTERRUPTED: 'Wir wurden unterbrochen, als die App den Zugriff gab',
    MISCONFIGURED: 'Die App oder ihr OAuth-Client ist falsch eingerichtet',
    PROBE_FAILED: 'Die App lehnte ab, was sie gerade gegeben hatte',
    RECIPIENT_LEFT: 'Wer es geteilt hat, hat die Organisation verlassen',
    REFRESH_INTERRUPTED: 'Wir wurden unterbrochen, während die App den Zugriff erneuerte',
    REFRESH_REFUSED: 'Die App erneuert den Zugriff nicht mehr',
    REFUSED: 'Die App lehnt Schlüssel oder Passwort ab',
    UNAVAILABLE: 'Die App war nicht erreichbar',
    WINDOW_CLOSED: 'Niemand kam rechtzeitig von der App zurück',
  },
};
