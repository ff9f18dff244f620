import type { Words } from '../area.ts';
import type { recipient as en } from '../en/recipient.ts';
import { firstName } from '../format.ts';

export const recipient: Words<typeof en> = {
  eyebrow: (organization) => `Anfrage von ${organization}`,
  title: (who, count) => `${who} bittet um Zugriff auf ${count === 1 ? 'eines Ihrer Konten' : `${count} Ihrer Konten`}`,
  titleDone: (who) => `Was Sie mit ${who} teilen`,
  titleSelf: (count) => `Sie bitten sich selbst um Zugriff auf ${count === 1 ? 'ein Konto' : `${count} Konten`}`,
  who: 'Wer fragt',
  confirmed: (domain) => `Mailadresse bestätigt bei ${domain}`,
  sent: 'Gesendet',
  unsure: 'Nicht sicher, wer das ist? Fragen Sie vorher am Telefon oder persönlich nach.',
  means: 'Was das bedeutet',
  meansPassword: 'Ihre Passwörter bleiben bei Ihnen. Niemand auf der anderen Seite kann sie sehen.',
  meansOnly: 'Nur das ist möglich, was bei jedem Konto steht. Alles andere wird blockiert.',
  meansBack: 'Sie können den Zugriff jederzeit hier entfernen.',
  accounts: 'Konten',
  progress: (answered, all) => `${answered} von ${all} beantwortet`,
  waiting: (count) => (count === 1 ? '1 Konto wartet auf Sie' : `${count} Konten warten auf Sie`),
  next: 'Nächstes ansehen',
  allDone: (who) =>
    `Fertig, danke. ${firstName(who)} weiß Bescheid. Sie können diese Seite schließen und jederzeit wiederkommen, um es zu ändern.`,
  why: 'Wozu',
  unchecked:
    'Diese App hat die Organisation hinzugefügt, die fragt. Niemand sonst hat ihren Namen oder ihre Adresse geprüft.',
  appGone: 'Diese App ist hier nicht mehr bekannt. Sie können ablehnen oder den Zugriff entfernen.',
  technical: 'Technisches',
  whatItCan: (count) => `Was es darf (${count})`,
  module: 'Modul',
  permission: 'Bei der App heißt es',
  version: 'Version',
  connectionName: 'Name der Verbindung',
  wider: (app, words) =>
    `${app} hat keine engere Berechtigung; dort wird deshalb „${words}“ stehen. Wir blockieren alles, was nicht auf dieser Liste steht.`,
  widerOpen: (app, words) => `${app} hat keine engere Berechtigung; dort wird deshalb „${words}“ stehen.`,
  authorize: (app) => `${app} freigeben`,
  again: (app) => `${app} neu freigeben`,
  decline: 'Ablehnen',
  declineApp: (app) => `Ablehnen: ${app}`,
  remove: 'Zugriff entfernen',
  removeApp: (app) => `Zugriff entfernen: ${app}`,
  renew: 'Anderes Konto oder anderer Schlüssel',
  renewApp: (app) => `Anderes Konto oder anderer Schlüssel: ${app}`,
  signInAt: (host) => `Sie melden sich bei ${host} an.`,
  signInAtApp: (app) => `Sie melden sich bei ${app} an.`,
  pasteKey: 'Sie fügen einen Schlüssel ein, den Sie selbst erstellen.',
  typeFields: 'Sie tippen ein, was die App braucht.',
  authorizedAs: (account) => `Sie teilen ${account}`,
  authorized: 'Sie teilen dieses Konto',
  since: 'Geteilt',
  noticed: 'Bemerkt',
  missing: (words) => `Sie haben weggelassen: ${words}.`,
  missingModules: (modules) => `Das wird nicht gehen: ${modules}.`,
  missingChoice: 'Das ist in Ordnung. Geben Sie noch einmal frei, um es zu ergänzen, oder lassen Sie es so.',
  declined: 'Sie haben Nein gesagt',
  declinedFinal: (who) =>
    `Das ist endgültig. Um es später zu teilen, bitten Sie ${firstName(who)} um eine neue Anfrage.`,
  removed: 'Sie haben den Zugriff entfernt. Nichts kann mehr gelesen oder geändert werden.',
  removedWhen: 'Entfernt',
  left: 'Ihr Zugriff endete, weil Sie die Organisation verlassen haben.',
  revocation: {
    QUEUED: (app) => `${app} erfährt gerade, dass der Zugriff beendet ist.`,
    REVOKED: (app) => `${app} hat bestätigt, dass der Zugriff beendet ist.`,
    UNSUPPORTED: (app) =>
      `${app} hat keinen Schalter, den wir benutzen könnten. Hier ist der Zugriff beendet; sicherheitshalber entfernen Sie ihn auch bei ${app} selbst.`,
    FAILED: (app) =>
      `${app} hat es nach vielen Versuchen nicht bestätigt. Hier ist der Zugriff beendet; entfernen Sie ihn bitte auch bei ${app} selbst.`,
  },
  atApp: (app) => `${app} öffnen`,
  invalid: (app) => `Der Zugriff auf ${app} funktioniert nicht.`,
  invalidFix: 'Geben Sie noch einmal frei, damit es weitergeht, oder lassen Sie es so.',
  lastTry: 'Der letzte Versuch endete ohne Zugriff:',
  reasons: {
    CONSENT_CANCELLED: (app) => `Sie haben bei ${app} nicht zugestimmt. Nichts wurde geteilt.`,
    EXCHANGE_FAILED: (app) =>
      `${app} gab nach Ihrer Zustimmung keinen Zugriff. Versuchen Sie es noch einmal; bleibt es so, sagen Sie es dem, der Sie fragt.`,
    INTERRUPTED: (app) =>
      `Wir wurden unterbrochen, während ${app} antwortete. Geben Sie noch einmal frei; ${app} führt den ersten Zugriff vielleicht noch auf, dort können Sie ihn beenden.`,
    MISCONFIGURED: (app) =>
      `${app} ist hier nicht richtig eingerichtet. Es liegt nicht an Ihnen; sagen Sie es dem, der Sie fragt.`,
    PROBE_FAILED: (app) => `${app} lehnte den Zugriff ab, den es gerade gegeben hatte. Versuchen Sie es noch einmal.`,
    RECIPIENT_LEFT: () => 'Sie haben die Organisation verlassen.',
    EXPIRED: (app) => `Der Zugriff ist abgelaufen, und ${app} bietet keinen Weg, ihn zu erneuern.`,
    REFRESH_REFUSED: (app) =>
      `${app} nimmt den Zugriff nicht mehr an: Er wurde dort beendet, oder ein Passwort oder eine Berechtigung hat sich geändert.`,
    REFRESH_INTERRUPTED: (app) =>
      `Wir wurden unterbrochen, während ${app} den Zugriff erneuerte; jetzt nimmt es den alten nicht an und zeigt den neuen nicht.`,
    REFUSED: (app) => `${app} hat nicht angenommen, was Sie getippt haben. Prüfen Sie, ob Sie alles kopiert haben.`,
    TOO_LATE: () =>
      'Das hat sich geändert, während Sie weg waren; deshalb wurde nichts behalten. Versuchen Sie es noch einmal, wenn Sie es noch wollen.',
    UNAVAILABLE: (app) => `${app} hat nicht geantwortet. Versuchen Sie es in einer Minute noch einmal.`,
    WINDOW_CLOSED: (app) => `Sie kamen nicht innerhalb von zehn Minuten von ${app} zurück. Nichts wurde geteilt.`,
    WRONG_ISSUER: () => 'Die Antwort kam nicht von der App. Nichts wurde geteilt.',
  },
  oneStep: 'Ein Schritt fehlt noch: Ist das das richtige Konto?',
  oneStepButton: 'Konto ansehen',
  changed: (app, state) => `${app} ist jetzt: ${state}`,
  goneTitle: 'Diese Anfrage wurde zurückgezogen',
  goneText: (who) =>
    `${who} braucht sie nicht mehr, oder Sie haben sie beendet. Alles, was darin geteilt war, ist beendet.`,
  history: 'Was bisher geschah',
  end: 'Anfrage beenden',
  endHint: (who) =>
    `Sie wollen nichts damit zu tun haben? Beenden entfernt allen Zugriff darin, und ${firstName(who)} erfährt es.`,
};
