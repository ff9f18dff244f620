import { useState } from 'react';
import { useLiveQuery } from '../api/hooks.ts';
import type { UsageBy } from '../api/types.gen.ts';
import { usage } from '../i18n/en/usage.ts';
import { used } from '../i18n/en/used.ts';
import { useTexts } from '../i18n/language.ts';
import { Failed, Skeleton } from '../parts/notice.tsx';
import { By } from '../usage/by.tsx';
import { Chart } from '../usage/chart.tsx';
import { Rows } from '../usage/rows.tsx';
import { bars, span } from '../usage/spans.ts';
import type { Item } from './card.tsx';
import { ItemUsageDocument } from './used.gen.ts';

/** R12: how a grant is used, for the recipient and the team (REC-9). */
export default function Used({ item }: { item: Item }) {
  const [by, setBy] = useState<UsageBy>('DAY');
  return (
    <div className="stack folded">
      <By by={by} onBy={setBy} />
      <Times key={by} item={item} by={by} />
    </div>
  );
}

function Times({ item, by }: { item: Item; by: UsageBy }) {
  const t = useTexts(used);
  const u = useTexts(usage);
  const [{ from, to }] = useState(() => span(by, Date.now()));
  const { data, problems, refetch } = useLiveQuery({
    query: ItemUsageDocument,
    variables: { itemId: item.id, from, to, by },
  });
  if (!data && problems.length > 0) return <Failed problems={problems} again={refetch} />;
  if (!data) return <Skeleton heights={[120, 40]} />;
  if (data.itemUsage.length === 0) return <p className="muted small">{u.none[by]}</p>;
  // What was refused is none of the modules that were asked for.
  const all = data.node && 'appVersion' in data.node ? data.node.appVersion?.modules : undefined;
  const known = [...item.modules, ...(all ?? [])];
  return (
    <>
      <p className="muted small">
        {u.leads[by]} {t.lead}
      </p>
      <Chart of={bars(data.itemUsage, by, from)} by={by} />
      <Rows
        of={data.itemUsage}
        by={by}
        caption={t.title}
        module={(id) => known.find((one) => one.id === id)?.name ?? id ?? t.other}
      />
    </>
  );
}
