import { useState } from 'react';
import { at, type Problem } from '../api/problem.ts';
import { connect } from '../i18n/en/connect.ts';
import { useTexts } from '../i18n/language.ts';
import { SecretField, TextArea, TextField } from '../parts/field.tsx';
import { RedirectAddress } from '../parts/redirect-address.tsx';
import type { Item } from './card.tsx';

type Method = NonNullable<Item['appVersion']>['methods'][number];
type Field = Method['fields'][number];

const CLIENT_ID = 'client.id';
const CLIENT_SECRET = 'client.secret';

/** What was typed, as the API takes it: what is optional and empty is left out. */
export function fieldsOf(form: FormData, method: Method) {
  const typed = (name: string) => String(form.get(name) ?? '').trim();
  const fields = method.fields
    .map(({ name, required }) => ({ name, value: typed(`field.${name}`), required }))
    .filter(({ value, required }) => required || value !== '')
    .map(({ name, value }) => ({ name, value }));
  const id = typed(CLIENT_ID);
  const client = id ? { id, secret: typed(CLIENT_SECRET) || null } : undefined;
  return { fields, client };
}

const TYPES: Record<string, { type: string; inputMode?: 'email' | 'url' | 'numeric' }> = {
  EMAIL: { type: 'email', inputMode: 'email' },
  HOST: { type: 'text', inputMode: 'url' },
  PORT: { type: 'text', inputMode: 'numeric' },
  TEXT: { type: 'text' },
  URL: { type: 'url', inputMode: 'url' },
};

function Help({ field }: { field: Field }) {
  const t = useTexts(connect);
  return (
    <details className="where">
      <summary>{t.where}</summary>
      <p>{field.help}</p>
      {field.helpUrl && (
        <p>
          <a href={field.helpUrl} target="_blank" rel="noreferrer noopener">
            {t.openPage}
          </a>
        </p>
      )}
    </details>
  );
}

function Lines({ field, problem }: { field: Field; problem: Problem | undefined }) {
  const [value, setValue] = useState('');
  return (
    <TextArea
      label={field.label}
      name={`field.${field.name}`}
      required={field.required}
      optional={!field.required}
      help={field.help ? <Help field={field} /> : undefined}
      problem={problem}
      autoComplete="off"
      spellCheck={false}
      value={value}
      onChange={({ target }) => setValue(target.value)}
    />
  );
}

/** A refusal by the app names no field; with one secret it can only be that. */
export const isAtSecret = (method: Method, { code, field }: Problem) =>
  code === 'CREDENTIAL_REFUSED' && !field && method.fields.filter(({ secret }) => secret).length === 1;

/** A form of what the catalog names. What was typed stays when it is refused. */
export function MethodFields({ method, problems }: { method: Method; problems: readonly Problem[] }) {
  const refused = problems.find((problem) => isAtSecret(method, problem));
  return method.fields.map((field, place) => {
    const problem =
      at(problems, `fields.${place}.value`) ??
      at(problems, `fields.${place}.name`) ??
      (field.secret ? refused : undefined);
    if (field.kind === 'MULTILINE') return <Lines key={field.name} field={field} problem={problem} />;
    const slots = {
      label: field.label,
      name: `field.${field.name}`,
      required: field.required,
      optional: !field.required,
      maxLength: field.maxLength,
      problem,
      help: field.help ? <Help field={field} /> : undefined,
      placeholder: field.default ?? (field.example ? field.example : undefined),
    };
    return field.secret ? (
      <SecretField key={field.name} {...slots} />
    ) : (
      <TextField
        key={field.name}
        {...slots}
        {...TYPES[field.kind]}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
      />
    );
  });
}

/** The OAuth client that some apps want of their users. */
export function ClientFields({
  app,
  required,
  problems,
}: {
  app: string;
  required: boolean;
  problems: readonly Problem[];
}) {
  const t = useTexts(connect);
  return (
    <fieldset className="stack">
      <legend className="small muted">{required ? t.ownClient(app) : t.ownClientOptional}</legend>
      <TextField
        label={t.clientId}
        name={CLIENT_ID}
        required={required}
        optional={!required}
        autoComplete="off"
        problem={at(problems, CLIENT_ID) ?? at(problems, 'client')}
      />
      <SecretField label={t.clientSecret} name={CLIENT_SECRET} optional problem={at(problems, CLIENT_SECRET)} />
      <RedirectAddress words={t.redirect} />
    </fieldset>
  );
}
