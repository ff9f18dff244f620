import type { Words } from '../area.ts';
import type { used as en } from '../en/used.ts';

export const used: Words<typeof en> = {
  title: 'Wie es genutzt wurde',
  lead: 'Nie, welche Dinge es waren, und nichts vom Inhalt.',
  day: 'Tag',
  by: 'Genutzt von',
  what: 'Wofür',
  calls: 'Wie oft',
  times: (count) => (count === 1 ? 'einmal' : `${count}-mal`),
  refused: (count) => (count === 1 ? 'einmal abgelehnt' : `${count}-mal abgelehnt`),
  other: 'Etwas anderes',
  refusedWhy: 'dem haben Sie nicht zugestimmt',
  refusedOther: 'Etwas, dem Sie nicht zugestimmt haben, oder ein Aufruf, während der Zugriff ruhte',
  tokens: (count) => (count === 1 ? 'hat einmal ein Token geholt' : `hat ${count}-mal ein Token geholt`),
  ended: 'beendet',
  suspended: 'Angehalten',
  degraded: 'Schwer erreichbar',
  handOut: (organization) =>
    `Werkzeuge von ${organization} dürfen für diese Konten einen kurzlebigen Ausweis holen, Token genannt. Damit ruft ein Werkzeug die App selbst auf; was es tut, ist dann nicht an die Liste unten gebunden und wird nicht gezählt. Nie werden Passwort oder Schlüssel herausgegeben, und Sie können den Zugriff jederzeit zurücknehmen.`,
  suspendedForYou: 'Das Team hat die Nutzung angehalten. Mit diesem Konto geschieht nichts, bis sie weitergeht.',
};
