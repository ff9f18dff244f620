import { type ReactNode, type SubmitEvent, useState } from 'react';
import type { Send } from '../api/hooks.ts';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { announce } from './announce.tsx';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { Problems } from './notice.tsx';

interface Own<Data, Variables> {
  send: Send<Data, Variables>;
  /** What the fields mean. */
  read: (form: FormData) => Variables;
  word: string;
  /** Fields that show their problems themselves. */
  fields: readonly string[];
  onDone: (data: Data) => void;
  onCancel?: (() => void) | undefined;
  /** Says that it was saved, for forms that stay. */
  stays?: boolean;
  /** It ends something. */
  danger?: boolean;
  children: ReactNode;
}

/** A native form around a mutation. What was typed stays when it is refused. */
export function Form<Data, Variables>({
  send,
  read,
  word,
  fields,
  onDone,
  onCancel,
  stays = false,
  danger = false,
  children,
}: Own<Data, Variables>) {
  const c = useTexts(common);
  const [saved, setSaved] = useState(false);
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setSaved(false);
    const done = await send.run(read(new FormData(event.currentTarget)));
    if (done === undefined) return;
    setSaved(true);
    if (!stays) announce(c.wasDone(word));
    onDone(done);
  };
  return (
    <form className="stack" onSubmit={submit} onChange={() => saved && setSaved(false)}>
      {children}
      <Problems of={send.problems} except={fields} />
      <div className="actions">
        <Button type="submit" look={danger ? 'danger' : 'main'} pending={send.pending}>
          {word}
        </Button>
        {onCancel && <Button onClick={onCancel}>{c.cancel}</Button>}
        <span role="status" className="saved">
          {stays && saved && (
            <>
              <Icon name="check" size={18} />
              {c.saved}
            </>
          )}
        </span>
      </div>
    </form>
  );
}

/** A field as text, trimmed. */
export const typed = (form: FormData, name: string) => String(form.get(name) ?? '').trim();
