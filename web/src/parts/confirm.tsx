import type { ReactNode } from 'react';
import type { Send } from '../api/hooks.ts';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { announce } from './announce.tsx';
import { Button } from './button.tsx';
import { Window } from './dialog.tsx';
import { Problems } from './notice.tsx';

interface Own<Data, Variables> {
  title: string;
  children: ReactNode;
  /** The word on the button that does it. */
  word: string;
  send: Send<Data, Variables>;
  variables: Variables;
  onClose: () => void;
  onDone: (data: Data) => void;
  danger?: boolean;
}

/** Asks before it does something. */
export function Confirm<Data, Variables>({
  title,
  children,
  word,
  send,
  variables,
  onClose,
  onDone,
  danger = true,
}: Own<Data, Variables>) {
  const c = useTexts(common);
  const close = () => {
    send.clear();
    onClose();
  };
  return (
    <Window title={title} onClose={close} alert>
      {children}
      <Problems of={send.problems} />
      <div className="actions even">
        <Button
          look={danger ? 'danger' : 'main'}
          pending={send.pending}
          onClick={async () => {
            const done = await send.run(variables);
            if (done === undefined) return;
            announce(c.wasDone(word));
            onDone(done);
          }}
        >
          {word}
        </Button>
        <Button onClick={close}>{c.cancel}</Button>
      </div>
    </Window>
  );
}
