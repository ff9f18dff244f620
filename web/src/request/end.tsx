import { useState } from 'react';
import { useLiveQuery, useSend } from '../api/hooks.ts';
import { has } from '../api/problem.ts';
import { common } from '../i18n/en/common.ts';
import { connect } from '../i18n/en/connect.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { Failed, Notice, Problems, Skeleton } from '../parts/notice.tsx';
import { DeleteRequestDocument, DeletionPreviewDocument } from './request.gen.ts';

interface Own {
  request: {
    readonly id: string;
    readonly items: readonly {
      readonly id: string;
      readonly appId: string;
      readonly app: { readonly name: string } | null;
    }[];
  };
  onClose: () => void;
  onEnded: () => void;
}

/** What one agrees to end with a connection; its last use changes with every call, and no decision by it. */
const shown = ({ name, consumer }: { readonly name: string; readonly consumer: string }) =>
  JSON.stringify([name, consumer]);

/** R11 and B5: first what will stop, then the end; a list that changed meanwhile is shown anew (DEL-2). */
export default function End({ request, onClose, onEnded }: Own) {
  const t = useTexts(connect);
  const c = useTexts(common);
  const { data, problems, refetch } = useLiveQuery({
    query: DeletionPreviewDocument,
    variables: { id: request.id },
  });
  const [seen, setSeen] = useState<ReadonlyMap<string, string>>();
  const end = useSend(DeleteRequestDocument);
  const preview = data?.deletionPreview;
  const stale = has(end.problems, 'PREVIEW_STALE');
  const gone = has(end.problems, 'NOT_FOUND') || has(problems, 'NOT_FOUND');
  const remove = async () => {
    if (!preview) return;
    setSeen(new Map(preview.connections.map((each) => [each.id, shown(each)])));
    if (await end.run({ id: request.id, token: preview.confirmationToken })) onEnded();
    else refetch();
  };
  const appOf = (itemId: string) => {
    const item = request.items.find(({ id }) => id === itemId);
    return item?.app?.name ?? item?.appId ?? '';
  };
  if (gone) {
    return (
      <Window title={t.endTitle} onClose={onEnded} alert>
        <p role="alert">{t.endGone}</p>
        <div className="actions even">
          <Button look="main" onClick={onEnded}>
            {c.close}
          </Button>
        </div>
      </Window>
    );
  }
  return (
    <Window title={t.endTitle} onClose={onClose} alert>
      <p>{t.endLead}</p>
      {!preview && (problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[72]} />)}
      {stale && (
        <Notice tone="warn">
          <p role="alert">{t.stale}</p>
        </Notice>
      )}
      {preview && preview.connections.length === 0 && <p className="muted">{t.endNone}</p>}
      {preview && preview.connections.length > 0 && (
        <div className="stack tight">
          <p>{t.endList(preview.connections.length)}</p>
          <ul className="affected">
            {preview.connections.map(({ id, name, consumer, lastUsedAt, itemId }) => (
              <li key={id}>
                <strong>{name}</strong>{' '}
                {stale && seen && seen.get(id) !== shown({ name, consumer }) && (
                  <span className="badge wait">{seen.has(id) ? t.isChanged : t.isNew}</span>
                )}
                <div className="small muted">
                  {appOf(itemId)} · {consumer} · {lastUsedAt ? t.lastUse : t.neverUsed}{' '}
                  {lastUsedAt && <Ago at={lastUsedAt} />}
                </div>
              </li>
            ))}
          </ul>
        </div>
      )}
      <Problems of={end.problems.filter(({ code }) => code !== 'PREVIEW_STALE')} />
      <div className="actions even">
        <Button look="danger" onClick={remove} pending={end.pending || (!preview && problems.length === 0)}>
          {t.end}
        </Button>
        <Button onClick={onClose}>{t.cancel}</Button>
      </div>
    </Window>
  );
}
