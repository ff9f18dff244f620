import { type ReactNode, Suspense, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { useLiveQuery, useSend } from '../api/hooks.ts';
import { has } from '../api/problem.ts';
import type { InvitationQuery } from '../api/types.gen.ts';
import { SignOutDocument } from '../api/viewer.gen.ts';
import { useKnown } from '../api/viewer.tsx';
import { Bare } from '../frames/bare.tsx';
import { invitation } from '../i18n/en/invitation.ts';
import { report } from '../i18n/en/report.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Button, ButtonLink } from '../parts/button.tsx';
import { later } from '../parts/later.ts';
import { Avatar } from '../parts/mark.tsx';
import { Notice, Problems, Skeleton } from '../parts/notice.tsx';
import { Opening } from '../parts/opening.tsx';
import { Coming, Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';
import { SignInForm } from '../sign-in/form.tsx';
import { AcceptDocument, InvitationDocument } from './invitation.gen.ts';

const Report = later(() => import('../request/report.tsx'));

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Bare narrow>
      <div className="card">
        <Heading title={title} />
        {children}
      </div>
    </Bare>
  );
}

/** Who invites, and from where; the service tells it only to whom the link is for. */
function Inviter({
  of: { inviterName, inviterEmail, organizationName, teamName },
}: {
  of: InvitationQuery['invitation'];
}) {
  const t = useTexts(invitation);
  if (inviterName === null) return null;
  return (
    <section aria-label={t.invites}>
      <div className="person">
        <Avatar name={inviterName} />
        <div>
          <strong>{inviterName}</strong>
          <div className="muted">{t.who(organizationName, teamName)}</div>
          <div className="muted">{inviterEmail}</div>
        </div>
      </div>
    </section>
  );
}

/** Who does not trust a request says so before they accept anything. */
function Doubt({ id, of }: { id: string; of: InvitationQuery['invitation'] }) {
  const r = useTexts(report);
  const [open, setOpen] = useState(false);
  return (
    <>
      {of.viewerReportedAt ? (
        <p className="small muted">
          {r.reported} <Ago at={of.viewerReportedAt} />.
        </p>
      ) : (
        <div className="in-line">
          <Button look="quiet" onClick={() => setOpen(true)}>
            {r.report}
          </Button>
        </div>
      )}
      <Suspense fallback={<Opening />}>
        {open && (
          <Report
            id={id}
            organization={of.organizationName}
            requester={of.inviterName ?? of.organizationName}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </>
  );
}

/** R3 and R4: where a link in a mail leads to. Opening it changes nothing; accepting is a button (INV-2, INV-3). */
export default function Invitation() {
  const t = useTexts(invitation);
  const { link = '' } = useParams();
  const { viewer } = useKnown();
  const [, go] = useLocation();
  const [refused, setRefused] = useState(false);
  const accept = useSend(AcceptDocument);
  const out = useSend(SignOutDocument);
  const { data, problems, refetch } = useLiveQuery({ query: InvitationDocument, variables: { link } });

  if (!data) {
    if (has(problems, 'NOT_FOUND')) {
      return (
        <Card title={t.missingTitle}>
          <p>{t.missingText}</p>
        </Card>
      );
    }
    return (
      <Bare narrow>
        <Coming problems={problems} again={refetch}>
          <Skeleton heights={[260]} />
        </Coming>
      </Bare>
    );
  }
  const { organizationName, addressHint, kind, state, requestId, requestName } = data.invitation;
  const isRequest = kind === 'REQUEST';
  const title = isRequest ? t.requestTitle(organizationName) : t.memberTitle(organizationName);

  if (state === 'EXPIRED') {
    return (
      <Card title={t.expiredTitle}>
        <p>{t.expiredText(organizationName)}</p>
      </Card>
    );
  }
  if (!viewer) {
    return (
      <Card title={title}>
        <p>{isRequest ? t.requestLead(addressHint) : t.memberLead(addressHint)}</p>
        <SignInForm onDone={() => window.location.reload()} />
      </Card>
    );
  }
  // Who invites is told to whom it is for, and to nobody else (INV-3).
  if (data.invitation.inviterName === null || has(accept.problems, 'WRONG_ACCOUNT')) {
    const change = async () => {
      if (await out.run({})) window.location.reload();
    };
    return (
      <Card title={t.wrongTitle}>
        <p>{t.wrongText(viewer.email, addressHint)}</p>
        <div className="actions">
          <Button look="main" onClick={change} pending={out.pending}>
            {t.change}
          </Button>
          <ButtonLink to={paths.home}>{t.stay}</ButtonLink>
        </div>
      </Card>
    );
  }
  if (state === 'ACCEPTED' && (requestId || !isRequest)) {
    return (
      <Card title={isRequest ? title : t.doneTitle}>
        {!isRequest && <p>{t.doneText(organizationName)}</p>}
        <ButtonLink look="main" to={requestId ? paths.request(requestId) : paths.home}>
          {requestId ? t.open : t.goOn}
        </ButtonLink>
      </Card>
    );
  }
  if (refused) {
    return (
      <Card title={t.declinedTitle}>
        <p>{t.declinedText}</p>
      </Card>
    );
  }
  const run = async () => {
    const done = await accept.run({ link });
    if (!done) return;
    const { request } = done.acceptInvitation;
    // Accepting gives rights that the page asked about before: begin anew where there is no request to go to.
    if (request) go(paths.request(request.id), { replace: true });
    else window.location.replace(paths.home);
  };
  return (
    <Card title={title}>
      <Inviter of={data.invitation} />
      {requestName && (
        <p>
          <span className="muted">{t.forRequest}:</span> {requestName}
        </p>
      )}
      <p>{isRequest ? t.requestText : t.memberText}</p>
      <Notice>
        <p>
          {t.nothingYet} {t.leaving}
        </p>
      </Notice>
      <Problems of={accept.problems} />
      <div className="actions">
        <Button look="main" onClick={run} pending={accept.pending}>
          {isRequest ? t.accept : t.join}
        </Button>
        <Button onClick={() => setRefused(true)}>{t.decline}</Button>
      </div>
      {requestId && <Doubt id={requestId} of={data.invitation} />}
    </Card>
  );
}
