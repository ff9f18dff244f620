import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import type { MailDomainState, MailDomainsQuery } from '../api/types.gen.ts';
import { instance } from '../i18n/en/instance.ts';
import { useTexts } from '../i18n/language.ts';
import { MailDomainsDocument, ReviewMailDomainDocument } from '../instance/domains.gen.ts';
import { InstanceFrame } from '../instance/frame.tsx';
import { Ago } from '../parts/ago.tsx';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { SelectField, TextArea } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { Empty, Problems } from '../parts/notice.tsx';
import { Paged } from '../parts/paged.tsx';

type Claim = MailDomainsQuery['mailDomains']['edges'][number]['node'];
const STATES: readonly MailDomainState[] = ['WAITING', 'CONFIRMED', 'REFUSED'];

/** Mail domains that organizations claim for their own sign-in, to be confirmed or refused. */
export default function Domains() {
  const t = useTexts(instance);
  const [search, setSearch] = useSearchParams();
  const review = useSend(ReviewMailDomainDocument);
  const [refusing, setRefusing] = useState<Claim>();
  const [reason, setReason] = useState('');
  const wanted = search.get('state');
  const state = wanted === 'ALL' ? null : (STATES.find((each) => each === wanted) ?? 'WAITING');
  const done = () => {
    setRefusing(undefined);
    setReason('');
  };
  return (
    <InstanceFrame lead={t.domainsLead}>
      <div className="narrow-select">
        <SelectField
          label={t.show}
          value={state ?? 'ALL'}
          onChange={({ target }) => setSearch(target.value === 'WAITING' ? {} : { state: target.value })}
        >
          {STATES.map((each) => (
            <option key={each} value={each}>
              {t.domainStates[each]}
            </option>
          ))}
          <option value="ALL">{t.all}</option>
        </SelectField>
      </div>
      {!refusing && <Problems of={review.problems} />}
      <Paged
        document={MailDomainsDocument}
        variables={{ state }}
        pick={(data) => data.mailDomains}
        empty={
          <Empty icon="check" title={t.domainsNone}>
            {t.noneText}
          </Empty>
        }
        of="items"
        frame={(rows) => <ul className="stack">{rows}</ul>}
        row={(one) => {
          const { id, domain, state, refusal, createdAt } = one.mailDomain;
          return (
            <li key={id} className="card">
              <div className="row apart">
                <div>
                  <strong>{domain}</strong> <span className="muted">{one.organizationName}</span>
                  <p className="small muted">
                    {t.claimed} <Ago at={createdAt} />
                  </p>
                </div>
                <Badge state={state}>{t.domainStates[state]}</Badge>
              </div>
              {refusal && (
                <p className="small muted">
                  {t.wasRefused}: {refusal}
                </p>
              )}
              {state === 'WAITING' && (
                <details>
                  <summary>{t.domainsHow}</summary>
                  <p className="muted">{t.domainsProof(one.organizationName, domain)}</p>
                </details>
              )}
              <div className="actions">
                {state !== 'CONFIRMED' && (
                  <Button
                    look={state === 'WAITING' ? 'main' : 'plain'}
                    aria-label={t.forWhom(t.confirmIt, domain)}
                    pending={review.pending}
                    onClick={() => review.run({ id, confirm: true, refusal: null })}
                  >
                    {t.confirmIt}
                  </Button>
                )}
                {state !== 'REFUSED' && (
                  <Button aria-label={t.forWhom(t.refuse, domain)} onClick={() => setRefusing(one)}>
                    {t.refuse}
                  </Button>
                )}
              </div>
            </li>
          );
        }}
      />
      {refusing && (
        <Window title={t.refuseDomainTitle(refusing.mailDomain.domain)} onClose={done}>
          <p>{t.refuseDomainText}</p>
          <Form
            send={review}
            word={t.refuse}
            fields={['refusal']}
            read={() => ({ id: refusing.mailDomain.id, confirm: false, refusal: reason })}
            onDone={done}
            onCancel={done}
          >
            <TextArea
              label={t.refusal}
              help={t.refusalOfDomainHelp}
              required
              maxLength={256}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
              problem={at(review.problems, 'refusal')}
            />
          </Form>
        </Window>
      )}
    </InstanceFrame>
  );
}
