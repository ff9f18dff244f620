import { useState } from 'react';
import { useChanges, useLiveQuery, useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import { Shell } from '../frames/shell.tsx';
import { common } from '../i18n/en/common.ts';
import { requests } from '../i18n/en/requests.ts';
import { team } from '../i18n/en/team.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { ButtonLink } from '../parts/button.tsx';
import { TextArea, TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import { Empty, Failed, Notice, Skeleton } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';
import { ApplicationChangedDocument, ApplicationDocument, ApplyDocument } from './team.gen.ts';

/** B10: applying for the feature, and what became of it (GATE-2). */
export default function Apply() {
  const t = useTexts(team);
  const c = useTexts(common);
  const r = useTexts(requests);
  const [reason, setReason] = useState('');
  const { data, problems, refetch } = useLiveQuery({
    query: ApplicationDocument,
    variables: {},
  });
  const apply = useSend(ApplyDocument);
  useChanges({ query: ApplicationChangedDocument, variables: {} });
  const viewer = data?.viewer;
  const application = viewer?.featureApplication;
  return (
    <Shell>
      <div className="page-head">
        <Heading title={viewer?.canCreateRequests ? t.haveTitle : t.applyTitle} />
        {!viewer?.canCreateRequests && <p className="lead">{t.applyLead}</p>}
      </div>
      {!viewer ? (
        problems.length > 0 ? (
          <Failed problems={problems} again={refetch} />
        ) : (
          <Skeleton heights={[240]} />
        )
      ) : viewer.canCreateRequests ? (
        <Empty
          icon="check"
          title={t.have}
          action={
            <ButtonLink look="main" icon="plus" to={paths.newRequest}>
              {r.create}
            </ButtonLink>
          }
        >
          {t.haveText}
        </Empty>
      ) : application?.state === 'OPEN' ? (
        <Empty icon="clock" title={t.applied}>
          {t.appliedText} {t.appliedAt} <Ago at={application.createdAt} />.
        </Empty>
      ) : (
        <div className="card narrow-card">
          {application?.state === 'REFUSED' && (
            <Notice tone="warn">
              <p>
                {t.refused}. {application.refusal && `${t.refusedWhy}: ${c.quoted(application.refusal)}`}
              </p>
              <p>{t.applyAgain}</p>
            </Notice>
          )}
          <Form
            send={apply}
            word={t.apply}
            fields={['company', 'reason']}
            read={(form) => ({ company: typed(form, 'company'), reason })}
            onDone={refetch}
          >
            <TextField
              label={t.company}
              name="company"
              required
              maxLength={128}
              autoComplete="organization"
              problem={at(apply.problems, 'company')}
            />
            <TextArea
              label={t.reason}
              name="reason"
              required
              maxLength={256}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
              problem={at(apply.problems, 'reason')}
            />
          </Form>
        </div>
      )}
    </Shell>
  );
}
