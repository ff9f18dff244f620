import {
  type ComponentProps,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
  useState,
} from 'react';
import type { Problem } from '../api/problem.ts';
import { useWords } from '../api/words.ts';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { Icon } from './icon.tsx';

interface Frame {
  label: ReactNode;
  help?: ReactNode;
  /** The problem of this field; it stands under it, in words. */
  problem?: Problem | string | undefined;
  optional?: boolean;
}

interface Slots {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  'aria-errormessage': string | undefined;
}

function Framed({ label, help, problem, optional, children }: Frame & { children: (slots: Slots) => ReactNode }) {
  const t = useTexts(common);
  const words = useWords();
  const id = useId();
  const [helpId, problemId] = [`${id}h`, `${id}p`];
  const said = typeof problem === 'string' ? problem : problem && words(problem);
  return (
    <div className={said ? 'field wrong' : 'field'}>
      <label htmlFor={id}>
        {label} {optional && <span className="muted">{t.optional}</span>}
      </label>
      {children({
        id,
        'aria-describedby': help ? helpId : undefined,
        'aria-invalid': said ? true : undefined,
        'aria-errormessage': said ? problemId : undefined,
      })}
      {help && (
        <div className="help" id={helpId}>
          {help}
        </div>
      )}
      {said && (
        <p className="problem" id={problemId} role="alert">
          <Icon name="warning" size={16} />
          {said}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, help, problem, optional, ...rest }: Frame & ComponentProps<'input'>) {
  return (
    <Framed label={label} help={help} problem={problem} optional={optional ?? false}>
      {(slots) => <input {...rest} {...slots} className="input" />}
    </Framed>
  );
}

/** Something that is typed unseen; it can be shown, and is never remembered by the browser. */
export function SecretField({
  label,
  help,
  problem,
  optional,
  ...rest
}: Frame & InputHTMLAttributes<HTMLInputElement>) {
  const t = useTexts(common);
  const [shown, setShown] = useState(false);
  return (
    <Framed label={label} help={help} problem={problem} optional={optional ?? false}>
      {(slots) => (
        <div className="input with-end">
          <input
            {...rest}
            {...slots}
            type={shown ? 'text' : 'password'}
            autoComplete="off"
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
            data-1p-ignore
          />
          <button
            type="button"
            className="end"
            aria-pressed={shown}
            aria-controls={slots.id}
            onClick={() => setShown(!shown)}
          >
            {shown ? t.hide : t.show}
            <span className="unseen"> {label}</span>
          </button>
        </div>
      )}
    </Framed>
  );
}

export function TextArea({
  label,
  help,
  problem,
  optional,
  maxLength,
  value,
  ...rest
}: Frame & TextareaHTMLAttributes<HTMLTextAreaElement> & { value: string }) {
  const t = useTexts(common);
  const left = maxLength ? maxLength - [...value].length : undefined;
  const counted = left !== undefined && left <= 60;
  return (
    <Framed
      label={label}
      help={
        counted ? (
          <>
            {help} {t.characters(left)}
          </>
        ) : (
          help
        )
      }
      problem={problem}
      optional={optional ?? false}
    >
      {(slots) => <textarea {...rest} {...slots} value={value} maxLength={maxLength} className="input" />}
    </Framed>
  );
}

export function SelectField({
  label,
  help,
  problem,
  optional,
  children,
  ...rest
}: Frame & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Framed label={label} help={help} problem={problem} optional={optional ?? false}>
      {(slots) => (
        <select {...rest} {...slots} className="input">
          {children}
        </select>
      )}
    </Framed>
  );
}

/** A tick box or radio button with its words, large enough for a thumb. */
export function Choice({
  type,
  label,
  help,
  problem,
  ...rest
}: {
  type: 'checkbox' | 'radio';
  label: ReactNode;
  help?: ReactNode;
  problem?: Problem | undefined;
} & InputHTMLAttributes<HTMLInputElement>) {
  const words = useWords();
  const id = useId();
  return (
    <div className="choice">
      <input
        {...rest}
        type={type}
        id={id}
        aria-describedby={help ? `${id}h` : undefined}
        aria-invalid={problem ? true : undefined}
        aria-errormessage={problem ? `${id}p` : undefined}
      />
      <label htmlFor={id}>{label}</label>
      {help && (
        <div className="help" id={`${id}h`}>
          {help}
        </div>
      )}
      {problem && (
        <p className="problem" id={`${id}p`} role="alert">
          <Icon name="warning" size={16} />
          {words(problem)}
        </p>
      )}
    </div>
  );
}
