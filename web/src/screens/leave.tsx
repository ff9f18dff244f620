import { useSubscription } from 'urql';
import { useParams } from 'wouter';
import { useSend } from '../api/hooks.ts';
import { useViewer } from '../api/viewer.tsx';
import { Bare } from '../frames/bare.tsx';
import { GrantsChangedDocument, LeaveOrganizationDocument, LeavingOrganizationDocument } from '../grants/grants.gen.ts';
import { grants } from '../i18n/en/grants.ts';
import { useTexts } from '../i18n/language.ts';
import { Button, ButtonLink } from '../parts/button.tsx';
import { Problems } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { Whole } from '../parts/whole.tsx';
import { paths } from '../paths.ts';
import Missing from './missing.tsx';

/** R15: what ends when one leaves, then leaving (ROLE-7). */
export default function Leave() {
  const t = useTexts(grants);
  const { id } = useParams();
  const viewer = useViewer();
  const membership = viewer.memberships.find(({ organizationId }) => organizationId === id);
  const leave = useSend(LeaveOrganizationDocument);
  useSubscription({ query: GrantsChangedDocument, variables: {} });
  if (!membership) return <Missing />;
  const { organizationId, organizationName } = membership;
  return (
    <Bare narrow>
      <div className="card">
        <Heading title={t.leaveTitle(organizationName)} />
        <p>{t.leaveText(organizationName)}</p>
        <Whole document={LeavingOrganizationDocument} variables={{ id: organizationId }} pick={(data) => data.grants}>
          {(ending) =>
            ending.length === 0 ? (
              <p className="muted">{t.leaveNone}</p>
            ) : (
              <div className="stack tight">
                <p>{t.leaveList}</p>
                <ul className="affected">
                  {ending.map(({ item }) => (
                    <li key={item.id}>
                      <strong>{item.app?.name ?? item.appId}</strong>{' '}
                      <span className="muted">{item.credential?.account?.label}</span>
                    </li>
                  ))}
                </ul>
              </div>
            )
          }
        </Whole>
        <Problems of={leave.problems} />
        <div className="actions even">
          <Button
            look="danger"
            pending={leave.pending}
            onClick={async () => {
              // Rights that the page knew are gone with it: begin anew.
              if (await leave.run({ id: organizationId })) window.location.assign(paths.grants);
            }}
          >
            {t.leaveNow}
          </Button>
          <ButtonLink to={paths.grants}>{t.stay}</ButtonLink>
        </div>
      </div>
    </Bare>
  );
}
