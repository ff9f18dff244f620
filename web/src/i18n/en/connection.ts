import { area } from '../area.ts';

/** One connection: what it may do, how it is called, how it is stopped. */
export const connection = area('connection', {
  back: 'Connections',
  details: 'Details',
  suspend: 'Suspend',
  suspendTitle: (name: string) => `Suspend ${name}?`,
  suspendText:
    'Its calls are refused from now on, and those under way are cut off. Its token and the consent stay, and an admin of the team can resume it at any time.',
  resume: 'Resume',
  resumeTitle: (name: string) => `Resume ${name}?`,
  resumeText: 'Its calls go through again, with the token that it has.',
  suspendAll: 'Suspend all use',
  suspendAllTitle: (name: string) => `Suspend all use of ${name}?`,
  suspendAllText:
    'Every connection of this account stops, also those that are made later, and also when it is authorized again. The consent stays, and an admin of the team can resume the use at any time.',
  resumeAll: 'Resume use',
  resumeAllTitle: (name: string) => `Resume the use of ${name}?`,
  resumeAllText: 'Its connections go on, except those that are suspended themselves.',
  told: 'Whoever shared the account is told by mail.',
  suspendedNotice: 'This connection is suspended: its calls are refused until an admin of the team resumes it.',
  suspendedAllNotice:
    'All use of this account is suspended: calls are refused until an admin of the team resumes the use.',
  notWorking:
    'It does not work at the moment, because of the account. As soon as that works again, this goes on by itself.',
  facts: 'Use and state',
  request: 'Request',
  recipient: 'Shared by',
  made: 'Made',
  call: 'How to call it',
  callText: (app: string) =>
    `Send calls here instead of to ${app}: behind the address of the connection comes the path as ${app} documents it, with its method, query and body. The token goes into this one header; the account’s secret is added here.`,
  callPath: 'path/of/the/app',
  copyCall: 'Copy the example',
  callToken: 'Keep the token in the variable CONSENTRY_TOKEN, and not in a file that others read.',
  handOut: 'For tools that cannot send their calls here',
  handOutText:
    'While the settings of the organization allow it, this answers with a token of the app that ends soon. What a tool does with it is not held to the list of what it may do, and is not counted one by one. Whoever shared the account was told so.',
  handOutOff: 'Tokens are not handed out for this account.',
  may: 'What it may do',
  mayText: 'Everything else is refused.',
  notCovered: (names: string) => `The permissions for this were not given: ${names}.`,
  use: 'How it was used',
  refusedTitle: 'Refused calls',
  refusedLead: 'In the time shown above. Ask for what is missing in another request, or mend the automation.',
  refusedModule: (name: string) => `Missing: ${name}`,
  refusedOther: 'Not recognized, or made while the access was off',
  refusedLast: 'last',
  missing: 'There is no such connection',
  missingText: 'It has ended, or it belongs to another team.',
});
