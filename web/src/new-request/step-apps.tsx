import { type Dispatch, useEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'wouter';
import { stateOf, useAsked } from '../api/hooks.ts';
import { at, type Problem } from '../api/problem.ts';
import type { AppPartsQuery } from '../api/types.gen.ts';
import { useOrganization } from '../api/viewer.tsx';
import { useWords } from '../api/words.ts';
import { newRequest } from '../i18n/en/new-request.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Combo } from '../parts/combo.tsx';
import { Choice, SelectField, TextArea, TextField } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { Mark } from '../parts/mark.tsx';
import { Failed, Notice, Skeleton } from '../parts/notice.tsx';
import { paths } from '../paths.ts';
import { byEffect } from '../request/abilities.ts';
import { Abilities } from '../request/abilities-box.tsx';
import { isReady } from '../request/ready.ts';
import type { Change, Draft, DraftItem } from './draft.ts';
import { AppChoicesDocument, AppPartsDocument } from './new-request.gen.ts';

export type Version = NonNullable<AppPartsQuery['app']>['versions'][number];

/** The most apps of one request (REQ-3). */
const MOST = 64;

/** The version that an item means: the chosen one, or the only one. */
export const versionOf = (item: DraftItem, versions: readonly Version[]) =>
  versions.length === 1 ? versions[0] : versions.find(({ id }) => id === item.version);

/** What of a version an item asks for. */
export const askedModules = (item: DraftItem, version: Version) =>
  version.modules.filter(({ id }) => item.all || item.modules.includes(id));

/** Step 2: the apps, each with what is needed of it; beside it what the recipient will see (REQ-3 to REQ-5). */
export function StepApps({
  draft,
  change,
  problems,
  handsOut,
}: {
  draft: Draft;
  change: Dispatch<Change>;
  problems: readonly Problem[];
  /** The organization lets tools fetch tokens, so the recipient is promised less. */
  handsOut: boolean;
}) {
  const t = useTexts(newRequest);
  const cards = useRef<HTMLDivElement>(null);
  const count = useRef(draft.items.length);
  const removed = useRef(0);
  // A new app begins with its name; where one was removed, the way goes on by the one before.
  useEffect(() => {
    const before = count.current;
    count.current = draft.items.length;
    if (before === draft.items.length) return;
    const all = cards.current?.querySelectorAll<HTMLElement>('section');
    if (before < draft.items.length) all?.[all.length - 1]?.querySelector('input')?.focus();
    else all?.[Math.max(0, removed.current - 1)]?.querySelector('h2')?.focus();
  }, [draft.items.length]);
  return (
    <div className="stack wide" ref={cards}>
      {draft.items.map((item, place) => (
        <AppCard
          key={item.key}
          item={item}
          place={place}
          only={draft.items.length === 1}
          change={change}
          onRemove={() => {
            removed.current = place;
            change({ kind: 'remove', key: item.key });
          }}
          problems={problems}
          handsOut={handsOut}
        />
      ))}
      {draft.items.length < MOST ? (
        <div>
          <Button icon="plus" onClick={() => change({ kind: 'add' })}>
            {t.add}
          </Button>
        </div>
      ) : (
        <p className="muted">{t.tooMany}</p>
      )}
    </div>
  );
}

interface CardOwn {
  item: DraftItem;
  place: number;
  only: boolean;
  change: Dispatch<Change>;
  onRemove: () => void;
  problems: readonly Problem[];
  handsOut: boolean;
}

function AppCard({ item, place, only, change, onRemove, problems, handsOut }: CardOwn) {
  const t = useTexts(newRequest);
  const role = useOrganization()?.role;
  const administers = role === 'OWNER' || role === 'ADMIN';
  const choices = useAsked({ query: AppChoicesDocument, variables: {} });
  const {
    data,
    fetching,
    problems: unread,
    refetch,
  } = useAsked({
    query: AppPartsDocument,
    variables: { id: item.app },
    pause: !item.app,
  });
  const apps = useMemo(() => choices.data?.apps ?? [], [choices.data]);
  const chosen = apps.find(({ id }) => id === item.app);
  const [typed, setTyped] = useState<string>();
  const shown = typed ?? chosen?.name ?? '';
  const fitting = apps.filter(
    ({ name }) => typed === undefined || name.toLowerCase().includes(typed.trim().toLowerCase()),
  );
  const set = (some: Partial<DraftItem>) => change({ kind: 'item', key: item.key, change: some });
  const path = `items.${place}`;
  const versions = data?.app?.id === item.app ? data.app.versions : [];
  const version = versionOf(item, versions);
  const title = `${item.key}-title`;
  return (
    <section className="card" aria-labelledby={title} data-field={path}>
      <div className="row apart">
        <h2 id={title} tabIndex={-1}>
          {t.app(place + 1)}
        </h2>
        {!only && (
          <Button look="quiet" aria-label={t.removeApp(place + 1, chosen?.name ?? '')} onClick={onRemove}>
            {t.remove}
          </Button>
        )}
      </div>
      <Combo
        label={t.appField}
        placeholder={t.appPlaceholder}
        none={t.noApp}
        state={stateOf(choices)}
        again={choices.refetch}
        options={fitting.map(({ id, name, help }) => ({
          id,
          label: name,
          detail: help,
          mark: <Mark id={id} name={name} small />,
        }))}
        selected={item.app || null}
        typed={shown}
        onType={setTyped}
        onSelect={(id) => {
          if (id === null) return;
          setTyped(undefined);
          if (id !== item.app) set({ app: id, version: '', all: false, modules: [] });
        }}
        field={`${path}.app`}
        problem={at(problems, `${path}.app`)}
      />
      {versions.length > 1 && (
        <SelectField
          label={t.version}
          data-field={`${path}.version`}
          value={item.version}
          onChange={({ target }) => set({ version: target.value, all: false, modules: [] })}
          problem={at(problems, `${path}.version`)}
        >
          <option value="">{t.chooseVersion}</option>
          {versions.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      {item.app && fetching && <Skeleton heights={[160]} />}
      {item.app && !fetching && unread.length > 0 && <Failed problems={unread} again={refetch} />}
      {version && (
        <div className="ask-columns">
          <ModuleChoice
            item={item}
            version={version}
            set={set}
            field={`${path}.modules`}
            problem={at(problems, `${path}.modules`) ?? at(problems, `${path}.modules.ids`)}
          />
          <Preview item={item} version={version} handsOut={handsOut} />
        </div>
      )}
      {version && !version.methods.some(isReady) && (
        <Notice tone="warn">
          <p>
            {administers ? t.notReadyYours : t.notReady}{' '}
            {administers && <Link href={paths.clients}>{t.addClient}</Link>}
          </p>
        </Notice>
      )}
      <TextArea
        label={t.note}
        data-field={`${path}.note`}
        help={t.noteHelp}
        optional
        maxLength={256}
        value={item.note}
        onChange={({ target }) => set({ note: target.value })}
        problem={at(problems, `${path}.note`)}
      />
      <TextField
        label={t.connectionName}
        data-field={`${path}.connectionName`}
        help={t.connectionNameHelp}
        optional
        maxLength={128}
        autoComplete="off"
        value={item.connectionName}
        onChange={({ target }) => set({ connectionName: target.value })}
        problem={at(problems, `${path}.connectionName`)}
      />
    </section>
  );
}

interface ChoiceOwn {
  item: DraftItem;
  version: Version;
  set: (some: Partial<DraftItem>) => void;
  field: string;
  problem: Problem | undefined;
}

function ModuleChoice({ item, version, set, field, problem }: ChoiceOwn) {
  const t = useTexts(newRequest);
  const chosen = new Set(item.modules);
  const toggle = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    set({ all: false, modules: version.modules.map(({ id }) => id).filter((id) => next.has(id)) });
  };
  return (
    <fieldset className="modules" data-field={field} aria-invalid={problem ? true : undefined}>
      <legend>{t.what}</legend>
      {problem && <ProblemLine problem={problem} />}
      <Choice
        type="checkbox"
        label={t.all}
        help={t.allHelp}
        checked={item.all}
        onChange={({ target }) => set({ all: target.checked, modules: [] })}
      />
      {byEffect(version.modules).map(([effect, some]) => {
        const ids = some.map(({ id }) => id);
        const every = item.all || ids.every((id) => chosen.has(id));
        return (
          <div key={effect} role="group" aria-label={t.effects[effect]} className="module-group">
            <div className="row apart">
              <h3>{t.effects[effect]}</h3>
              {ids.length > 1 && !item.all && (
                <button type="button" className="link-button small" onClick={() => toggle(ids, !every)}>
                  {every ? t.clearGroup : t.selectGroup}
                  <span className="unseen">: {t.effects[effect]}</span>
                </button>
              )}
            </div>
            {some.map(({ id, name, description }) => (
              <Choice
                key={id}
                type="checkbox"
                label={name}
                help={description}
                disabled={item.all}
                checked={item.all || chosen.has(id)}
                onChange={({ target }) => toggle([id], target.checked)}
              />
            ))}
          </div>
        );
      })}
    </fieldset>
  );
}

function ProblemLine({ problem }: { problem: Problem }) {
  const words = useWords();
  return (
    <p className="problem" role="alert">
      <Icon name="warning" size={16} />
      {words(problem)}
    </p>
  );
}

function Preview({ item, version, handsOut }: { item: DraftItem; version: Version; handsOut: boolean }) {
  const t = useTexts(newRequest);
  const modules = askedModules(item, version);
  const permissions = version.permissions.filter(({ modules: needed }) =>
    needed.some((id) => modules.some((module) => module.id === id)),
  );
  return (
    <div className="preview" aria-live="polite">
      <h3>{t.preview}</h3>
      {modules.length === 0 ? (
        <p className="muted">{t.previewEmpty}</p>
      ) : (
        <>
          <Abilities modules={modules} handOut={handsOut} />
          {permissions.length > 0 && (
            <details>
              <summary>
                {t.permissions} ({permissions.length})
              </summary>
              <ul className="small muted">
                {permissions.map(({ scope, words }) => (
                  <li key={scope}>
                    {words} <code>{scope}</code>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </div>
  );
}
