import { Suspense } from 'react';
import { useLocation } from 'wouter';
import { useSend } from '../api/hooks.ts';
import type { RequestListKind, RowFragment } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { requests } from '../i18n/en/requests.ts';
import { useTexts } from '../i18n/language.ts';
import { announce } from '../parts/announce.tsx';
import { Button } from '../parts/button.tsx';
import { copied, NotCopied } from '../parts/copy.tsx';
import { Window } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/later.ts';
import { ActionMenu, type Entry } from '../parts/menu.tsx';
import { Problems } from '../parts/notice.tsx';
import { Opening } from '../parts/opening.tsx';
import { paths } from '../paths.ts';
import { RemindDocument, ResendDocument } from './list.gen.ts';

const End = later(() => import('../request/end.tsx'));

/** A window about a request of the list. It is the list's and not its row's, which goes when it comes to another page. */
export interface Doing {
  readonly what: 'end' | 'link';
  readonly request: RowFragment;
}

/** Whoever was asked has the request itself at hand, and gives it to nobody. */
const linkOf = (request: RowFragment) => request.link ?? new URL(paths.request(request.id), window.location.href).href;

export function RowWindow({ of: { what, request }, onClose }: { of: Doing; onClose: () => void }) {
  const t = useTexts(requests);
  const c = useTexts(common);
  if (what === 'end') {
    return (
      <Suspense fallback={<Opening />}>
        <End request={request} onClose={onClose} onEnded={onClose} />
      </Suspense>
    );
  }
  return (
    <Window title={t.copyLink} onClose={onClose}>
      <NotCopied text={linkOf(request)} />
      <div className="actions">
        <Button onClick={onClose}>{c.close}</Button>
      </div>
    </Window>
  );
}

interface Own {
  request: RowFragment;
  kind: RequestListKind;
  onDo: (doing: Doing) => void;
}

/** What can be done with a request from a list. */
export function RowMenu({ request, kind, onDo }: Own) {
  const t = useTexts(requests);
  const c = useTexts(common);
  const [, go] = useLocation();
  const resend = useSend(ResendDocument);
  const remind = useSend(RemindDocument);
  const entries: Entry[] = [{ id: 'open', label: t.open, onAction: () => go(paths.request(request.id)) }];
  if (!request.recipient.hasLeft) {
    entries.push({
      id: 'copy',
      label: t.copyLink,
      onAction: async () => {
        if (await copied(linkOf(request))) announce(t.linkCopied);
        else onDo({ what: 'link', request });
      },
    });
  }
  // Nobody is mailed what they ask of themselves, nor what they can give no more.
  const { recipient } = request;
  const mails =
    kind === 'SENT' && !request.viewerIsRecipient && recipient.userId !== request.requester.id && !recipient.hasLeft;
  if (mails && request.status === 'INCOMPLETE') {
    entries.push({
      id: 'resend',
      label: t.resend,
      onAction: async () => {
        if (await resend.run({ id: request.id })) announce(t.resent(request.recipient.name));
      },
    });
  }
  // Nobody is reminded of what they have answered.
  if (mails && request.items.some(({ state }) => state === 'PENDING')) {
    entries.push({
      id: 'remind',
      label: t.remind,
      onAction: async () => {
        if (await remind.run({ id: request.id })) announce(t.reminded(request.recipient.name));
      },
    });
  }
  if (request.viewerCanDelete) {
    entries.push({ id: 'end', label: t.end, danger: true, onAction: () => onDo({ what: 'end', request }) });
  }
  const problems = [...resend.problems, ...remind.problems];
  const clear = () => {
    resend.clear();
    remind.clear();
  };
  return (
    <>
      <ActionMenu label={c.moreFor(request.name)} trigger={<Icon name="dots" />} entries={entries} />
      {problems.length > 0 && (
        <Window title={request.name} onClose={clear}>
          <Problems of={problems} />
          <div className="actions">
            <Button onClick={clear}>{c.close}</Button>
          </div>
        </Window>
      )}
    </>
  );
}
