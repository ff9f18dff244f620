import { type SubmitEvent, useState } from 'react';
import { useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import type { RequestDetailsFragment } from '../api/types.gen.ts';
import { connect } from '../i18n/en/connect.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { Choice, TextArea } from '../parts/field.tsx';
import { Problems } from '../parts/notice.tsx';
import { appName } from './abilities.ts';
import type { Item } from './card.tsx';
import { DeclineDocument } from './request.gen.ts';

/** R9: refusing is as easy as agreeing; with a word for the other side, unless its organization wants none (REC-5). */
export default function Decline({
  item,
  request,
  onClose,
}: {
  item: Item;
  request: RequestDetailsFragment;
  onClose: () => void;
}) {
  const t = useTexts(connect);
  const decline = useSend(DeclineDocument);
  const [reason, setReason] = useState('');
  const [note, setNote] = useState('');
  const [missing, setMissing] = useState(false);
  const other = reason === t.another;
  const said = other ? note.trim() : [reason, note.trim()].filter(Boolean).join('. ');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!said && request.declineReasonRequired) return setMissing(true);
    if (await decline.run({ itemId: item.id, reason: said || null })) onClose();
  };
  return (
    <Window title={t.declineTitle(appName(item))} onClose={onClose}>
      <form className="stack" onSubmit={submit} noValidate>
        <p>
          {(request.declineReasonRequired ? t.declineLead : t.declineLeadFree)(request.requester.name)}{' '}
          {item.state === 'AUTHORIZED' && t.declineAlso}
        </p>
        {!request.declineReasonRequired && <p className="muted">{t.reasonFree}</p>}
        <fieldset>
          <legend className="unseen">{t.reason}</legend>
          {[...t.reasons, t.another].map((each) => (
            <Choice
              key={each}
              type="radio"
              name="reason"
              label={each}
              checked={reason === each}
              onChange={() => {
                setReason(each);
                setMissing(false);
              }}
            />
          ))}
        </fieldset>
        <TextArea
          label={other ? t.write : t.add}
          optional={!other}
          maxLength={other ? 256 : 254 - [...reason].length}
          value={note}
          onChange={({ target }) => {
            setNote(target.value);
            setMissing(false);
          }}
          problem={missing ? (other ? t.needsWords : t.needsReason) : at(decline.problems, 'reason')}
        />
        <Problems of={decline.problems} except={['reason']} />
        <div className="actions even">
          <Button type="submit" look="danger" pending={decline.pending}>
            {t.decline}
          </Button>
          <Button onClick={onClose}>{t.cancel}</Button>
        </div>
      </form>
    </Window>
  );
}
