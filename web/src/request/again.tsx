import { useEffect, useRef } from 'react';
import { useSend } from '../api/hooks.ts';
import type { Item } from './card.tsx';
import { ConfirmAccountDocument } from './request.gen.ts';

interface Account {
  readonly id: string | null;
  readonly label: string;
  readonly workspace: string | null;
}

/** Whether it is the account that its owner has confirmed before. */
export function isSame(one: Account | null | undefined, other: Account | null | undefined): boolean {
  if (!one || !other) return false;
  if (one.id !== null || other.id !== null) return one.id === other.id;
  return one.label === other.label && one.workspace === other.workspace;
}

/** The way that worked before, where one press is enough to go it again: nothing is to be typed. */
export function wayAgain(item: Item) {
  if (item.state !== 'INVALID') return undefined;
  return item.appVersion?.methods.find(
    ({ id, kind, available, ownClient, fields }) =>
      id === item.credential?.method &&
      kind === 'OAUTH2_CODE' &&
      available &&
      ownClient !== 'REQUIRED' &&
      fields.length === 0,
  );
}

/** Whether what waits is the account that worked before, with all that was asked for: then nothing is to be looked at. */
export const isAsBefore = ({ state, waitingAccount, credential }: Item): boolean =>
  state === 'INVALID' &&
  waitingAccount?.missingPermissions.length === 0 &&
  isSame(waitingAccount.account, credential?.account);

/** Lets the same account count again at once (HEALTH-4); another one, or what was left out, is shown first (REC-3). */
export function SameAgain({ item }: { item: Item }) {
  const { run } = useSend(ConfirmAccountDocument);
  const asked = useRef(false);
  const same = isAsBefore(item);
  useEffect(() => {
    // Once: if it fails, the card asks as it does for any account.
    if (!same || asked.current) return;
    asked.current = true;
    void run({ itemId: item.id });
  }, [same, run, item.id]);
  return null;
}
