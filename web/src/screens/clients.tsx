import { useState } from 'react';
import { Link } from 'wouter';
import { useLiveQuery, useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import { organization } from '../i18n/en/organization.ts';
import { useTexts } from '../i18n/language.ts';
import { type Administered, OrganizationFrame } from '../organization/frame.tsx';
import {
  ClientsDocument,
  DefineAppDocument,
  RemoveAppDocument,
  RemoveClientDocument,
  SetClientDocument,
} from '../organization/organization.gen.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Window } from '../parts/dialog.tsx';
import { SecretField, SelectField, TextArea, TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import { Failed, Skeleton } from '../parts/notice.tsx';
import { RedirectAddress } from '../parts/redirect-address.tsx';
import { paths } from '../paths.ts';

/** The organization's own OAuth clients, and apps that it defined for itself. */
export default function Clients() {
  return <OrganizationFrame>{(of) => <Both of={of} />}</OrganizationFrame>;
}

/** The least that is an app: one version, one way to authenticate, one thing to ask for. */
const EXAMPLE = `id = "bookshop"
name = "Bookshop"
website = "https://bookshop.example"
help = "Orders of a small shop."

[[versions]]
id = "v1"
name = "1"
base_url = "https://api.bookshop.example"

[[versions.methods]]
id = "key"
label = "API key"
kind = "API_KEY"
fields = [{ name = "key", label = "API key", secret = true }]
injections = [{ in = "HEADER", name = "Authorization", value = "Bearer {key}" }]
probe = { url = "https://api.bookshop.example/me" }
revocation = { kind = "UNSUPPORTED" }

[[versions.modules]]
id = "list_orders"
name = "List orders"
description = "Looks through your orders."
effect = "READ"
calls = [{ methods = ["GET"], path = "/orders" }]
`;

function Both({ of }: { of: Administered }) {
  const t = useTexts(organization);
  const organizationId = of.organizationId;
  const { data, problems, refetch } = useLiveQuery({ query: ClientsDocument, variables: { id: organizationId } });
  const [doing, setDoing] = useState<
    { what: 'set' | 'define' } | { what: 'removeClient' | 'removeApp'; app: string }
  >();
  const [definition, setDefinition] = useState('');
  const set = useSend(SetClientDocument);
  const removeClient = useSend(RemoveClientDocument);
  const define = useSend(DefineAppDocument);
  const removeApp = useSend(RemoveAppDocument);
  const done = () => setDoing(undefined);
  if (!data)
    return problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[160, 160]} />;
  const nameOf = (app: string) => data.apps.find(({ id }) => id === app)?.name ?? app;
  // Others have nothing that a client could be for.
  const signsIn = data.apps.filter(({ versions }) =>
    versions.some(({ methods }) => methods.some(({ kind }) => kind === 'OAUTH2_CODE')),
  );
  return (
    <div className="stack wide">
      <section className="card narrow-card" aria-labelledby="clients">
        <div className="row apart">
          <h2 id="clients">{t.clientsTitle}</h2>
          <Button icon="plus" onClick={() => setDoing({ what: 'set' })}>
            {t.addClient}
          </Button>
        </div>
        <p className="muted">{t.clientsLead}</p>
        <ul className="stack">
          {data.organization.oauthClients.length === 0 && <li className="muted">{t.clientsNone}</li>}
          {data.organization.oauthClients.map(({ app, clientId, hasSecret, changedAt }) => (
            <li key={app} className="row apart">
              <span>
                <strong>{nameOf(app)}</strong> <code>{clientId}</code>
                <span className="small muted">
                  {' '}
                  {hasSecret ? t.hasSecret : t.noSecret}, <Ago at={changedAt} />
                </span>
              </span>
              <Button
                look="quiet"
                aria-label={`${t.removeClient}: ${nameOf(app)}`}
                onClick={() => setDoing({ what: 'removeClient', app })}
              >
                {t.removeClient}
              </Button>
            </li>
          ))}
        </ul>
        <RedirectAddress words={t.redirect} />
      </section>
      <section className="card narrow-card" aria-labelledby="own">
        <div className="row apart">
          <h2 id="own">{t.ownTitle}</h2>
          <Button icon="plus" onClick={() => setDoing({ what: 'define' })}>
            {t.define}
          </Button>
        </div>
        <p className="muted">{t.ownLead}</p>
        <ul className="stack">
          {data.organization.appDefinitions.length === 0 && <li className="muted">{t.ownNone}</li>}
          {data.organization.appDefinitions.map(({ app, definition: toml }) => (
            <li key={app} className="stack tight">
              <div className="row apart">
                <strong>{nameOf(app)}</strong>
                <div className="row">
                  <Link href={paths.app(app)}>{t.look}</Link>
                  <Button
                    look="quiet"
                    aria-label={`${t.removeApp}: ${nameOf(app)}`}
                    onClick={() => setDoing({ what: 'removeApp', app })}
                  >
                    {t.removeApp}
                  </Button>
                </div>
              </div>
              <details>
                <summary>{t.definition}</summary>
                <pre className="token">{toml}</pre>
              </details>
            </li>
          ))}
        </ul>
      </section>
      {doing?.what === 'set' && (
        <Window title={t.addClient} onClose={done}>
          <Form
            send={set}
            word={t.addClient}
            fields={['app', 'clientId', 'clientSecret']}
            read={(form) => ({
              input: {
                organizationId,
                app: typed(form, 'app'),
                clientId: typed(form, 'clientId'),
                clientSecret: typed(form, 'clientSecret') || null,
              },
            })}
            onDone={done}
            onCancel={done}
          >
            <SelectField label={t.app} name="app" required problem={at(set.problems, 'app')}>
              {signsIn.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
            <TextField
              label={t.clientId}
              name="clientId"
              required
              autoComplete="off"
              problem={at(set.problems, 'clientId')}
            />
            <SecretField
              label={t.clientSecret}
              help={t.clientSecretHelp}
              name="clientSecret"
              optional
              problem={at(set.problems, 'clientSecret')}
            />
          </Form>
        </Window>
      )}
      {doing?.what === 'define' && (
        <Window title={t.define} onClose={done}>
          <Form
            send={define}
            word={t.defineIt}
            fields={define.problems.flatMap(({ field }) => field ?? [])}
            read={() => ({ organizationId, definition })}
            onDone={done}
            onCancel={done}
          >
            <TextArea
              label={t.definition}
              help={t.definitionHelp}
              required
              rows={12}
              spellCheck={false}
              value={definition}
              onChange={({ target }) => setDefinition(target.value)}
            />
            {definition.trim() === '' && (
              <div>
                <Button onClick={() => setDefinition(EXAMPLE)}>{t.example}</Button>
              </div>
            )}
            {define.problems.map(({ field, message }) => (
              <p key={`${field}${message}`} className="problem">
                {field && field !== 'definition' && <code>{field}</code>} {message}
              </p>
            ))}
          </Form>
        </Window>
      )}
      {doing?.what === 'removeClient' && (
        <Confirm
          title={t.removeClientTitle(nameOf(doing.app))}
          word={t.removeClient}
          send={removeClient}
          variables={{ organizationId, app: doing.app }}
          onClose={done}
          onDone={done}
        >
          <p>{t.removeClientText}</p>
        </Confirm>
      )}
      {doing?.what === 'removeApp' && (
        <Confirm
          title={t.removeAppTitle(nameOf(doing.app))}
          word={t.removeApp}
          send={removeApp}
          variables={{ organizationId, app: doing.app }}
          onClose={done}
          onDone={done}
        >
          <p>{t.removeAppText}</p>
        </Confirm>
      )}
    </div>
  );
}
