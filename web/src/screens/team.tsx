import { Suspense, useState } from 'react';
import { useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import type { TeamMembersQuery } from '../api/types.gen.ts';
import { useTeam, useViewer, type Team as WorkingTeam } from '../api/viewer.tsx';
import { Shell } from '../frames/shell.tsx';
import { common } from '../i18n/en/common.ts';
import { team as texts } from '../i18n/en/team.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Window } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/later.ts';
import { ActionMenu, type Entry } from '../parts/menu.tsx';
import { NoTeam } from '../parts/no-team.tsx';
import { Empty, Problems } from '../parts/notice.tsx';
import { Opening } from '../parts/opening.tsx';
import { Heading } from '../parts/page.tsx';
import { Paged } from '../parts/paged.tsx';
import { PersonCell } from '../parts/person-cell.tsx';
import { Row, Table } from '../parts/table.tsx';
import { Feature, Standing } from '../team/member.tsx';
import {
  LeaveTeamDocument,
  RemoveTeamMemberDocument,
  RenameTeamDocument,
  SetTeamRoleDocument,
  TeamMembersDocument,
} from './team.gen.ts';

const Add = later(() => import('../team/add.tsx'));

type Member = TeamMembersQuery['teamMembers']['edges'][number]['node'];

/** B9: the people of a team, with who may send requests (GATE-4). */
export default function Team() {
  const c = useTexts(common);
  const { team } = useTeam();
  return (
    <Shell>
      {team ? (
        <OfTeam key={team.id} team={team} />
      ) : (
        <>
          <div className="page-head">
            <Heading title={c.team} />
          </div>
          <NoTeam />
        </>
      )}
    </Shell>
  );
}

type Doing = { what: 'add' | 'rename' | 'leave' } | { what: 'remove'; member: Member };

function OfTeam({ team }: { team: WorkingTeam }) {
  const t = useTexts(texts);
  const c = useTexts(common);
  const viewer = useViewer();
  const [doing, setDoing] = useState<Doing>();
  const setRole = useSend(SetTeamRoleDocument);
  const remove = useSend(RemoveTeamMemberDocument);
  const leave = useSend(LeaveTeamDocument);
  const rename = useSend(RenameTeamDocument);
  const done = () => setDoing(undefined);
  const names = [t.name, t.role, t.inOrganization, t.feature];
  const entries = (member: Member): Entry[] => {
    const { person, teamRole } = member;
    const change = (role: 'ADMIN' | 'MEMBER', label: string): Entry => ({
      id: role,
      label,
      onAction: () => void setRole.run({ teamId: team.id, userId: person.id, role }),
    });
    return [
      ...(teamRole === 'MEMBER' ? [change('ADMIN', t.makeAdmin)] : []),
      ...(teamRole === 'ADMIN' ? [change('MEMBER', t.makeMember)] : []),
      { id: 'remove', label: t.remove, danger: true, onAction: () => setDoing({ what: 'remove', member }) },
    ];
  };
  return (
    <>
      <div className="page-head">
        <Heading title={team.name} />
        <div className="row">
          {team.isAdmin && <Button onClick={() => setDoing({ what: 'rename' })}>{t.rename}</Button>}
          {team.isAdmin && (
            <Button look="main" icon="plus" onClick={() => setDoing({ what: 'add' })}>
              {t.add}
            </Button>
          )}
          {team.role && <Button onClick={() => setDoing({ what: 'leave' })}>{t.leave}</Button>}
        </div>
        <p className="lead">{t.lead}</p>
      </div>
      <Problems of={setRole.problems} />
      <Paged
        document={TeamMembersDocument}
        variables={{ teamId: team.id }}
        pick={(data) => data.teamMembers}
        empty={
          <Empty icon="people" title={team.name}>
            {t.addLead}
          </Empty>
        }
        frame={(rows) => (
          <Table columns={[...names, '']} caption={team.name}>
            {rows}
          </Table>
        )}
        row={(member) => (
          <Row
            key={member.person.id}
            names={names}
            cells={[
              <PersonCell key="who" person={member.person} you={member.person.id === viewer.id && t.you} />,
              member.teamRole ? c.roles[member.teamRole] : '–',
              <Standing key="standing" member={member} />,
              <Feature key="feature" member={member} />,
            ]}
            menu={
              team.isAdmin && member.person.id !== viewer.id ? (
                <ActionMenu
                  label={c.moreFor(member.person.name)}
                  trigger={<Icon name="dots" />}
                  entries={entries(member)}
                />
              ) : null
            }
          />
        )}
      />
      <Suspense fallback={<Opening />}>{doing?.what === 'add' && <Add team={team} onClose={done} />}</Suspense>
      {doing?.what === 'rename' && (
        <Window title={t.renameTitle} onClose={done}>
          <Form
            send={rename}
            word={c.save}
            fields={['name']}
            read={(form) => ({ teamId: team.id, name: typed(form, 'name') })}
            onDone={done}
            onCancel={done}
          >
            <TextField
              label={t.newName}
              name="name"
              required
              maxLength={128}
              defaultValue={team.name}
              problem={at(rename.problems, 'name')}
            />
          </Form>
        </Window>
      )}
      {doing?.what === 'remove' && (
        <Confirm
          title={t.removeTitle(doing.member.person.name)}
          word={t.remove}
          send={remove}
          variables={{ teamId: team.id, userId: doing.member.person.id }}
          onClose={done}
          onDone={done}
        >
          <p>{t.removeText}</p>
        </Confirm>
      )}
      {doing?.what === 'leave' && (
        <Confirm
          title={t.leaveTitle(team.name)}
          word={t.leave}
          send={leave}
          variables={{ teamId: team.id }}
          onClose={done}
          onDone={done}
        >
          <p>{t.leaveText}</p>
        </Confirm>
      )}
    </>
  );
}
