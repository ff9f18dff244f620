import type { Words } from '../area.ts';
import type { invitation as en } from '../en/invitation.ts';

export const invitation: Words<typeof en> = {
  requestTitle: (organization) => `Eine Anfrage von ${organization}`,
  memberTitle: (organization) => `${organization} lädt Sie ein`,
  requestLead: (hint) =>
    `Die Einladung ist für ${hint}. Melden Sie sich mit dieser Adresse an, um zu sehen, wer fragt, wonach und warum.`,
  memberLead: (hint) => `Die Einladung ist für ${hint}. Melden Sie sich mit dieser Adresse an, um beizutreten.`,
  requestText:
    'Die andere Seite sieht Ihren Namen und Ihre Adresse, sonst nichts von Ihnen. Sie sehen die Anfrage, was Sie teilen, und wie Sie es zurücknehmen.',
  memberText: 'Sie werden Mitglied: Ihre Kollegen dort sehen Ihren Namen und Ihre Adresse.',
  leaving: 'Sie können jederzeit gehen; alles, was Sie geteilt haben, endet damit.',
  invites: 'Wer fragt',
  who: (organization, team) => (team ? `${organization}, ${team}` : organization),
  forRequest: 'Wofür',
  nothingYet: 'Durch das Annehmen wird nichts geteilt.',
  accept: 'Annehmen und Anfrage ansehen',
  join: 'Annehmen und beitreten',
  decline: 'Nein, danke',
  declinedTitle: 'Das ist in Ordnung',
  declinedText:
    'Nichts ist geschehen, und niemand hat es erfahren. Der Link gilt weiter, falls Sie es sich anders überlegen.',
  expiredTitle: 'Dieser Link ist abgelaufen',
  expiredText: (organization) =>
    `Nichts wurde geteilt. Bitten Sie, wer Ihnen von ${organization} geschrieben hat, es noch einmal zu schicken.`,
  wrongTitle: 'Das ist für eine andere Adresse',
  wrongText: (mine, hint) => `Sie sind als ${mine} angemeldet; das hier ist für ${hint}.`,
  change: 'Mit der anderen Adresse anmelden',
  stay: 'Jetzt nicht',
  doneTitle: 'Sie sind dabei',
  doneText: (organization) => `Sie gehören jetzt zu ${organization}.`,
  open: 'Anfrage öffnen',
  goOn: 'Weiter',
  missingTitle: 'Dieser Link führt nirgendwohin',
  missingText: 'Er ist vertippt, oder die Anfrage dahinter wurde zurückgezogen.',
};
