import type { ReactNode } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { useLiveQuery } from '../api/hooks.ts';
import { Failed, Skeleton } from './notice.tsx';
import type { List } from './paged.tsx';

interface Own<Data, Variables extends AnyVariables, Node> {
  document: TypedDocumentNode<Data, Variables>;
  /** Variables without `after`, which this sets. */
  variables: Omit<Variables, 'after'>;
  pick: (data: Data) => List<Node>;
  children: (all: readonly Node[]) => ReactNode;
}

/** A list of which nothing may be missing: it is shown once its last page is there, and follows the world as pages do. */
export function Whole<Data, Variables extends AnyVariables, Node>(own: Own<Data, Variables, Node>) {
  return <From {...own} after={null} before={[]} />;
}

function From<Data, Variables extends AnyVariables, Node>({
  after,
  before,
  ...own
}: Own<Data, Variables, Node> & { after: string | null; before: readonly Node[] }) {
  const of = own as unknown as Own<Data, Variables, Node>;
  const variables = { ...of.variables, after } as unknown as Variables;
  const { data, problems, refetch } = useLiveQuery<Data, Variables>({ query: of.document, variables } as never);
  if (!data)
    return problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[56, 56, 56]} />;
  const { edges, pageInfo } = of.pick(data);
  const all = [...before, ...edges.map(({ node }) => node)];
  if (pageInfo.hasNextPage && pageInfo.endCursor) return <From {...of} after={pageInfo.endCursor} before={all} />;
  return of.children(all);
}
