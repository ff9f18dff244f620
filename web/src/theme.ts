import { store } from './api/store.ts';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'consentry.theme';
const kept = window.localStorage.getItem(KEY);

/** Light or dark as chosen on this device, else as the system has it. */
export const theme = store<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system');

export function wear(next: Theme): void {
  if (next === 'system') window.localStorage.removeItem(KEY);
  else window.localStorage.setItem(KEY, next);
  theme.set(next);
  apply();
}

export function apply(): void {
  const now = theme.get();
  if (now === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = now;
}
