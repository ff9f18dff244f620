import { useState } from 'react';
import { Link } from 'wouter';
import { useSend } from '../api/hooks.ts';
import type { DeadJobsQuery } from '../api/types.gen.ts';
import { instance } from '../i18n/en/instance.ts';
import { useTexts } from '../i18n/language.ts';
import { InstanceFrame } from '../instance/frame.tsx';
import { DeadJobsDocument, DropJobDocument, RetryJobDocument } from '../instance/jobs.gen.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Empty, Problems } from '../parts/notice.tsx';
import { Paged } from '../parts/paged.tsx';
import { paths } from '../paths.ts';

type Job = DeadJobsQuery['deadJobs']['edges'][number]['node'];

/** A6: jobs that were given up, to be started again or dropped (REL-2). */
export default function Jobs() {
  const t = useTexts(instance);
  const retry = useSend(RetryJobDocument);
  const drop = useSend(DropJobDocument);
  const [dropping, setDropping] = useState<Job>();
  const name = ({ kind }: Job) => t.jobs[kind] ?? kind;
  return (
    <InstanceFrame lead={t.jobsLead}>
      <Problems of={retry.problems} />
      <Paged
        document={DeadJobsDocument}
        variables={{}}
        pick={(data) => data.deadJobs}
        empty={
          <Empty icon="check" title={t.jobsNone}>
            {t.noneText}
          </Empty>
        }
        of="items"
        frame={(rows) => <ul className="stack">{rows}</ul>}
        row={(job) => (
          <li key={job.id} className="card">
            <div>
              <strong>{name(job)}</strong>
              <p className="small muted">
                {t.givenUp} <Ago at={job.givenUpAt} /> · {t.attempts}: {job.attempts}
              </p>
            </div>
            {job.error && (
              <p>
                {t.cause}: <code className="long">{job.error}</code>
              </p>
            )}
            {job.requestId && (
              <p>
                <Link href={paths.request(job.requestId)}>{t.ofRequest}</Link>
              </p>
            )}
            <div className="actions">
              <Button
                look="main"
                aria-label={t.forWhom(t.retry, name(job))}
                pending={retry.pending}
                onClick={() => retry.run({ id: job.id })}
              >
                {t.retry}
              </Button>
              <Button aria-label={t.forWhom(t.drop, name(job))} onClick={() => setDropping(job)}>
                {t.drop}
              </Button>
            </div>
          </li>
        )}
      />
      {dropping && (
        <Confirm
          title={t.dropTitle(name(dropping))}
          word={t.drop}
          send={drop}
          variables={{ id: dropping.id }}
          onClose={() => setDropping(undefined)}
          onDone={() => setDropping(undefined)}
        >
          <p>{t.dropText}</p>
        </Confirm>
      )}
    </InstanceFrame>
  );
}
