import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import type { ApplicationState, ApplicationsQuery } from '../api/types.gen.ts';
import { instance } from '../i18n/en/instance.ts';
import { useTexts } from '../i18n/language.ts';
import { InstanceFrame } from '../instance/frame.tsx';
import { ApplicationsDocument, ReviewDocument } from '../instance/instance.gen.ts';
import { Ago } from '../parts/ago.tsx';
import { Badge } from '../parts/badge.tsx';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { SelectField, TextArea } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { Empty, Problems } from '../parts/notice.tsx';
import { Paged } from '../parts/paged.tsx';

type Application = ApplicationsQuery['featureApplications']['edges'][number]['node'];
const STATES: readonly ApplicationState[] = ['OPEN', 'APPROVED', 'REFUSED'];

/** A1: applications for sending requests, with what the check found (GATE-2). */
export default function Applications() {
  const t = useTexts(instance);
  const [search, setSearch] = useSearchParams();
  const review = useSend(ReviewDocument);
  const [refusing, setRefusing] = useState<Application>();
  const [reason, setReason] = useState('');
  const wanted = search.get('state');
  const state = wanted === 'ALL' ? null : (STATES.find((each) => each === wanted) ?? 'OPEN');
  const done = () => {
    setRefusing(undefined);
    setReason('');
  };
  return (
    <InstanceFrame lead={t.applicationsLead}>
      <div className="narrow-select">
        <SelectField
          label={t.show}
          value={state ?? 'ALL'}
          onChange={({ target }) => setSearch(target.value === 'OPEN' ? {} : { state: target.value })}
        >
          {STATES.map((each) => (
            <option key={each} value={each}>
              {t.states[each]}
            </option>
          ))}
          <option value="ALL">{t.all}</option>
        </SelectField>
      </div>
      {!refusing && <Problems of={review.problems} />}
      <Paged
        document={ApplicationsDocument}
        variables={{ state }}
        pick={(data) => data.featureApplications}
        empty={
          <Empty icon="check" title={t.none}>
            {t.noneText}
          </Empty>
        }
        of="items"
        frame={(rows) => <ul className="stack">{rows}</ul>}
        row={(one) => (
          <li key={one.id} className="card">
            <div className="row apart">
              <div>
                <strong>{one.person.name}</strong> <span className="muted">{one.person.email}</span>
                <p className="small muted">
                  {t.company}: {one.company} · <Ago at={one.createdAt} />
                </p>
              </div>
              <Badge state={one.state}>{t.states[one.state]}</Badge>
            </div>
            <p>
              {t.reason}: {one.reason}
            </p>
            <div className="row">
              <span className={`badge ${one.hasPlan ? 'good' : 'wait'}`}>{one.hasPlan ? t.hasPlan : t.noPlan}</span>
              <span className={`badge ${one.hasCorporateAddress ? 'good' : 'wait'}`}>
                {one.hasCorporateAddress ? t.corporate : t.notCorporate}
              </span>
            </div>
            {one.refusal && (
              <p className="small muted">
                {t.wasRefused}: {one.refusal}
              </p>
            )}
            {one.state === 'OPEN' && (
              <div className="actions">
                <Button
                  look="main"
                  aria-label={t.forWhom(t.approve, one.person.name)}
                  pending={review.pending}
                  onClick={() => review.run({ id: one.id, approve: true, refusal: null })}
                >
                  {t.approve}
                </Button>
                <Button aria-label={t.forWhom(t.refuse, one.person.name)} onClick={() => setRefusing(one)}>
                  {t.refuse}
                </Button>
              </div>
            )}
          </li>
        )}
      />
      {refusing && (
        <Window title={t.refuseTitle(refusing.person.name)} onClose={done}>
          <Form
            send={review}
            word={t.refuse}
            fields={['refusal']}
            read={() => ({ id: refusing.id, approve: false, refusal: reason })}
            onDone={done}
            onCancel={done}
          >
            <TextArea
              label={t.refusal}
              help={t.refusalHelp}
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
