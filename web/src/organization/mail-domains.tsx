import { useState } from 'react';
import { useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import type { OrganizationSignInQuery } from '../api/types.gen.ts';
import { organizationSignIn } from '../i18n/en/organization-sign-in.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Window } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import type { Administered } from './frame.tsx';
import { ClaimMailDomainDocument, ReleaseMailDomainDocument } from './sign-in.gen.ts';

type Domain = OrganizationSignInQuery['organization']['signIn']['mailDomains'][number];

/** Mail domains of the organization, each with what became of its claim and what to do. */
export function Domains({ of, domains, owns }: { of: Administered; domains: readonly Domain[]; owns: boolean }) {
  const t = useTexts(organizationSignIn);
  const claim = useSend(ClaimMailDomainDocument);
  const release = useSend(ReleaseMailDomainDocument);
  const [claiming, setClaiming] = useState(false);
  const [releasing, setReleasing] = useState<Domain>();
  const problem = at(claim.problems, 'domain');
  return (
    <section className="card narrow-card" aria-labelledby="domains">
      <div className="row apart">
        <h2 id="domains">{t.domains}</h2>
        {owns && (
          <Button icon="plus" onClick={() => setClaiming(true)}>
            {t.claim}
          </Button>
        )}
      </div>
      <p className="muted">{t.domainsLead}</p>
      <ul className="stack">
        {domains.length === 0 && <li className="muted">{t.domainsNone}</li>}
        {domains.map((one) => (
          <li key={one.id} className="domain">
            <div className="stack tight">
              <div className="row">
                <strong>{one.domain}</strong>
                <Badge state={one.state}>{t.states[one.state]}</Badge>
              </div>
              <p className="small muted">
                <Ago at={one.decidedAt ?? one.createdAt} />
                {one.refusal && `: “${one.refusal}”`}
              </p>
              {one.state === 'WAITING' && <p className="small muted">{t.waitingHelp}</p>}
              {one.state === 'REFUSED' && <p className="small muted">{t.refusedHelp}</p>}
            </div>
            {owns && (
              <Button look="quiet" aria-label={`${t.release}: ${one.domain}`} onClick={() => setReleasing(one)}>
                {t.release}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {claiming && (
        <Window title={t.claim} onClose={() => setClaiming(false)}>
          <Form
            send={claim}
            word={t.claim}
            fields={['domain']}
            read={(form) => ({ organizationId: of.organizationId, domain: typed(form, 'domain') })}
            onDone={() => setClaiming(false)}
            onCancel={() => setClaiming(false)}
          >
            <TextField
              label={t.domain}
              help={t.domainHelp}
              name="domain"
              required
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              problem={problem?.code === 'INVALID_FORMAT' ? t.wrongDomain : problem}
            />
          </Form>
        </Window>
      )}
      {releasing && (
        <Confirm
          title={t.releaseTitle(releasing.domain)}
          word={t.release}
          send={release}
          variables={{ id: releasing.id }}
          onClose={() => setReleasing(undefined)}
          onDone={() => setReleasing(undefined)}
        >
          <p>{t.releaseText}</p>
        </Confirm>
      )}
    </section>
  );
}
