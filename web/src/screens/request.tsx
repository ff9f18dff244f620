import { useEffect, useRef, useState } from 'react';
import { useParams } from 'wouter';
import { useChanges, useLiveQuery } from '../api/hooks.ts';
import { has } from '../api/problem.ts';
import type { RequestDetailsFragment } from '../api/types.gen.ts';
import { Bare } from '../frames/bare.tsx';
import { common } from '../i18n/en/common.ts';
import { recipient } from '../i18n/en/recipient.ts';
import { useTexts } from '../i18n/language.ts';
import { announce } from '../parts/announce.tsx';
import { ButtonLink } from '../parts/button.tsx';
import { later } from '../parts/later.ts';
import { Skeleton } from '../parts/notice.tsx';
import { Coming, Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';
import { appName } from '../request/abilities.ts';
import { RecipientView } from '../request/recipient-view.tsx';
import { RequestChangedDocument, RequestDocument } from '../request/request.gen.ts';
import Missing from './missing.tsx';

const SenderView = later(() => import('../request/sender-view.tsx'));

/** Says what changed, in the words of whoever reads. */
function useAnnounced(request: RequestDetailsFragment | undefined) {
  const t = useTexts(recipient);
  const c = useTexts(common);
  const before = useRef(request);
  useEffect(() => {
    const known = before.current;
    before.current = request;
    if (!request || known?.id !== request.id) return;
    if (request.recipient.hasLeft && !known.recipient.hasLeft) {
      announce(
        request.viewerIsRecipient ? t.titleLeft(request.organization.name) : t.otherLeft(request.recipient.name),
      );
      return;
    }
    const words = request.viewerIsRecipient ? c.itemForYou : c.item;
    for (const item of request.items) {
      const was = known.items.find(({ id }) => id === item.id);
      if (was && was.state !== item.state) announce(t.changed(appName(item), words[item.state]));
    }
  }, [request, t, c]);
}

/** R5 for the recipient, B4 for the sender's side; both live. */
export default function Request() {
  const { id = '' } = useParams();
  return <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const t = useTexts(recipient);
  const c = useTexts(common);
  const { data, problems, refetch } = useLiveQuery({ query: RequestDocument, variables: { id } });
  const [last, setLast] = useState<RequestDetailsFragment>();
  const [gone, setGone] = useState<'by-oneself' | 'elsewhere'>();
  const change = useChanges({ query: RequestChangedDocument, variables: { id } });
  if (data && data.request !== last) setLast(data.request);
  if (change?.requestChanged.kind === 'REQUEST_DELETED' && !gone) setGone('elsewhere');
  const request = data?.request;
  useAnnounced(request);

  if (gone || (last && has(problems, 'NOT_FOUND'))) {
    return (
      <Bare narrow>
        <div className="card" role="status">
          <Heading title={gone === 'by-oneself' ? t.endedTitle : t.goneTitle} />
          <p>
            {gone === 'by-oneself' ? t.endedText(last?.requester.name ?? '') : t.goneText(last?.requester.name ?? '')}
          </p>
          <div className="actions">
            <ButtonLink look="main" to={last?.viewerIsRecipient ? paths.received : paths.home}>
              {c.missingBack}
            </ButtonLink>
          </div>
        </div>
      </Bare>
    );
  }
  if (!request) {
    if (has(problems, 'NOT_FOUND') || has(problems, 'INVALID_ID')) return <Missing />;
    return (
      <Bare>
        <Coming problems={problems} again={refetch}>
          <div className="request-skeleton">
            <Skeleton heights={[92]} />
            <div className="request-columns">
              <Skeleton heights={[330, 220]} />
              <Skeleton heights={[36, 380, 380]} />
            </div>
          </div>
        </Coming>
      </Bare>
    );
  }
  if (request.viewerIsRecipient) return <RecipientView request={request} onEnded={() => setGone('by-oneself')} />;
  return <SenderView request={request} />;
}
