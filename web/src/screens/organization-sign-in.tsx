import { useState } from 'react';
import { useLiveQuery, useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import type { OrganizationSignInQuery } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { organizationSignIn } from '../i18n/en/organization-sign-in.ts';
import { useTexts } from '../i18n/language.ts';
import { type Administered, OrganizationFrame } from '../organization/frame.tsx';
import { Domains } from '../organization/mail-domains.tsx';
import {
  OrganizationSignInDocument,
  RemoveSingleSignOnDocument,
  SetSingleSignOnDocument,
} from '../organization/sign-in.gen.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Window } from '../parts/dialog.tsx';
import { SecretField, TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import { Failed, Notice, Skeleton } from '../parts/notice.tsx';

type Provider = NonNullable<OrganizationSignInQuery['organization']['signIn']['provider']>;

/** The organization's own OpenID provider, and the mail domains that it counts for (INV-4). */
export default function OrganizationSignIn() {
  return <OrganizationFrame>{(of) => <Both of={of} />}</OrganizationFrame>;
}

function Both({ of }: { of: Administered }) {
  const t = useTexts(organizationSignIn);
  const id = of.organizationId;
  const { data, problems, refetch } = useLiveQuery({ query: OrganizationSignInDocument, variables: { id } });
  if (!data)
    return problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[320, 160]} />;
  const { provider, redirectUri, mailDomains } = data.organization.signIn;
  const owns = of.role === 'OWNER';
  const counts = mailDomains.some(({ state }) => state === 'CONFIRMED');
  return (
    <div className="stack wide">
      {!owns && <Notice icon="lock">{t.ownersOnly}</Notice>}
      {provider && !counts && <Notice tone="warn">{t.idle}</Notice>}
      <ProviderCard of={of} provider={provider ?? undefined} redirectUri={redirectUri} owns={owns} />
      <Domains of={of} domains={mailDomains} owns={owns} />
    </div>
  );
}

function ProviderCard({
  of,
  provider,
  redirectUri,
  owns,
}: {
  of: Administered;
  provider: Provider | undefined;
  redirectUri: string;
  owns: boolean;
}) {
  const t = useTexts(organizationSignIn);
  const remove = useSend(RemoveSingleSignOnDocument);
  const [doing, setDoing] = useState<'set' | 'remove'>();
  const done = () => setDoing(undefined);
  const address = (
    <div className="row">
      <code className="long">{redirectUri}</code>
      <CopyButton text={redirectUri} />
    </div>
  );
  return (
    <section className="card narrow-card" aria-labelledby="provider">
      <h2 id="provider">{t.title}</h2>
      <p className="muted">{t.lead}</p>
      {provider ? (
        <dl className="facts">
          <div>
            <dt>{t.name}</dt>
            <dd>
              {provider.name}{' '}
              <span className="small muted">
                {t.setSince} <Ago at={provider.changedAt} />
              </span>
            </dd>
          </div>
          <div>
            <dt>{t.issuer}</dt>
            <dd>
              <code className="long">{provider.issuer}</code>
            </dd>
          </div>
          <div>
            <dt>{t.clientId}</dt>
            <dd>
              <code className="long">{provider.clientId}</code>
            </dd>
          </div>
          <div>
            <dt>{t.redirect}</dt>
            <dd>{address}</dd>
          </div>
        </dl>
      ) : (
        <>
          <p>{t.none}</p>
          {owns && (
            <>
              <h3>{t.steps}</h3>
              <ol className="steps">
                <li>
                  <div className="stack tight">
                    <p>{t.step1}</p>
                    {address}
                  </div>
                </li>
                <li>{t.step2}</li>
                <li>{t.step3}</li>
              </ol>
            </>
          )}
        </>
      )}
      {owns && (
        <div className="actions">
          <Button look={provider ? 'plain' : 'main'} onClick={() => setDoing('set')}>
            {provider ? t.change : t.set}
          </Button>
          {provider && (
            <Button look="quiet" onClick={() => setDoing('remove')}>
              {t.remove}
            </Button>
          )}
        </div>
      )}
      {doing === 'set' && <SetProvider of={of} provider={provider} onClose={done} />}
      {doing === 'remove' && provider && (
        <Confirm
          title={t.removeTitle(provider.name)}
          word={t.remove}
          send={remove}
          variables={{ organizationId: of.organizationId }}
          onClose={done}
          onDone={done}
        >
          <p>{t.removeText}</p>
        </Confirm>
      )}
    </section>
  );
}

function SetProvider({
  of,
  provider,
  onClose,
}: {
  of: Administered;
  provider: Provider | undefined;
  onClose: () => void;
}) {
  const t = useTexts(organizationSignIn);
  const c = useTexts(common);
  const set = useSend(SetSingleSignOnDocument);
  // The provider is no app: what it answered is told at the field that names it.
  const answer = set.problems.find(({ code }) => code.startsWith('PROVIDER_'));
  const said = answer && (answer.code === 'PROVIDER_MISCONFIGURED' ? t.unfit(answer.message) : t.away);
  return (
    <Window title={provider ? t.title : t.set} onClose={onClose}>
      <Form
        send={{ ...set, problems: set.problems.filter((problem) => problem !== answer) }}
        word={provider ? c.save : t.set}
        fields={['issuer', 'clientId', 'clientSecret', 'name']}
        read={(form) => ({
          input: {
            organizationId: of.organizationId,
            issuer: typed(form, 'issuer'),
            clientId: typed(form, 'clientId'),
            clientSecret: typed(form, 'clientSecret'),
            name: typed(form, 'name') || null,
          },
        })}
        onDone={onClose}
        onCancel={onClose}
      >
        <TextField
          label={t.issuer}
          help={t.issuerHelp}
          name="issuer"
          type="url"
          required
          autoComplete="off"
          defaultValue={provider?.issuer}
          problem={at(set.problems, 'issuer') ?? said}
        />
        <TextField
          label={t.clientId}
          name="clientId"
          required
          autoComplete="off"
          defaultValue={provider?.clientId}
          problem={at(set.problems, 'clientId')}
        />
        <SecretField
          label={t.clientSecret}
          help={t.clientSecretHelp}
          name="clientSecret"
          required
          problem={at(set.problems, 'clientSecret')}
        />
        <TextField
          label={t.name}
          help={t.nameHelp}
          name="name"
          optional
          maxLength={128}
          autoComplete="off"
          defaultValue={provider?.name}
          problem={at(set.problems, 'name')}
        />
      </Form>
    </Window>
  );
}
