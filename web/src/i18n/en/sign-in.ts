import { area } from '../area.ts';

export const signIn = area('signIn', {
  title: 'Sign in',
  lead: 'No password: we email you a code of six digits.',
  email: 'Your email address',
  send: 'Email me a code',
  codeLead: (email: string) => `We emailed six digits to ${email}. They are good for ten minutes.`,
  code: 'Code',
  confirm: 'Sign in',
  other: 'Use another address',
  again: 'Email another code',
  againIn: (seconds: number) => `You can ask for another code in ${seconds} seconds.`,
  sentAgain: 'Another code is on its way. Only the newest one works.',
  notArriving: 'Nothing there? Look into the spam folder, and check the address above.',
  sso: (name: string) => `Sign in with ${name}`,
  or: 'or',
  mailbox: 'This instance keeps its mail here:',
  mailboxLink: 'open the built-in mailbox',
  outTitle: 'You are signed out',
  outLead: 'Sign in to go on here. Nothing you typed is lost.',
  already: (email: string) => `You are signed in as ${email}.`,
  goOn: 'Go on',
});
