import type { ReactNode } from 'react';
import type { Send } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import { organization } from '../i18n/en/organization.ts';
import { useTexts } from '../i18n/language.ts';
import { Window } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';

interface Own<Data, Variables> {
  title: string;
  name: string;
  send: Send<Data, Variables>;
  variables: (confirmName: string) => Variables;
  onClose: () => void;
  onDone: () => void;
  children: ReactNode;
}

/** For what takes others' work with it: its name has to be typed. */
export function TypedConfirm<Data, Variables>({
  title,
  name,
  send,
  variables,
  onClose,
  onDone,
  children,
}: Own<Data, Variables>) {
  const t = useTexts(organization);
  return (
    <Window title={title} onClose={onClose} alert>
      {children}
      <Form
        send={send}
        word={t.deleteIt}
        danger
        fields={['confirmName']}
        read={(form) => variables(typed(form, 'confirmName'))}
        onDone={onDone}
        onCancel={onClose}
      >
        <TextField
          label={t.confirmName(name)}
          name="confirmName"
          required
          autoComplete="off"
          problem={at(send.problems, 'confirmName')}
        />
      </Form>
    </Window>
  );
}
