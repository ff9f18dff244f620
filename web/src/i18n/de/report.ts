import type { Words } from '../area.ts';
import type { report as en } from '../en/report.ts';
import { firstName } from '../format.ts';

export const report: Words<typeof en> = {
  report: 'Diese Anfrage melden',
  reported: 'Sie haben diese Anfrage gemeldet',
  title: 'Diese Anfrage melden',
  lead: (organization) =>
    `Wenn Sie ihr nicht trauen, sagen Sie es denen, die dafür einstehen: wem ${organization} hier gehört und wer dieses Consentry betreibt.`,
  who: (name) =>
    `Dort sieht man Ihren Namen, Ihre Adresse und was Sie hier schreiben. ${firstName(name)} erfährt es nur, wenn das dieselbe Person ist.`,
  comment: 'Was Sie zweifeln lässt',
  nothingShared: 'Damit wird nichts freigegeben und nichts abgelehnt.',
  send: 'Melden',
  cancel: 'Abbrechen',
  thanks: (organization) =>
    `Danke. Wem ${organization} hier gehört und wer dieses Consentry betreibt, weiß Bescheid. Sie müssen die Anfrage nicht beantworten.`,
  decline: 'Wenn Sie schon wissen, dass Sie sie nicht wollen, lehnen Sie sie ab:',
  declineApp: (app) => `${app} ablehnen`,
  close: 'Schließen',
};
