import { useParams } from 'wouter';
import { useChanges, useLiveQuery } from '../api/hooks.ts';
import { has } from '../api/problem.ts';
import { Shell } from '../frames/shell.tsx';
import { requests } from '../i18n/en/requests.ts';
import { firstName } from '../i18n/format.ts';
import { useTexts } from '../i18n/language.ts';
import { Badge } from '../parts/badge.tsx';
import { ButtonLink } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Icon } from '../parts/icon.tsx';
import { Notice, Skeleton } from '../parts/notice.tsx';
import { Coming, Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';
import { RequestChangedDocument, RequestDocument } from '../request/request.gen.ts';
import Missing from './missing.tsx';

/** B3: it was sent; the mail's way shows live. */
export default function WasSent() {
  const t = useTexts(requests);
  const { id = '' } = useParams();
  const { data, problems, refetch } = useLiveQuery({ query: RequestDocument, variables: { id } });
  useChanges({ query: RequestChangedDocument, variables: { id } });
  // Also when it is deleted while one looks: what was sent is there no more.
  if (has(problems, 'NOT_FOUND') || has(problems, 'INVALID_ID')) return <Missing />;
  if (!data)
    return (
      <Shell>
        <Coming problems={problems} again={refetch}>
          <Skeleton heights={[240]} />
        </Coming>
      </Shell>
    );
  const { recipient, delivery, link, viewerIsRecipient } = data.request;
  const first = firstName(recipient.name);
  const lost = delivery?.state === 'BOUNCED' || delivery?.state === 'FAILED';
  return (
    <Shell>
      <div className="was-sent card">
        <span className="empty-icon">
          <Icon name="check" size={28} />
        </span>
        <Heading title={t.sentTitle(recipient.name)} />
        <p className="muted">{viewerIsRecipient ? t.sentSelf : t.sentText(first)}</p>
        {delivery && (
          <p className="row">
            <span className="small muted">{t.deliveryTitle}:</span>{' '}
            <Badge state={delivery.state}>{t.delivery[delivery.state]}</Badge>
          </p>
        )}
        {lost && (
          <Notice tone="bad">
            <p>{t.bouncedHint}</p>
            {delivery.detail && (
              <p className="small" lang="en">
                {delivery.detail}
              </p>
            )}
          </Notice>
        )}
        {delivery?.state === 'DELAYED' && delivery.detail && (
          <p className="small muted" lang="en">
            {delivery.detail}
          </p>
        )}
        <div className="actions">
          <ButtonLink look="main" to={paths.request(id)}>
            {viewerIsRecipient ? t.answer : t.look}
          </ButtonLink>
          {link && <CopyButton text={link}>{t.copyLink}</CopyButton>}
          <ButtonLink icon="plus" to={paths.newRequest}>
            {t.another}
          </ButtonLink>
        </div>
      </div>
    </Shell>
  );
}
