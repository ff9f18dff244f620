import { useCallback, useEffect, useRef, useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, type UseQueryArgs, useClient, useQuery } from 'urql';
import { socket } from './client.ts';
import { type Problem, problemsOf } from './problem.ts';
import { useStore } from './store.ts';

/**
 * A query for what changes by itself. It shows what is known and asks anyway, since nothing was followed while no
 * screen showed it; and it asks anew when the socket was lost and is back.
 */
export function useLiveQuery<Data, Variables extends AnyVariables>(args: UseQueryArgs<Variables, Data>) {
  const [result, again] = useQuery<Data, Variables>({ requestPolicy: 'cache-and-network', ...args });
  const epoch = useStore(socket.epoch);
  const seen = useRef(epoch);
  const { pause } = args;
  useEffect(() => {
    if (seen.current === epoch || pause) return;
    seen.current = epoch;
    again({ requestPolicy: 'network-only' });
  }, [epoch, again, pause]);
  const refetch = useCallback(() => again({ requestPolicy: 'network-only' }), [again]);
  return { ...result, problems: problemsOf(result.error), refetch };
}

/** A query for what changes seldom, such as the catalog: what is known is not asked for again. */
export function useAsked<Data, Variables extends AnyVariables>(args: UseQueryArgs<Variables, Data>) {
  const [result, again] = useQuery<Data, Variables>(args);
  const refetch = useCallback(() => again({ requestPolicy: 'network-only' }), [again]);
  return { ...result, problems: problemsOf(result.error), refetch };
}

/** What a list of options is while it has none to show; see `Combo`. */
export const stateOf = ({ fetching, problems }: { fetching: boolean; problems: readonly Problem[] }) =>
  fetching ? 'loading' : problems.length > 0 ? 'failed' : undefined;

export interface Send<Data, Variables> {
  /** Sends; `undefined` when it was refused, and `problems` then say why. */
  run(variables: Variables): Promise<Data | undefined>;
  readonly pending: boolean;
  readonly problems: readonly Problem[];
  clear(): void;
}

/** A mutation with what its button shows: pending, and the problems of the last try. Nothing is optimistic. */
export function useSend<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
): Send<Data, Variables> {
  const client = useClient();
  const [pending, setPending] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const busy = useRef(false);
  const run = useCallback(
    async (variables: Variables) => {
      if (busy.current) return undefined;
      if (!navigator.onLine) {
        setProblems([{ code: 'OFFLINE', message: '', extensions: {} }]);
        return undefined;
      }
      busy.current = true;
      setPending(true);
      setProblems([]);
      const { data, error } = await client.mutation(document, variables).toPromise();
      busy.current = false;
      setPending(false);
      setProblems(problemsOf(error, true));
      return error ? undefined : data;
    },
    [client, document],
  );
  const clear = useCallback(() => setProblems([]), []);
  return { run, pending, problems, clear };
}
