import type { Words } from '../area.ts';
import type { usage as en } from '../en/usage.ts';

export const usage: Words<typeof en> = {
  how: 'Wie fein',
  by: { DAY: 'Nach Tagen', HOUR: 'Nach Stunden' },
  leads: {
    DAY: 'Die letzten 30 Tage, nach Tagen in UTC. Um einige Sekunden verzögert.',
    HOUR: 'Die letzten 48 Stunden, nach Stunden. Um einige Sekunden verzögert.',
  },
  none: { DAY: 'In den letzten 30 Tagen nicht genutzt.', HOUR: 'In den letzten 48 Stunden nicht genutzt.' },
  hour: 'Stunde',
  calls: (count) => (count === 1 ? '1 Aufruf' : `${count} Aufrufe`),
  refused: (count) => (count === 1 ? '1 abgelehnt' : `${count} abgelehnt`),
  tokens: (count) => (count === 1 ? '1 Token geholt' : `${count} Tokens geholt`),
  chart: (what) => `Diagramm: ${what}. Die Tabelle darunter hat dieselben Zahlen.`,
  most: (count) => `höchstens ${count}`,
  status: 'Letzte Antwort',
  statuses: {
    2: 'Ging gut',
    3: 'Führte anderswohin',
    4: 'Die App lehnte es ab',
    5: 'Die App hatte einen Fehler',
  },
};
