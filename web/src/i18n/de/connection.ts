import type { Words } from '../area.ts';
import type { connection as en } from '../en/connection.ts';

export const connection: Words<typeof en> = {
  back: 'Verbindungen',
  details: 'Einzelheiten',
  suspend: 'Anhalten',
  suspendTitle: (name) => `${name} anhalten?`,
  suspendText:
    'Aufrufe dieser Verbindung werden ab sofort abgelehnt, laufende abgebrochen. Token und Zustimmung bleiben, und wer das Team verwaltet, kann sie jederzeit fortsetzen.',
  resume: 'Fortsetzen',
  resumeTitle: (name) => `${name} fortsetzen?`,
  resumeText: 'Aufrufe dieser Verbindung gehen wieder durch, mit demselben Token.',
  suspendAll: 'Alle Nutzung anhalten',
  suspendAllTitle: (name) => `Alle Nutzung von ${name} anhalten?`,
  suspendAllText:
    'Alle Verbindungen dieses Kontos halten an, auch später eingerichtete und auch dann, wenn es neu freigegeben wird. Die Zustimmung bleibt, und wer das Team verwaltet, kann die Nutzung jederzeit fortsetzen.',
  resumeAll: 'Nutzung fortsetzen',
  resumeAllTitle: (name) => `Die Nutzung von ${name} fortsetzen?`,
  resumeAllText: 'Die Verbindungen gehen weiter, außer denen, die selbst angehalten sind.',
  told: 'Wer das Konto geteilt hat, erfährt es per E-Mail.',
  suspendedNotice:
    'Diese Verbindung ist angehalten: Aufrufe werden abgelehnt, bis jemand sie fortsetzt, der das Team verwaltet.',
  suspendedAllNotice:
    'Alle Nutzung dieses Kontos ist angehalten: Aufrufe werden abgelehnt, bis jemand die Nutzung fortsetzt, der das Team verwaltet.',
  notWorking:
    'Im Moment funktioniert sie nicht; es liegt am Konto. Sobald es wieder geht, geht es hier von selbst weiter.',
  facts: 'Nutzung und Zustand',
  request: 'Anfrage',
  recipient: 'Geteilt von',
  made: 'Eingerichtet',
  call: 'So wird sie aufgerufen',
  callText: (app) =>
    `Senden Sie Aufrufe hierher statt an ${app}: Hinter der Adresse der Verbindung steht der Pfad, wie ${app} ihn beschreibt, mit Methode, Query und Inhalt. Das Token kommt in diese eine Kopfzeile; das Geheimnis des Kontos wird hier ergänzt.`,
  callPath: 'pfad/der/app',
  copyCall: 'Beispiel kopieren',
  callToken: 'Bewahren Sie das Token in der Variablen CONSENTRY_TOKEN auf und nicht in einer Datei, die andere lesen.',
  handOut: 'Für Werkzeuge, die ihre Aufrufe nicht hierher senden können',
  handOutText:
    'Solange die Einstellungen der Organisation es erlauben, ist die Antwort ein Token der App, das bald endet. Was ein Werkzeug damit tut, ist nicht an die Liste gebunden, was sie darf, und wird nicht einzeln gezählt. Wer das Konto geteilt hat, wurde darauf hingewiesen.',
  handOutOff: 'Für dieses Konto werden keine Tokens herausgegeben.',
  may: 'Was sie darf',
  mayText: 'Alles andere wird abgelehnt.',
  notCovered: (names) => `Die Berechtigungen dafür wurden nicht gegeben: ${names}.`,
  use: 'Wie sie genutzt wurde',
  refusedTitle: 'Abgelehnte Aufrufe',
  refusedLead:
    'In der oben gezeigten Zeit. Bitten Sie in einer weiteren Anfrage um das Fehlende, oder ändern Sie die Automation.',
  refusedModule: (name) => `Es fehlt: ${name}`,
  refusedOther: 'Nicht erkannt, oder gestellt, während der Zugriff ruhte',
  refusedLast: 'zuletzt',
  missing: 'Diese Verbindung gibt es nicht',
  missingText: 'Sie ist beendet oder gehört zu einem anderen Team.',
};
