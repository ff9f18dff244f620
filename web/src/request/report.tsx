import { type SubmitEvent, useState } from 'react';
import { useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import { report } from '../i18n/en/report.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { TextArea } from '../parts/field.tsx';
import { Problems } from '../parts/notice.tsx';
import { appName } from './abilities.ts';
import type { Item } from './card.tsx';
import { ReportDocument } from './request.gen.ts';

/** For who does not trust a request: others look at it, and nothing is answered by that. Declining is offered. */
export default function Report({
  id,
  organization,
  requester,
  waiting = [],
  onDecline,
  onClose,
}: {
  /** Of the request. */
  id: string;
  /** Names of whoever asks. */
  organization: string;
  requester: string;
  /** What can be declined. */
  waiting?: readonly Item[];
  onDecline?: (item: Item) => void;
  onClose: () => void;
}) {
  const t = useTexts(report);
  const send = useSend(ReportDocument);
  const [comment, setComment] = useState('');
  const [done, setDone] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (await send.run({ id, comment: comment.trim() || null })) setDone(true);
  };
  return (
    <Window title={t.title} onClose={onClose}>
      {done ? (
        <div className="stack">
          <p role="status">{t.thanks(organization)}</p>
          {waiting.length > 0 && <p>{t.decline}</p>}
          <div className="actions">
            {waiting.map((item) => (
              <Button key={item.id} onClick={() => onDecline?.(item)}>
                {t.declineApp(appName(item))}
              </Button>
            ))}
            <Button look="main" onClick={onClose}>
              {t.close}
            </Button>
          </div>
        </div>
      ) : (
        <form className="stack" onSubmit={submit} noValidate>
          <p>{t.lead(organization)}</p>
          <p>
            {t.who(requester)} {t.nothingShared}
          </p>
          <TextArea
            label={t.comment}
            optional
            maxLength={1000}
            value={comment}
            onChange={({ target }) => setComment(target.value)}
            problem={at(send.problems, 'comment')}
          />
          <Problems of={send.problems} except={['comment']} />
          <div className="actions even">
            <Button type="submit" look="main" pending={send.pending}>
              {t.send}
            </Button>
            <Button onClick={onClose}>{t.cancel}</Button>
          </div>
        </form>
      )}
    </Window>
  );
}
