import { useState } from 'react';
import { useLiveQuery } from '../api/hooks.ts';
import type { ItemUsageQuery } from '../api/types.gen.ts';
import { used } from '../i18n/en/used.ts';
import { day } from '../i18n/format.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { Failed, Skeleton } from '../parts/notice.tsx';
import { Row, Table } from '../parts/table.tsx';
import type { Item } from './card.tsx';
import { ItemUsageDocument } from './used.gen.ts';

const DAY = 24 * 60 * 60 * 1000;

type Usage = ItemUsageQuery['itemUsage'][number];

/** R12: how a grant is used, for the recipient and the team (REC-9). Asked for when it is opened. */
export function Used({ item }: { item: Item }) {
  const t = useTexts(used);
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.title}</summary>
      {open && <Days item={item} />}
    </details>
  );
}

function Days({ item }: { item: Item }) {
  const t = useTexts(used);
  const language = useLanguage();
  const [{ from, to }] = useState(() => {
    const now = Date.now();
    return { from: new Date(now - 30 * DAY).toISOString(), to: new Date(now + DAY).toISOString() };
  });
  const { data, problems, refetch } = useLiveQuery({
    query: ItemUsageDocument,
    variables: { itemId: item.id, from, to },
  });
  if (!data && problems.length > 0) return <Failed problems={problems} again={refetch} />;
  if (!data) return <Skeleton heights={[40, 40]} />;
  if (data.itemUsage.length === 0) return <p className="muted small">{t.none}</p>;
  const names = [t.day, t.by, t.what, t.calls];
  const module = (id: string | null | undefined) => item.modules.find((one) => one.id === id)?.name ?? id ?? t.other;
  return (
    <div className="stack folded">
      <p className="muted small">{t.lead}</p>
      <Table columns={names} caption={t.title}>
        {data.itemUsage.map((row) => (
          <Row
            key={`${row.start} ${row.connectionId} ${row.kind} ${row.moduleId}`}
            names={names}
            cells={[
              day(row.start, language),
              `${row.connectionName} · ${row.consumer}${row.withdrawn ? ` (${t.ended})` : ''}`,
              row.kind === 'REFUSED' ? `${module(row.moduleId)}: ${t.refusedWhy}` : module(row.moduleId),
              often(row, t),
            ]}
          />
        ))}
      </Table>
    </div>
  );
}

function often({ kind, calls }: Usage, t: (typeof used)['en']): string {
  if (kind === 'REFUSED') return t.refused(calls);
  return kind === 'HAND_OUT' ? t.tokens(calls) : t.times(calls);
}
