import { useState } from 'react';
import { stateOf, useLiveQuery, useSend } from '../api/hooks.ts';
import type { Team } from '../api/viewer.tsx';
import { common } from '../i18n/en/common.ts';
import { team as texts } from '../i18n/en/team.ts';
import { useTexts } from '../i18n/language.ts';
import { RecipientsDocument } from '../new-request/new-request.gen.ts';
import { Button } from '../parts/button.tsx';
import { Combo } from '../parts/combo.tsx';
import { Window } from '../parts/dialog.tsx';
import { Choice } from '../parts/field.tsx';
import { Problems } from '../parts/notice.tsx';
import { SetTeamRoleDocument } from '../screens/team.gen.ts';

/** Lets somebody of the organization into a team. */
export default function Add({ team, onClose }: { team: Team; onClose: () => void }) {
  const t = useTexts(texts);
  const c = useTexts(common);
  const [text, setText] = useState('');
  const [who, setWho] = useState<string | null>(null);
  const [admin, setAdmin] = useState(false);
  const add = useSend(SetTeamRoleDocument);
  const found = useLiveQuery({
    query: RecipientsDocument,
    variables: { teamId: team.id, text: who ? null : text.trim() || null },
  });
  const people = (found.data?.recipients.edges ?? [])
    .filter(({ node }) => node.relation === 'SAME_ORGANIZATION')
    .map(({ node }) => node.person);
  return (
    <Window title={t.addTitle} onClose={onClose}>
      <p className="muted">{t.addLead}</p>
      <Combo
        label={t.who}
        placeholder={t.whoPlaceholder}
        none={t.nobody}
        state={stateOf(found)}
        again={found.refetch}
        options={people.map(({ id, name, email }) => ({ id, label: name, detail: email }))}
        selected={who}
        typed={text}
        onType={setText}
        onSelect={(id) => {
          const person = people.find((each) => each.id === id);
          if (person) setText(person.name);
          if (person || id === null) setWho(person?.id ?? null);
        }}
      />
      <Choice type="checkbox" label={t.asAdmin} checked={admin} onChange={({ target }) => setAdmin(target.checked)} />
      <Problems of={add.problems} />
      <div className="actions">
        <Button
          look="main"
          pending={add.pending}
          onClick={async () => {
            if (who && (await add.run({ teamId: team.id, userId: who, role: admin ? 'ADMIN' : 'MEMBER' }))) onClose();
          }}
        >
          {t.addIt}
        </Button>
        <Button onClick={onClose}>{c.cancel}</Button>
      </div>
    </Window>
  );
}
