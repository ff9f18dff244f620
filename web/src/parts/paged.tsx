import type { ReactNode } from 'react';
import { type AnyVariables, createRequest, type TypedDocumentNode } from 'urql';
import { useLiveQuery } from '../api/hooks.ts';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from './button.tsx';
import { usePages } from './kept-place.ts';
import { Failed, Skeleton } from './notice.tsx';

export interface List<Node> {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
}

interface Own<Data, Variables extends AnyVariables, Node> {
  document: TypedDocumentNode<Data, Variables>;
  /** Variables without `after`, which this sets. */
  variables: Omit<Variables, 'after'>;
  pick: (data: Data) => List<Node>;
  row: (node: Node) => ReactNode;
  /** What stands there when the list has no entry. */
  empty: ReactNode;
  /** What the rows are, and so what a page that is on its way stands in: rows of a table, or items of a list. */
  of?: 'rows' | 'items';
  /** Around the rows; it gets the number of all entries. */
  frame: (rows: ReactNode, total: number) => ReactNode;
}

/** A list by pages, each behind the last entry of the one before; more come when they are asked for. */
export function Paged<Data, Variables extends AnyVariables, Node>(own: Own<Data, Variables, Node>) {
  const [pages, more] = usePages(String(createRequest(own.document, own.variables as Variables).key));
  const c = useTexts(common);
  const { list, problems, refetch } = usePage(own, null);
  if (!list)
    return problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[56, 56, 56]} />;
  if (list.totalCount === 0) return own.empty;
  return (
    <>
      {own.frame(<Page {...own} after={null} left={pages} />, list.totalCount)}
      {list.totalCount > pages * list.edges.length && list.pageInfo.hasNextPage && (
        <div className="more">
          <Button onClick={more}>{c.loadMore}</Button>
        </div>
      )}
    </>
  );
}

/** A row as wide as its table. */
function RowFoot({ children }: { children: ReactNode }) {
  return (
    <tr className="list-foot" role="row">
      <td colSpan={20} role="cell">
        {children}
      </td>
    </tr>
  );
}

function usePage<Data, Variables extends AnyVariables, Node>(own: Own<Data, Variables, Node>, after: string | null) {
  const variables = { ...own.variables, after } as unknown as Variables;
  const { data, problems, refetch } = useLiveQuery<Data, Variables>({ query: own.document, variables } as never);
  return { list: data && own.pick(data), problems, refetch };
}

function Page<Data, Variables extends AnyVariables, Node>({
  after,
  left,
  ...own
}: Own<Data, Variables, Node> & { after: string | null; left: number }) {
  const { list, problems, refetch } = usePage(own as unknown as Own<Data, Variables, Node>, after);
  if (!list) {
    const stands =
      problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[56, 56]} />;
    return own.of === 'items' ? <li>{stands}</li> : <RowFoot>{stands}</RowFoot>;
  }
  return (
    <>
      {list.edges.map(({ node }) => own.row(node))}
      {list.pageInfo.hasNextPage && left > 1 && (
        <Page
          {...(own as unknown as Own<Data, Variables, Node>)}
          after={list.pageInfo.endCursor ?? null}
          left={left - 1}
        />
      )}
    </>
  );
}
