import type { Words } from './area.ts';
import type { history } from './en/history.ts';

/** What happened, said behind who did it; what is the recipient's to do has other words where somebody else did it. */
export const happened = (kind: string, own: boolean, h: Words<typeof history>, more: Record<string, string> = {}) =>
  (own ? undefined : h.notByRecipient[kind]) ?? h.kinds[kind] ?? more[kind] ?? kind;
