import { area } from '../area.ts';

/** The instance, for its administrators; and its first start. */
export const instance = area('instance', {
  title: 'Instance',
  tabs: { applications: 'Applications', organizations: 'Organizations' },
  forbidden: 'This is for administrators of the instance.',
  applicationsLead:
    'People who want to send credential requests. The check shows whether plan and address fit; you decide.',
  show: 'Show',
  states: { OPEN: 'Waiting', APPROVED: 'Approved', REFUSED: 'Refused' },
  all: 'All',
  none: 'Nobody waits for an answer',
  noneText: 'That is good news.',
  hasPlan: 'Plan fits',
  noPlan: 'No plan that fits',
  corporate: 'Address of a company',
  notCorporate: 'Address of a free-mail provider',
  company: 'Company',
  reason: 'Why',
  approve: 'Approve',
  refuse: 'Refuse',
  forWhom: (word: string, name: string) => `${word}: ${name}`,
  refuseTitle: (name: string) => `Refuse ${name}?`,
  refusal: 'Why',
  refusalHelp: 'They read it in a mail.',
  wasRefused: 'Refused',
  organizationsLead:
    'Organizations of this instance. The plans “Partner” and “Enterprise” make their people eligible for sending requests.',
  name: 'Name',
  plan: 'Plan',
  create: 'Create organization',
  createHelp: 'You will own it.',
  planFor: (name: string) => `Plan of ${name}`,
  // first start
  setUpTitle: 'Take this instance into service',
  setUpLead:
    'Nobody administers it yet. The program printed a code when it started; who has it becomes administrator, and owner of the first organization.',
  code: 'Set-up code',
  organizationName: 'Name of your organization',
  teamName: 'Name of its first team',
  setUp: 'Begin',
  isSetUp: 'This instance is in service already',
});
