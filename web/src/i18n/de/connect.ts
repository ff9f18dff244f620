import type { Words } from '../area.ts';
import type { connect as en } from '../en/connect.ts';
import { firstName } from '../format.ts';

export const connect: Words<typeof en> = {
  title: (app) => `${app} verbinden`,
  cancel: 'Abbrechen',
  how: 'Wie möchten Sie verbinden?',
  steps: (app, host) => [
    `Ein Fenster von ${app} öffnet sich bei ${host}. Prüfen Sie die Adresse, bevor Sie etwas eintippen.`,
    'Melden Sie sich dort wie gewohnt an. Ihr Passwort sehen wir nie.',
    'Stimmen Sie auf der Seite dort zu. Das Fenster schließt sich, und Sie sind wieder hier.',
  ],
  stepsHere: (app, host) => [
    `${app} öffnet sich bei ${host}. Prüfen Sie die Adresse, bevor Sie etwas eintippen.`,
    'Melden Sie sich dort wie gewohnt an. Ihr Passwort sehen wir nie.',
    'Stimmen Sie auf der Seite dort zu. Danach sind Sie wieder hier.',
  ],
  pageOf: (app) => `der Adresse von ${app}`,
  continue: (app) => `Weiter zu ${app}`,
  inApp:
    'Sie haben das in einer anderen App geöffnet; viele Anmeldeseiten lassen das nicht zu. Öffnen Sie es in Ihrem Browser.',
  copyLink: 'Link kopieren',
  ownClient: (app) =>
    `Die Anmeldung bei ${app} braucht einen eigenen Eintrag dort: Legen Sie einen an und kopieren Sie dessen Kennung und Geheimnis hierher. Wenn Ihnen das nichts sagt, sagen Sie es der Person, die Sie fragt.`,
  ownClientOptional: 'Sie können einen eigenen Eintrag bei der App benutzen. Sonst lassen Sie beides leer.',
  redirect: 'Wo die App nach einer Weiterleitungsadresse fragt, geben Sie diese an:',
  clientId: 'Client-ID',
  clientSecret: 'Client-Secret',
  waitingTitle: (app) => `Warten auf ${app}`,
  waiting: 'Machen Sie im anderen Fenster weiter. Hier ändert es sich von selbst, wenn Sie fertig sind.',
  still: 'Noch nichts. Das ist in Ordnung; es gilt zehn Minuten.',
  openAgain: 'Fenster noch einmal öffnen',
  closedIt: 'Ich habe es geschlossen',
  blocked: 'Ihr Browser hat das Fenster nicht geöffnet. Öffnen Sie es selbst:',
  openIt: (app) => `${app} öffnen`,
  nothingShared: 'Nichts wurde geteilt.',
  where: 'Wo finde ich das?',
  openPage: 'Seite der App öffnen',
  test: 'Prüfen und verbinden',
  testing: (app) => `Wird bei ${app} ausprobiert. Das kann einige Sekunden dauern.`,
  confirmTitle: 'Ist das das richtige Konto?',
  confirmLead: (app) => `Sie haben dieses Konto bei ${app} verbunden:`,
  confirmUnknown: (app) => `${app} sagt nicht, welches Konto das ist. Ist es das, das Sie meinten?`,
  workspace: 'Arbeitsbereich',
  confirmMissing: 'Sie können trotzdem Ja sagen und es später ergänzen, indem Sie noch einmal freigeben.',
  confirmNote: 'Dieses Konto gilt erst, wenn Sie Ja sagen.',
  right: 'Ja, das ist richtig',
  wrong: 'Anderes Konto nehmen',
  unavailable:
    'Diese App ist hier noch nicht bereit: Wer Consentry betreibt, muss sie zuerst einrichten. Es liegt nicht an Ihnen.',
  declineTitle: (app) => `${app} ablehnen?`,
  declineLead: (who) =>
    `${firstName(who)} sieht Ihren Grund. Für dieses Konto ist das endgültig: Um es später zu teilen, bitten Sie um eine neue Anfrage.`,
  declineAlso: 'Der Zugriff wird damit auch jetzt entfernt.',
  reason: 'Ihr Grund',
  reasons: ['Ich kenne diese Anfrage nicht', 'Sie will mehr als nötig', 'Jemand anderes sollte das beantworten'],
  another: 'Ein anderer Grund',
  add: 'Möchten Sie etwas hinzufügen?',
  write: 'Ihr Grund in wenigen Worten',
  decline: 'Ablehnen',
  declineLeadFree: (who) =>
    `${firstName(who)} erfährt es. Für dieses Konto ist das endgültig: Um es später zu teilen, bitten Sie um eine neue Anfrage.`,
  reasonFree: 'Sie können einen Grund nennen, müssen aber nicht.',
  needsReason: 'Wählen Sie einen Grund, damit die andere Seite versteht.',
  needsWords: 'Schreiben Sie den Grund in wenigen Worten.',
  removeTitle: (app) => `Zugriff auf ${app} entfernen?`,
  removeLead: (who, organization) =>
    `${firstName(who)} und das Team von ${organization} können dieses Konto ab sofort nicht mehr nutzen. Was damit läuft, hält an.`,
  removeBack: 'Sie können ihn hier jederzeit wieder geben.',
  remove: 'Zugriff entfernen',
  keep: 'Behalten',
  endTitle: 'Diese Anfrage beenden?',
  endGone: 'Jemand anderes hat sie inzwischen beendet. Es gibt nichts mehr zu beenden.',
  endLead: 'Aller Zugriff in dieser Anfrage endet sofort, und beide Seiten verlieren diese Seite.',
  endNone: 'Im Moment nutzt ihn nichts.',
  endList: (count) =>
    count === 1
      ? 'Diese Verbindung funktioniert dann nicht mehr:'
      : `Diese ${count} Verbindungen funktionieren dann nicht mehr:`,
  lastUse: 'zuletzt benutzt',
  neverUsed: 'nie benutzt',
  stale: 'Die Liste hat sich inzwischen geändert. Neue oder geänderte Zeilen sind markiert; sehen Sie noch einmal hin.',
  isNew: 'neu',
  isChanged: 'geändert',
  end: 'Anfrage beenden',
};
