import { useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { useLiveQuery, useSend } from '../api/hooks.ts';
import type { Problem } from '../api/problem.ts';
import { useTeam, useViewer } from '../api/viewer.tsx';
import { useWords } from '../api/words.ts';
import { Shell } from '../frames/shell.tsx';
import { common } from '../i18n/en/common.ts';
import { newRequest } from '../i18n/en/new-request.ts';
import { useTexts } from '../i18n/language.ts';
import { focusField, inputOf, keep, keptDraft, reduce, stepOf, stillOpen } from '../new-request/draft.ts';
import { forget } from '../new-request/kept.ts';
import { CreateRequestDocument, HandsOutDocument } from '../new-request/new-request.gen.ts';
import { StartOver } from '../new-request/start-over.tsx';
import { StepApps } from '../new-request/step-apps.tsx';
import { StepReview } from '../new-request/step-review.tsx';
import { StepWho } from '../new-request/step-who.tsx';
import { Button, ButtonLink } from '../parts/button.tsx';
import { NoTeam } from '../parts/no-team.tsx';
import { Empty, Notice } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';

type Step = 1 | 2 | 3;

const stepIn = (search: URLSearchParams): Step => {
  const step = search.get('step');
  return step === '2' ? 2 : step === '3' ? 3 : 1;
};

/** B2: a request in three steps, each with an address of its own; the draft outlives a reload. */
export default function NewRequest() {
  const t = useTexts(newRequest);
  const c = useTexts(common);
  const viewer = useViewer();
  const { team } = useTeam();
  const [, go] = useLocation();
  const [search, setSearch] = useSearchParams();
  const [draft, change] = useReducer(reduce, viewer.id, keptDraft);
  const create = useSend(CreateRequestDocument);
  const [sent, setSent] = useState(draft);
  const problems = useMemo(() => stillOpen(create.problems, sent, draft), [create.problems, sent, draft]);
  // Fields begin anew with the draft.
  const [round, setRound] = useState(0);
  const organization = useLiveQuery({
    query: HandsOutDocument,
    variables: { id: team?.organizationId ?? '' },
    pause: !team,
  });
  const handsOut = organization.data?.organization.tokenHandOut ?? false;
  const step = stepIn(search);
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => keep(draft, viewer.id), [draft, viewer.id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the step
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [step]);
  // A problem's link: its step first, then its field, over the focus that the step takes.
  const [aim, setAim] = useState<string>();
  useEffect(() => {
    if (aim === undefined || stepOf(aim) !== step) return;
    setAim(undefined);
    focusField(aim);
  }, [aim, step]);

  if (!team || !viewer.canCreateRequests) {
    return (
      <Shell>
        <div className="page-head">
          <Heading title={t.title} />
        </div>
        {team ? (
          <Empty
            icon="inbox"
            title={t.needsFeature}
            action={
              <ButtonLink look="main" to={paths.apply}>
                {t.apply}
              </ButtonLink>
            }
          >
            {t.needsFeatureText}
          </Empty>
        ) : (
          <NoTeam />
        )}
      </Shell>
    );
  }
  const toStep = (next: Step) => setSearch(next === 1 ? {} : { step: String(next) });
  const send = async () => {
    setSent(draft);
    const done = await create.run({ input: inputOf(draft, team.id) });
    if (!done) return;
    const { id } = done.createCredentialRequest.request;
    forget();
    go(paths.wasSent(id));
  };
  return (
    <Shell>
      <div className="page-head">
        <Heading title={t.title} />
        <StartOver
          draft={draft}
          onDrop={() => {
            change({ kind: 'reset' });
            create.clear();
            setRound(round + 1);
            toStep(1);
          }}
        />
      </div>
      <ol className="stepper">
        {t.steps.map((words, place) => (
          <li key={words}>
            <button
              type="button"
              aria-current={step === place + 1 ? 'step' : undefined}
              onClick={() => toStep((place + 1) as Step)}
            >
              <span className="stepper-place" aria-hidden="true">
                {place + 1}
              </span>
              {words}
            </button>
          </li>
        ))}
      </ol>
      <form
        className="stack wide"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (step === 3) void send();
          else toStep((step + 1) as Step);
        }}
      >
        <h2 ref={heading} tabIndex={-1} className="unseen">
          {t.step(step)}: {t.steps[step - 1]}
        </h2>
        <Open
          problems={problems}
          answer={create.problems}
          onField={(field) => {
            toStep(stepOf(field));
            setAim(field);
          }}
        />
        {step === 1 && <StepWho key={round} draft={draft} change={change} team={team} problems={problems} />}
        {step === 2 && <StepApps draft={draft} change={change} problems={problems} handsOut={handsOut} />}
        {step === 3 && (
          <StepReview
            draft={draft}
            change={change}
            team={team}
            problems={problems}
            onStep={toStep}
            handsOut={handsOut}
          />
        )}
        <div className="actions">
          <Button type="submit" look="main" pending={create.pending}>
            {step === 3 ? t.send : t.next}
          </Button>
          {step > 1 && <Button onClick={() => toStep((step - 1) as Step)}>{c.back}</Button>}
        </div>
      </form>
    </Shell>
  );
}

/** All problems at once, each with the way to its field (REQ-10). */
function Open({
  problems,
  answer,
  onField,
}: {
  problems: readonly Problem[];
  /** What the server said: a new answer takes the focus, and no change of the draft does. */
  answer: readonly Problem[];
  onField: (field: string) => void;
}) {
  const t = useTexts(newRequest);
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (answer.length > 0) box.current?.focus();
  }, [answer]);
  if (problems.length === 0) return null;
  const name = (field: string | undefined) => {
    const [, place, part] = field?.match(/^items\.(\d+)(?:\.(\w+))?/) ?? [];
    if (place !== undefined) return t.fields.app(Number(place) + 1, part);
    if (field === 'recipient.outside.name') return t.outsideName;
    if (field === 'recipient.outside.email') return t.outsideEmail;
    if (field?.startsWith('recipient')) return t.fields.recipient;
    if (field === 'name') return t.fields.name;
    if (field === 'description') return t.fields.description;
    return field === 'acceptTerms' ? t.fields.terms : undefined;
  };
  return (
    <div ref={box} tabIndex={-1} className="open-problems">
      <Notice tone="bad">
        <strong>{t.problemsTitle}</strong>
        <ul className="stack tight">
          {problems.map((problem) => {
            const { field } = problem;
            const place = name(field);
            return (
              <li key={`${problem.field}${problem.code}`}>
                {place && field ? (
                  <button type="button" className="link-button" onClick={() => onField(field)}>
                    {place}
                  </button>
                ) : null}
                {place && ': '}
                {words(problem)}
              </li>
            );
          })}
        </ul>
      </Notice>
    </div>
  );
}
