import type { OwnClientRule } from '../api/types.gen.ts';
import type { Item } from './card.tsx';

/** Whether somebody can authorize in this way who has nothing but their account. */
export const isReady = ({ available, ownClient }: { readonly available: boolean; readonly ownClient: OwnClientRule }) =>
  available && ownClient !== 'REQUIRED';

/** Whether only the other side can mend it: the recipient typed nothing that could be wrong. */
export function isTheirsToMend({ invalidReason, appVersion, attempts: [newest] }: Item): boolean {
  if (invalidReason !== 'MISCONFIGURED') return false;
  const way = appVersion?.methods.find(({ id }) => id === newest?.method);
  return way?.kind === 'OAUTH2_CODE' && way.ownClient === 'NO' && way.fields.length === 0;
}
