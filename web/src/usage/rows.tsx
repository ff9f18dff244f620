import { useState } from 'react';
import type { ItemUsageQuery, UsageBy } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { usage } from '../i18n/en/usage.ts';
import { used } from '../i18n/en/used.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Row, Table } from '../parts/table.tsx';
import { when } from './when.ts';

export type Usage = ItemUsageQuery['itemUsage'][number];

/** Rows that are shown at once; a busy connection has thousands. */
const SHOWN = 40;

/** The numbers of the chart, by what was called; the recipient reads by whom, the team how the app answered last. */
export function Rows({
  of,
  by,
  module,
  caption,
  forTeam = false,
}: {
  of: readonly Usage[];
  by: UsageBy;
  module: (id: string | null) => string;
  caption: string;
  forTeam?: boolean;
}) {
  const t = useTexts(used);
  const u = useTexts(usage);
  const c = useTexts(common);
  const language = useLanguage();
  const [most, setMost] = useState(SHOWN);
  const time = by === 'DAY' ? t.day : u.hour;
  const names = forTeam ? [time, t.what, t.calls, u.status] : [time, t.by, t.what, t.calls];
  const what = ({ kind, moduleId }: Usage) => {
    if (kind !== 'REFUSED' || forTeam) return module(moduleId);
    return moduleId === null ? t.refusedOther : `${module(moduleId)}: ${t.refusedWhy}`;
  };
  return (
    <>
      <Table columns={names} caption={caption}>
        {of.slice(0, most).map((row) => (
          <Row
            key={`${row.start} ${row.connectionId} ${row.kind} ${row.moduleId}`}
            names={names}
            cells={
              forTeam
                ? [
                    when(row.start, by, language),
                    what(row),
                    often(row, t),
                    (row.lastStatusClass && u.statuses[row.lastStatusClass]) ?? '–',
                  ]
                : [
                    when(row.start, by, language),
                    `${row.connectionName} · ${row.consumer}${row.withdrawn ? ` (${t.ended})` : ''}`,
                    what(row),
                    often(row, t),
                  ]
            }
          />
        ))}
      </Table>
      {of.length > most && (
        <div className="more">
          <Button onClick={() => setMost(most + 5 * SHOWN)}>{c.loadMore}</Button>
        </div>
      )}
    </>
  );
}

function often({ kind, calls }: Usage, t: (typeof used)['en']): string {
  if (kind === 'REFUSED') return t.refused(calls);
  return kind === 'HAND_OUT' ? t.tokens(calls) : t.times(calls);
}
