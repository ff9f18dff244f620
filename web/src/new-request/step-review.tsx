import type { Dispatch } from 'react';
import { useAsked } from '../api/hooks.ts';
import { at, type Problem } from '../api/problem.ts';
import { type Team, useKnown, useViewer } from '../api/viewer.tsx';
import { newRequest } from '../i18n/en/new-request.ts';
import { used } from '../i18n/en/used.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Choice } from '../parts/field.tsx';
import { Mark } from '../parts/mark.tsx';
import { Failed, Notice, Skeleton } from '../parts/notice.tsx';
import { Abilities } from '../request/abilities-box.tsx';
import type { Change, Draft, DraftItem } from './draft.ts';
import { AppPartsDocument } from './new-request.gen.ts';
import { askedModules, versionOf } from './step-apps.tsx';

interface Own {
  draft: Draft;
  change: Dispatch<Change>;
  team: Team;
  problems: readonly Problem[];
  onStep: (step: 1 | 2) => void;
  /** The organization lets tools fetch tokens, so the recipient will be told so. */
  handsOut: boolean;
}

/** Step 3: once more as the recipient will read it, then the terms (REQ-6). */
export function StepReview({ draft, change, team, problems, onStep, handsOut }: Own) {
  const t = useTexts(newRequest);
  const u = useTexts(used);
  const viewer = useViewer();
  const { instance } = useKnown();
  const name = draft.inside ? (draft.member?.name ?? '') : draft.outsideName.trim();
  const email = draft.inside ? (draft.member?.email ?? '') : draft.outsideEmail.trim();
  return (
    <div className="stack wide">
      <section className="card review" aria-labelledby="review">
        <div className="row apart">
          <h2 id="review">{t.review(name)}</h2>
          <Button look="quiet" aria-label={t.editWho} onClick={() => onStep(1)}>
            {t.edit}
          </Button>
        </div>
        <div>
          <p className="eyebrow">{team.organization}</p>
          <p className="review-title">{t.asks(viewer.name, draft.items.length)}</p>
          <p className="muted">{draft.name.trim() || t.noName}</p>
        </div>
        <p>
          <span className="muted">{t.to}:</span> {name ? `${name} (${email})` : t.nobodyYet}
        </p>
        {draft.description.trim() && <blockquote className="message">{draft.description.trim()}</blockquote>}
      </section>
      <div className="stack">
        <div className="row apart">
          <h2>{t.steps[1]}</h2>
          <Button look="quiet" aria-label={t.editApps} onClick={() => onStep(2)}>
            {t.edit}
          </Button>
        </div>
        {handsOut && (
          <Notice tone="warn">
            <p>{u.handOut(team.organization)}</p>
          </Notice>
        )}
        {draft.items.map((item, place) => (
          <ReviewItem key={item.key} item={item} place={place} handsOut={handsOut} />
        ))}
      </div>
      <Choice
        type="checkbox"
        label={t.terms(instance.termsVersion)}
        checked={draft.accepted}
        onChange={({ target }) => change({ kind: 'set', change: { accepted: target.checked } })}
        data-field="acceptTerms"
        problem={at(problems, 'acceptTerms')}
      />
    </div>
  );
}

function ReviewItem({ item, place, handsOut }: { item: DraftItem; place: number; handsOut: boolean }) {
  const t = useTexts(newRequest);
  const { data, fetching, problems, refetch } = useAsked({
    query: AppPartsDocument,
    variables: { id: item.app },
    pause: !item.app,
  });
  const app = data?.app?.id === item.app ? data.app : undefined;
  const version = app && versionOf(item, app.versions);
  const modules = version ? askedModules(item, version) : [];
  return (
    <article className="card account-card">
      <header className="card-head">
        <Mark id={item.app || '?'} name={app?.name ?? '?'} />
        <div className="card-name">
          <h3>{app?.name ?? t.app(place + 1)}</h3>
          {version && app.versions.length > 1 && <p className="small muted">{version.name}</p>}
        </div>
      </header>
      {item.note.trim() && <p className="why">{item.note.trim()}</p>}
      {modules.length > 0 ? (
        <Abilities modules={modules} handOut={handsOut} />
      ) : item.app && fetching ? (
        <Skeleton heights={[72]} />
      ) : item.app && problems.length > 0 ? (
        <Failed problems={problems} again={refetch} />
      ) : (
        <p className="muted">{t.noModules}</p>
      )}
    </article>
  );
}
