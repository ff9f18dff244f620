import type { OwnClientRule } from '../api/types.gen.ts';

/** Whether somebody can authorize in this way who has nothing but their account. */
export const isReady = ({ available, ownClient }: { readonly available: boolean; readonly ownClient: OwnClientRule }) =>
  available && ownClient !== 'REQUIRED';
