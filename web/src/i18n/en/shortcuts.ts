import { area } from '../area.ts';

/** Keys that do something by themselves. */
export const shortcuts = area('shortcuts', {
  title: 'Keyboard shortcuts',
  create: 'Create a request',
  search: 'Search requests',
  requests: 'Go to the requests',
  help: 'Show this list',
  on: 'Use keyboard shortcuts',
  onHelp: 'On this device. Your profile has this switch too.',
});
