import { useState } from 'react';
import { common } from '../i18n/en/common.ts';
import { newRequest } from '../i18n/en/new-request.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { type Draft, isBegun } from './draft.ts';

/** Drops what was written; asks first where something was. */
export function StartOver({ draft, onDrop }: { draft: Draft; onDrop: () => void }) {
  const t = useTexts(newRequest);
  const c = useTexts(common);
  const [asking, setAsking] = useState(false);
  const drop = () => {
    setAsking(false);
    onDrop();
  };
  return (
    <>
      <Button look="quiet" onClick={() => (isBegun(draft) ? setAsking(true) : drop())}>
        {t.discard}
      </Button>
      {asking && (
        <Window title={t.discardTitle} onClose={() => setAsking(false)} alert>
          <p>{t.discardText}</p>
          <div className="actions even">
            <Button look="danger" onClick={drop}>
              {t.discardIt}
            </Button>
            <Button onClick={() => setAsking(false)}>{c.cancel}</Button>
          </div>
        </Window>
      )}
    </>
  );
}
