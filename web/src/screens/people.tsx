import { useState } from 'react';
import { useLiveQuery, useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import type { OrganizationRole, PeopleQuery } from '../api/types.gen.ts';
import { useViewer } from '../api/viewer.tsx';
import { common } from '../i18n/en/common.ts';
import { organization } from '../i18n/en/organization.ts';
import { team } from '../i18n/en/team.ts';
import { day } from '../i18n/format.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { type Administered, OrganizationFrame } from '../organization/frame.tsx';
import {
  InvitationsDocument,
  InviteMemberDocument,
  PeopleDocument,
  RemoveMemberDocument,
  SetFeatureDocument,
  SetMemberRoleDocument,
  WithdrawInvitationDocument,
} from '../organization/organization.gen.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Window } from '../parts/dialog.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import { Icon } from '../parts/icon.tsx';
import { ActionMenu, type Entry } from '../parts/menu.tsx';
import { Failed, Problems, Skeleton } from '../parts/notice.tsx';
import { Paged } from '../parts/paged.tsx';
import { PersonCell } from '../parts/person-cell.tsx';
import { Row, Table } from '../parts/table.tsx';
import { Feature, Standing } from '../team/member.tsx';

type Member = PeopleQuery['organization']['members']['edges'][number]['node'];

/** A3: everybody of the organization, and who is invited. */
export default function People() {
  return <OrganizationFrame>{(of) => <Everybody of={of} />}</OrganizationFrame>;
}

function Everybody({ of }: { of: Administered }) {
  const t = useTexts(organization);
  const w = useTexts(team);
  const c = useTexts(common);
  const viewer = useViewer();
  const organizationId = of.organizationId;
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<Member>();
  const [changing, setChanging] = useState<{ member: Member; role: OrganizationRole }>();
  const setRole = useSend(SetMemberRoleDocument);
  const remove = useSend(RemoveMemberDocument);
  const setFeature = useSend(SetFeatureDocument);
  const names = [t.person, t.role, t.feature];
  const roles: readonly OrganizationRole[] = of.role === 'OWNER' ? ['OWNER', 'ADMIN', 'MEMBER'] : ['ADMIN', 'MEMBER'];
  const entries = (member: Member): Entry[] => [
    ...roles
      .filter((role) => role !== member.role && member.role !== 'GUEST')
      .map((role) => ({
        id: role,
        label: t.roleTo(c.roles[role]),
        onAction: () => setChanging({ member, role }),
      })),
    ...(viewer.isInstanceAdmin && member.role !== 'GUEST'
      ? [
          {
            id: 'feature',
            label: member.hasFeature ? t.featureOff : t.featureOn,
            onAction: () => void setFeature.run({ userId: member.person.id, on: !member.hasFeature }),
          },
        ]
      : []),
    { id: 'remove', label: t.remove, danger: true, onAction: () => setRemoving(member) },
  ];
  return (
    <div className="stack wide">
      <div>
        <Button look="main" icon="plus" onClick={() => setInviting(true)}>
          {t.invite}
        </Button>
      </div>
      <Problems of={setFeature.problems} />
      <Paged
        document={PeopleDocument}
        variables={{ id: organizationId }}
        pick={(data) => data.organization.members}
        empty={null}
        frame={(rows) => (
          <Table columns={[...names, '']} caption={t.tabs.people}>
            {rows}
          </Table>
        )}
        row={(member) => (
          <Row
            key={member.person.id}
            names={names}
            cells={[
              <PersonCell key="who" person={member.person} you={member.person.id === viewer.id && w.you} />,
              <Standing key="role" member={member} />,
              <Feature key="feature" member={member} />,
            ]}
            menu={
              member.person.id === viewer.id ? null : (
                <ActionMenu
                  label={c.moreFor(member.person.name)}
                  trigger={<Icon name="dots" />}
                  entries={entries(member)}
                />
              )
            }
          />
        )}
      />
      <Invitations of={of} />
      {inviting && <Invite of={of} roles={roles} onClose={() => setInviting(false)} />}
      {changing && (
        <Confirm
          title={t.roleTitle(changing.member.person.name, c.roles[changing.role])}
          word={t.roleTo(c.roles[changing.role])}
          send={setRole}
          variables={{ organizationId, userId: changing.member.person.id, role: changing.role }}
          danger={false}
          onClose={() => setChanging(undefined)}
          onDone={() => setChanging(undefined)}
        >
          <p>{t.roleMeans[changing.role]}</p>
        </Confirm>
      )}
      {removing && (
        <Confirm
          title={t.removeTitle(removing.person.name)}
          word={t.remove}
          send={remove}
          variables={{ organizationId, userId: removing.person.id }}
          onClose={() => setRemoving(undefined)}
          onDone={() => setRemoving(undefined)}
        >
          <p>{t.removeText(removing.sharedAccounts)}</p>
        </Confirm>
      )}
    </div>
  );
}

function Invitations({ of }: { of: Administered }) {
  const t = useTexts(organization);
  const c = useTexts(common);
  const language = useLanguage();
  const { data, problems, refetch } = useLiveQuery({
    query: InvitationsDocument,
    variables: { id: of.organizationId },
  });
  const withdraw = useSend(WithdrawInvitationDocument);
  return (
    <section className="card narrow-card" aria-labelledby="invitations">
      <h2 id="invitations">{t.invitations}</h2>
      <Problems of={withdraw.problems} />
      {!data && (problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[44]} />)}
      {data?.organization.invitations.length === 0 && <p className="muted">{t.noInvitations}</p>}
      <ul className="stack">
        {data?.organization.invitations.map(({ id, name, email, role, createdAt, expiresAt }) => (
          <li key={id} className="row apart">
            <span>
              <strong>{name}</strong> <span className="muted">{c.roles[role]}</span>
              <span className="small muted">
                {' '}
                {email}, <Ago at={createdAt} />
                {expiresAt && `, ${t.validUntil} ${day(expiresAt, language)}`}
              </span>
            </span>
            <Button
              look="quiet"
              aria-label={t.withdrawFor(email)}
              pending={withdraw.pending}
              onClick={() => withdraw.run({ id })}
            >
              {t.withdraw}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Invite({ of, roles, onClose }: { of: Administered; roles: readonly OrganizationRole[]; onClose: () => void }) {
  const t = useTexts(organization);
  const c = useTexts(common);
  const invite = useSend(InviteMemberDocument);
  return (
    <Window title={t.inviteTitle} onClose={onClose}>
      <Form
        send={invite}
        word={t.send}
        fields={['name', 'email', 'role', 'teamId']}
        read={(form) => ({
          input: {
            organizationId: of.organizationId,
            name: typed(form, 'name'),
            email: typed(form, 'email'),
            role: (roles.find((role) => role === typed(form, 'role')) ?? 'MEMBER') as OrganizationRole,
            teamId: typed(form, 'teamId') || null,
          },
        })}
        onDone={onClose}
        onCancel={onClose}
      >
        <TextField
          label={t.person}
          name="name"
          required
          maxLength={128}
          autoComplete="off"
          problem={at(invite.problems, 'name')}
        />
        <TextField
          label={t.email}
          name="email"
          type="email"
          required
          autoComplete="off"
          problem={at(invite.problems, 'email')}
        />
        <SelectField label={t.role} name="role" defaultValue="MEMBER" problem={at(invite.problems, 'role')}>
          {roles.map((role) => (
            <option key={role} value={role}>
              {c.roles[role]}
            </option>
          ))}
        </SelectField>
        <SelectField label={t.inTeam} name="teamId" defaultValue="" problem={at(invite.problems, 'teamId')}>
          <option value="">{t.noTeam}</option>
          {of.teams.map(({ teamId, teamName }) => (
            <option key={teamId} value={teamId}>
              {teamName}
            </option>
          ))}
        </SelectField>
      </Form>
    </Window>
  );
}
