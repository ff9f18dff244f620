import { type Dispatch, useEffect, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { stateOf, useLiveQuery } from '../api/hooks.ts';
import { at, type Problem } from '../api/problem.ts';
import type { Team } from '../api/viewer.tsx';
import { newRequest } from '../i18n/en/new-request.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Combo } from '../parts/combo.tsx';
import { Choice, TextArea, TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import type { Change, Draft } from './draft.ts';
import { CanAskOutsideDocument, RecipientsDocument } from './new-request.gen.ts';

interface Own {
  draft: Draft;
  change: Dispatch<Change>;
  team: Team;
  problems: readonly Problem[];
}

/** A text that is still while somebody types. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 200);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function Member({ draft, change, team, problems }: Own) {
  const t = useTexts(newRequest);
  const [typed, setTyped] = useState(draft.member?.name ?? '');
  const settled = useSettled(typed);
  const text = draft.member && settled === draft.member.name ? null : settled.trim() || null;
  const found = useLiveQuery({ query: RecipientsDocument, variables: { teamId: team.id, text } });
  const people = found.data?.recipients.edges.map(({ node }) => node.person) ?? [];
  return (
    <Combo
      label={t.member}
      help={t.memberHelp}
      placeholder={t.memberPlaceholder}
      none={t.nobody}
      state={stateOf(found)}
      again={found.refetch}
      options={people.map(({ id, name, email }) => ({ id, label: name, detail: email }))}
      selected={draft.member?.id ?? null}
      typed={typed}
      onType={setTyped}
      onSelect={(id) => {
        const person = people.find((each) => each.id === id);
        if (person) setTyped(person.name);
        if (person || id === null) change({ kind: 'set', change: { member: person ?? null } });
      }}
      field="recipient"
      problem={at(problems, 'recipient.member') ?? at(problems, 'recipient')}
    />
  );
}

/** Step 1: who is asked, and why (REQ-1, REQ-2). */
export function StepWho({ draft, change, team, problems }: Own) {
  const t = useTexts(newRequest);
  const client = useClient();
  const [{ data }] = useQuery({ query: CanAskOutsideDocument, variables: { teamId: team.id } });
  const mayAskOutside = data?.canAskOutside ?? true;
  const set = (some: Partial<Draft>) => change({ kind: 'set', change: some });
  const [nobody, setNobody] = useState(false);
  const known = problems.find(({ code }) => code === 'ALREADY_IN_ORGANIZATION');
  const ask = async () => {
    const email = draft.outsideEmail.trim();
    const { data: found } = await client.query(RecipientsDocument, { teamId: team.id, text: email }).toPromise();
    // The text is looked for anywhere in names and addresses; only whose address it is, is meant.
    const same = found?.recipients.edges.find(({ node }) => node.person.email === email.toLowerCase());
    if (same) set({ inside: true, member: same.node.person });
    setNobody(!same);
  };
  return (
    <div className="stack wide">
      <TextField
        label={t.name}
        help={t.nameHelp}
        name="name"
        data-field="name"
        maxLength={255}
        autoComplete="off"
        value={draft.name}
        onChange={({ target }) => set({ name: target.value })}
        problem={at(problems, 'name')}
      />
      <fieldset className="stack tight">
        <legend>{t.recipient}</legend>
        <Choice
          type="radio"
          name="where"
          label={t.inside(team.organization)}
          checked={draft.inside}
          onChange={() => set({ inside: true })}
        />
        <Choice
          type="radio"
          name="where"
          label={t.outside}
          help={mayAskOutside ? t.outsideHelp : t.outsideNot}
          disabled={!mayAskOutside}
          checked={!draft.inside}
          onChange={() => set({ inside: false })}
        />
      </fieldset>
      {draft.inside ? (
        <Member draft={draft} change={change} team={team} problems={problems} />
      ) : (
        <div className="stack" data-field="recipient">
          <TextField
            label={t.outsideName}
            name="outsideName"
            data-field="recipient.outside.name"
            maxLength={128}
            autoComplete="off"
            value={draft.outsideName}
            onChange={({ target }) => set({ outsideName: target.value })}
            problem={at(problems, 'recipient.outside.name')}
          />
          <TextField
            label={t.outsideEmail}
            name="outsideEmail"
            data-field="recipient.outside.email"
            type="email"
            inputMode="email"
            autoComplete="off"
            value={draft.outsideEmail}
            onChange={({ target }) => set({ outsideEmail: target.value })}
            problem={at(problems, 'recipient.outside.email') ?? at(problems, 'recipient')}
          />
          {known && (
            <Notice tone="warn">
              <p>{t.already(draft.outsideEmail.trim())}</p>
              <div>
                <Button onClick={ask}>{t.switch(draft.outsideEmail.trim())}</Button>
              </div>
              {nobody && <p role="alert">{t.switchFailed}</p>}
            </Notice>
          )}
        </div>
      )}
      <TextArea
        label={t.why}
        help={t.whyHelp}
        optional
        name="description"
        data-field="description"
        maxLength={256}
        value={draft.description}
        onChange={({ target }) => set({ description: target.value })}
        problem={at(problems, 'description')}
      />
    </div>
  );
}
