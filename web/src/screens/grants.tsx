import { Suspense, useState } from 'react';
import { Link } from 'wouter';
import { useChanges } from '../api/hooks.ts';
import { useViewer } from '../api/viewer.tsx';
import { Shell } from '../frames/shell.tsx';
import { byOrganization, type Grant } from '../grants/by-organization.ts';
import { GrantsChangedDocument, GrantsDocument } from '../grants/grants.gen.ts';
import { common } from '../i18n/en/common.ts';
import { grants } from '../i18n/en/grants.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Badge } from '../parts/badge.tsx';
import { Button, ButtonLink } from '../parts/button.tsx';
import { later } from '../parts/later.ts';
import { Mark } from '../parts/mark.tsx';
import { Empty } from '../parts/notice.tsx';
import { Opening } from '../parts/opening.tsx';
import { Heading } from '../parts/page.tsx';
import { Whole } from '../parts/whole.tsx';
import { paths } from '../paths.ts';

const Remove = later(() => import('../request/remove.tsx'));

/** R13: one page across organizations (REC-10). */
export default function Grants() {
  const t = useTexts(grants);
  const c = useTexts(common);
  const viewer = useViewer();
  const language = useLanguage();
  const [removing, setRemoving] = useState<Grant>();
  useChanges({ query: GrantsChangedDocument, variables: {} });
  return (
    <Shell>
      <div className="page-head">
        <Heading title={t.title} />
        <p className="lead">{t.lead}</p>
      </div>
      <div className="stack wide">
        <Whole document={GrantsDocument} variables={{}} pick={(data) => data.grants}>
          {(all) =>
            all.length === 0 ? (
              <Empty icon="shield" title={t.empty}>
                {t.emptyText}
              </Empty>
            ) : (
              <>
                <p className="small muted" role="status">
                  {t.total(all.length)}
                </p>
                {byOrganization(all, language).map(({ id, name, grants }) => (
                  <section key={id} className="stack" aria-labelledby={id}>
                    <h2 id={id}>{name}</h2>
                    <ul className="stack">
                      {grants.map((grant) => (
                        <One
                          key={`${grant.item.id}${grant.authorizedAt}`}
                          grant={grant}
                          onRemove={() => setRemoving(grant)}
                        />
                      ))}
                    </ul>
                  </section>
                ))}
              </>
            )
          }
        </Whole>
        {viewer.memberships.length > 0 && (
          <section className="stack" aria-labelledby="organizations">
            <h2 id="organizations">{t.organizations}</h2>
            <ul className="stack">
              {viewer.memberships.map(({ organizationId, organizationName, role }) => (
                <li key={organizationId} className="card row apart">
                  <div>
                    <strong>{organizationName}</strong> <span className="muted">{c.roles[role]}</span>
                    {role === 'GUEST' && <p className="small muted">{t.guest}</p>}
                  </div>
                  <ButtonLink to={paths.leave(organizationId)}>
                    {t.leave}
                    <span className="unseen"> {organizationName}</span>
                  </ButtonLink>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <Suspense fallback={<Opening />}>
        {removing && <Remove item={removing.item} request={removing.request} onClose={() => setRemoving(undefined)} />}
      </Suspense>
    </Shell>
  );
}

function One({
  grant: { item, request, authorizedAt, endedAt, lastUsedAt },
  onRemove,
}: {
  grant: Grant;
  onRemove: () => void;
}) {
  const t = useTexts(grants);
  const c = useTexts(common);
  const app = item.app?.name ?? item.appId;
  return (
    <li className="card grant">
      <div className="card-head">
        <Mark id={item.appId} name={app} />
        <div className="card-name">
          <strong>{app}</strong> <span className="muted">{item.credential?.account?.label}</span>
          <p className="small muted">
            <Link href={paths.request(request.id)}>{request.name}</Link> {t.with(request.requester.name)} ·{' '}
            {endedAt ? t.ended : t.shared} <Ago at={endedAt ?? authorizedAt} />
            {(lastUsedAt || !endedAt) && ' · '}
            {lastUsedAt ? (
              <>
                {t.lastUsed} <Ago at={lastUsedAt} />
              </>
            ) : (
              !endedAt && t.neverUsed
            )}
          </p>
        </div>
        <Badge state={item.state}>{c.itemForYou[item.state]}</Badge>
        {(item.state === 'AUTHORIZED' || item.state === 'INVALID') && (
          <div className="actions even">
            <Button look="danger" aria-label={t.removeFor(app)} onClick={onRemove}>
              {t.remove}
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}
