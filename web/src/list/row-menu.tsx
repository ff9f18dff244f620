import { lazy, Suspense, useState } from 'react';
import { useLocation } from 'wouter';
import { useSend } from '../api/hooks.ts';
import type { RequestListKind, RowFragment } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { requests } from '../i18n/en/requests.ts';
import { useTexts } from '../i18n/language.ts';
import { announce } from '../parts/announce.tsx';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { ActionMenu, type Entry } from '../parts/menu.tsx';
import { Problems } from '../parts/notice.tsx';
import { paths } from '../paths.ts';
import { RemindDocument, ResendDocument } from './list.gen.ts';

const End = lazy(() => import('../request/end.tsx'));

/** What can be done with a request from a list. */
export function RowMenu({ request, kind }: { request: RowFragment; kind: RequestListKind }) {
  const t = useTexts(requests);
  const c = useTexts(common);
  const [, go] = useLocation();
  const [ending, setEnding] = useState(false);
  const resend = useSend(ResendDocument);
  const remind = useSend(RemindDocument);
  const entries: Entry[] = [
    { id: 'open', label: t.open, onAction: () => go(paths.request(request.id)) },
    {
      id: 'copy',
      label: t.copyLink,
      onAction: async () => {
        await navigator.clipboard.writeText(new URL(paths.request(request.id), window.location.href).href);
        announce(t.linkCopied);
      },
    },
  ];
  const waits = request.status === 'INCOMPLETE' && !request.viewerIsRecipient;
  if (kind === 'SENT' && waits) {
    entries.push({
      id: 'resend',
      label: t.resend,
      onAction: async () => {
        if (await resend.run({ id: request.id })) announce(t.resent(request.recipient.name));
      },
    });
    entries.push({
      id: 'remind',
      label: t.remind,
      onAction: async () => {
        if (await remind.run({ id: request.id })) announce(t.reminded(request.recipient.name));
      },
    });
  }
  if (request.viewerCanDelete) entries.push({ id: 'end', label: t.end, danger: true, onAction: () => setEnding(true) });
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
      <Suspense>
        {ending && <End request={request} onClose={() => setEnding(false)} onEnded={() => setEnding(false)} />}
      </Suspense>
    </>
  );
}
