import { area } from '../area.ts';

export const invitation = area('invitation', {
  requestTitle: (organization: string) => `A request from ${organization}`,
  memberTitle: (organization: string) => `${organization} invites you`,
  requestLead: (hint: string) => `It is for ${hint}. Sign in with that address to see who asks, for what, and why.`,
  memberLead: (hint: string) => `It is for ${hint}. Sign in with that address to join.`,
  requestText:
    'They will see your name and address, and nothing else of yours. You will see the request, what you share, and how to take it back.',
  memberText: 'You will be a member: your colleagues there will see your name and address.',
  leaving: 'You can leave at any time; everything you shared ends with it.',
  invites: 'Who asks',
  who: (organization: string, team: string | null) => (team ? `${organization}, ${team}` : organization),
  forRequest: 'For',
  nothingYet: 'Nothing is shared by accepting.',
  accept: 'Accept and see the request',
  join: 'Accept and join',
  decline: 'No, thank you',
  declinedTitle: 'That is fine',
  declinedText: 'Nothing happened, and nobody was told. The link stays valid, should you change your mind.',
  expiredTitle: 'This link has expired',
  expiredText: (organization: string) =>
    `Nothing was shared. Ask whoever wrote to you from ${organization} to send it again.`,
  wrongTitle: 'This is for another address',
  wrongText: (mine: string, hint: string) => `You are signed in as ${mine}; this is for ${hint}.`,
  change: 'Sign in with the other address',
  stay: 'Not now',
  doneTitle: 'You are in',
  doneText: (organization: string) => `You belong to ${organization} now.`,
  open: 'Open the request',
  goOn: 'Go on',
  missingTitle: 'This link leads nowhere',
  missingText: 'It is mistyped, or the request behind it was withdrawn.',
});
