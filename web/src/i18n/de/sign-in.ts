import type { Words } from '../area.ts';
import type { signIn as en } from '../en/sign-in.ts';

export const signIn: Words<typeof en> = {
  title: 'Anmelden',
  lead: 'Ohne Passwort: Wir schicken Ihnen einen Code aus sechs Ziffern.',
  email: 'Ihre Mailadresse',
  send: 'Code schicken',
  codeLead: (email) => `Wir haben sechs Ziffern an ${email} geschickt. Sie gelten zehn Minuten.`,
  code: 'Code',
  confirm: 'Anmelden',
  other: 'Andere Adresse nehmen',
  again: 'Noch einen Code schicken',
  againIn: (seconds) => `In ${seconds} Sekunden können Sie noch einen Code anfordern.`,
  sentAgain: 'Noch ein Code ist unterwegs. Nur der neueste gilt.',
  notArriving: 'Nichts angekommen? Sehen Sie im Spam-Ordner nach, und prüfen Sie die Adresse oben.',
  sso: (name) => `Anmelden mit ${name}`,
  or: 'oder',
  mailbox: 'Diese Instanz behält ihre Mails hier:',
  mailboxLink: 'eingebautes Postfach öffnen',
  outTitle: 'Sie sind abgemeldet',
  outLead: 'Melden Sie sich an, um hier weiterzumachen. Was Sie getippt haben, bleibt erhalten.',
  already: (email) => `Sie sind als ${email} angemeldet.`,
  goOn: 'Weiter',
};
