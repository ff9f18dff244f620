import type { ReactNode } from 'react';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';

/** A table that becomes cards on phones; the first column names the row. */
export function Table({
  columns,
  children,
  caption,
}: {
  columns: readonly ReactNode[];
  children: ReactNode;
  caption: string;
}) {
  const t = useTexts(common);
  return (
    <table className="list plain" role="table" aria-label={caption}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are
            <th key={place} role="columnheader" scope="col">
              {column || <span className="unseen">{t.actions}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  );
}

/** A row of cells; on phones each but the first shows its column's name. */
export function Row({
  cells,
  names,
  menu,
}: {
  cells: readonly ReactNode[];
  names: readonly string[];
  menu?: ReactNode;
}) {
  return (
    <tr role="row">
      {cells.map((cell, place) => (
        <td
          // biome-ignore lint/suspicious/noArrayIndexKey: cells stay where they are
          key={place}
          role="cell"
          className={place === 0 ? 'list-name' : 'list-cell'}
          data-name={place === 0 ? undefined : names[place]}
        >
          {cell}
        </td>
      ))}
      {menu !== undefined && (
        <td role="cell" className="list-menu">
          {menu}
        </td>
      )}
    </tr>
  );
}
