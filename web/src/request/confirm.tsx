import { useEffect } from 'react';
import { useSend } from '../api/hooks.ts';
import { has } from '../api/problem.ts';
import { connect } from '../i18n/en/connect.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { Avatar } from '../parts/mark.tsx';
import { Problems } from '../parts/notice.tsx';
import { appName } from './abilities.ts';
import type { Item } from './card.tsx';
import { LeftOut } from './left-out.tsx';
import { ConfirmAccountDocument, RejectAccountDocument } from './request.gen.ts';

interface Own {
  item: Item;
  waiting: NonNullable<Item['waitingAccount']>;
  onDone: () => void;
  onClose: () => void;
}

/** An address may go on in the next line at its @, and is read as a whole all the same. */
function Address({ of }: { of: string }) {
  const at = of.indexOf('@');
  if (at < 1) return of;
  return (
    <>
      {of.slice(0, at)}
      <wbr />
      {of.slice(at)}
    </>
  );
}

/** R8: the account that was connected counts once its owner says so (REC-3). */
export function ConfirmAccount({ item, waiting, onDone, onClose }: Own) {
  const t = useTexts(connect);
  const app = appName(item);
  const { account } = waiting;
  const confirm = useSend(ConfirmAccountDocument);
  const reject = useSend(RejectAccountDocument);
  const over = has(confirm.problems, 'INVALID_STATE');
  useEffect(() => {
    if (over) onClose();
  }, [over, onClose]);
  const right = async () => {
    if (await confirm.run({ itemId: item.id })) onDone();
  };
  return (
    <Window title={t.confirmTitle} onClose={onClose}>
      {account ? (
        <>
          <p>{t.confirmLead(app)}</p>
          <div className="person account-found">
            <Avatar name={account.label} />
            <div>
              <strong>
                <Address of={account.label} />
              </strong>
              {account.workspace && (
                <div className="muted">
                  {t.workspace}: {account.workspace}
                </div>
              )}
            </div>
          </div>
        </>
      ) : (
        <p>{t.confirmUnknown(app)}</p>
      )}
      <LeftOut permissions={waiting.missingPermissions} modules={waiting.modulesNotCovered}>
        {t.confirmMissing}
      </LeftOut>
      <p className="small muted">{t.confirmNote}</p>
      <Problems of={[...confirm.problems, ...reject.problems]} />
      <div className="actions">
        <Button look="main" onClick={right} pending={confirm.pending}>
          {t.right}
        </Button>
        <Button onClick={() => reject.run({ itemId: item.id })} pending={reject.pending}>
          {t.wrong}
        </Button>
      </div>
    </Window>
  );
}
