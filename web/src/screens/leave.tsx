import { useLocation, useParams } from 'wouter';
import { useChanges, useLiveQuery, useSend } from '../api/hooks.ts';
import { useViewer, workIn } from '../api/viewer.tsx';
import { Bare } from '../frames/bare.tsx';
import {
  GrantsChangedDocument,
  LeaveOrganizationDocument,
  LeavingOrganizationDocument,
  OnlyOwnerDocument,
} from '../grants/grants.gen.ts';
import { errors } from '../i18n/en/errors.ts';
import { grants } from '../i18n/en/grants.ts';
import { useTexts } from '../i18n/language.ts';
import { announceNext } from '../parts/announce.tsx';
import { Button, ButtonLink } from '../parts/button.tsx';
import { Problems, Skeleton } from '../parts/notice.tsx';
import { Coming, Heading } from '../parts/page.tsx';
import { Whole } from '../parts/whole.tsx';
import { paths } from '../paths.ts';
import Missing from './missing.tsx';

/** R15: what ends when one leaves, then leaving (ROLE-7). */
export default function Leave() {
  const t = useTexts(grants);
  const { id } = useParams();
  const e = useTexts(errors);
  const [, go] = useLocation();
  const viewer = useViewer();
  const membership = viewer.memberships.find(({ organizationId }) => organizationId === id);
  const leave = useSend(LeaveOrganizationDocument);
  const { data, fetching } = useLiveQuery({ query: OnlyOwnerDocument, variables: {} });
  useChanges({ query: GrantsChangedDocument, variables: {} });
  if (!membership) return <Missing />;
  const { organizationId, organizationName } = membership;
  // Whether an owner may leave comes first: what they would lose is no matter where they may not.
  if (membership.role === 'OWNER' && !data && fetching) {
    return (
      <Bare narrow>
        <Coming problems={[]} again={() => undefined}>
          <Skeleton heights={[220]} />
        </Coming>
      </Bare>
    );
  }
  if (data?.viewer?.memberships.some((each) => each.organizationId === organizationId && each.isOnlyOwner)) {
    return (
      <Bare narrow>
        <div className="card">
          <Heading title={t.leaveTitle(organizationName)} />
          <p>{e.codes.LAST_OWNER}</p>
          <div className="actions">
            <Button
              look="main"
              onClick={() => {
                // The list of people is that of the organization whose team one works in.
                workIn(membership.teams[0]?.teamId ?? organizationId);
                go(paths.people);
              }}
            >
              {t.people}
            </Button>
            <ButtonLink to={paths.grants}>{t.stay}</ButtonLink>
          </div>
        </div>
      </Bare>
    );
  }
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
                  {ending.map(({ item, request }) => (
                    <li key={item.id}>
                      <strong>{item.app?.name ?? item.appId}</strong>{' '}
                      <span className="muted">
                        {item.credential?.account?.label} · {request.name}
                      </span>
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
              if (!(await leave.run({ id: organizationId }))) return;
              announceNext(t.wasLeft(organizationName));
              window.location.assign(paths.grants);
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
