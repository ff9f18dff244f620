import { useState } from 'react';
import { useLiveQuery, useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import { common } from '../i18n/en/common.ts';
import { organization } from '../i18n/en/organization.ts';
import { useTexts } from '../i18n/language.ts';
import { OrganizationEnds, TeamEnds } from '../organization/ends.tsx';
import { type Administered, OrganizationFrame } from '../organization/frame.tsx';
import {
  CreateTeamDocument,
  DeleteOrganizationDocument,
  DeleteTeamDocument,
  OrganizationSettingsDocument,
  UpdateOrganizationDocument,
} from '../organization/organization.gen.ts';
import { TypedConfirm } from '../organization/typed-confirm.tsx';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { Choice, TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import { Failed, Skeleton } from '../parts/notice.tsx';
import { paths } from '../paths.ts';

/** A2: name and settings; teams; the end of it all. */
export default function Organization() {
  return <OrganizationFrame>{(of) => <Settings of={of} />}</OrganizationFrame>;
}

function Settings({ of }: { of: Administered }) {
  const t = useTexts(organization);
  const c = useTexts(common);
  const id = of.organizationId;
  const { data, problems, refetch } = useLiveQuery({ query: OrganizationSettingsDocument, variables: { id } });
  const update = useSend(UpdateOrganizationDocument);
  const end = useSend(DeleteOrganizationDocument);
  const [ending, setEnding] = useState(false);
  if (!data)
    return problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[320, 200]} />;
  const now = data.organization;
  return (
    <div className="stack wide">
      <section className="card narrow-card">
        <Form
          send={update}
          word={c.save}
          stays
          fields={['name', 'linkLifetimeHours']}
          read={(form) => {
            const hours = typed(form, 'linkLifetimeHours');
            return {
              input: {
                organizationId: id,
                name: typed(form, 'name'),
                reminders: form.has('reminders'),
                declineReasonOptional: form.has('declineReasonOptional'),
                tokenHandOut: form.has('tokenHandOut'),
                linkLifetimeHours: hours ? Number(hours) : null,
              },
            };
          }}
          onDone={() => undefined}
        >
          <TextField
            label={t.name}
            help={t.nameHelp}
            name="name"
            required
            maxLength={128}
            defaultValue={now.name}
            problem={at(update.problems, 'name')}
          />
          <Choice
            type="checkbox"
            name="reminders"
            label={t.reminders}
            help={t.remindersHelp}
            defaultChecked={now.reminders ?? false}
          />
          <Choice
            type="checkbox"
            name="declineReasonOptional"
            label={t.optionalReason}
            defaultChecked={now.declineReasonOptional ?? false}
          />
          <Choice
            type="checkbox"
            name="tokenHandOut"
            label={t.handOut}
            help={t.handOutHelp}
            defaultChecked={now.tokenHandOut ?? false}
          />
          <TextField
            label={t.lifetime}
            help={t.lifetimeHelp}
            name="linkLifetimeHours"
            type="number"
            inputMode="numeric"
            min={1}
            max={8760}
            optional
            defaultValue={now.linkLifetimeHours ?? ''}
            problem={at(update.problems, 'linkLifetimeHours')}
          />
        </Form>
        {now.plan && (
          <p className="small muted">
            {t.plan}: {t.plans[now.plan]}
          </p>
        )}
      </section>
      <Teams of={of} />
      {of.role === 'OWNER' && (
        <section className="card narrow-card" aria-labelledby="danger">
          <h2 id="danger">{t.danger}</h2>
          <p className="muted">{t.dangerText}</p>
          <div>
            <Button look="danger" onClick={() => setEnding(true)}>
              {t.danger}
            </Button>
          </div>
        </section>
      )}
      {ending && (
        <TypedConfirm
          title={t.deleteTitle(now.name)}
          name={now.name}
          send={end}
          variables={(confirmName) => ({ organizationId: id, confirmName })}
          onClose={() => setEnding(false)}
          onDone={() => window.location.assign(paths.home)}
        >
          <p>{t.dangerText}</p>
          <OrganizationEnds id={id} />
        </TypedConfirm>
      )}
    </div>
  );
}

function Teams({ of }: { of: Administered }) {
  const t = useTexts(organization);
  const create = useSend(CreateTeamDocument);
  const remove = useSend(DeleteTeamDocument);
  const [creating, setCreating] = useState(false);
  const [removing, setRemoving] = useState<{ teamId: string; teamName: string }>();
  return (
    <section className="card narrow-card" aria-labelledby="teams">
      <div className="row apart">
        <h2 id="teams">{t.teams}</h2>
        <Button icon="plus" onClick={() => setCreating(true)}>
          {t.createTeam}
        </Button>
      </div>
      <ul className="stack tight">
        {of.teams.map(({ teamId, teamName }) => (
          <li key={teamId} className="row apart">
            <span>{teamName}</span>
            <Button
              look="danger"
              aria-label={`${t.deleteTeam}: ${teamName}`}
              onClick={() => setRemoving({ teamId, teamName })}
            >
              {t.deleteTeam}
            </Button>
          </li>
        ))}
      </ul>
      {creating && (
        <Window title={t.createTeam} onClose={() => setCreating(false)}>
          <Form
            send={create}
            word={t.createTeam}
            fields={['name']}
            read={(form) => ({ organizationId: of.organizationId, name: typed(form, 'name') })}
            onDone={() => setCreating(false)}
            onCancel={() => setCreating(false)}
          >
            <TextField
              label={t.teamName}
              name="name"
              required
              maxLength={128}
              autoComplete="off"
              problem={at(create.problems, 'name')}
            />
          </Form>
        </Window>
      )}
      {removing && (
        <TypedConfirm
          title={t.deleteTeamTitle(removing.teamName)}
          name={removing.teamName}
          send={remove}
          variables={(confirmName) => ({ teamId: removing.teamId, confirmName })}
          onClose={() => setRemoving(undefined)}
          onDone={() => setRemoving(undefined)}
        >
          <p>{t.deleteTeamText}</p>
          <TeamEnds teamId={removing.teamId} />
        </TypedConfirm>
      )}
    </section>
  );
}
