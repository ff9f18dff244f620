import { area } from '../area.ts';
import { firstName } from '../format.ts';

/** Reporting a request that one does not trust. */
export const report = area('report', {
  report: 'Report this request',
  reported: 'You reported this request',
  title: 'Report this request',
  lead: (organization: string) =>
    `If you do not trust it, tell those who answer for it: the owners of ${organization}, and whoever runs Consentry here.`,
  who: (name: string) =>
    `They get your name, your address and what you write here. ${firstName(name)} hears of it only if they are one of them.`,
  comment: 'What makes you doubt it?',
  nothingShared: 'Nothing is shared or declined by this.',
  send: 'Report',
  cancel: 'Cancel',
  thanks: (organization: string) =>
    `Thank you. The owners of ${organization} and whoever runs Consentry here have been told. You do not have to answer the request.`,
  decline: 'If you know already that you do not want it, decline it:',
  declineApp: (app: string) => `Decline ${app}`,
  close: 'Close',
});
