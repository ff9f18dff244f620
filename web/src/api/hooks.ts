import { useCallback, useEffect, useRef, useState } from 'react';
import {
  type AnyVariables,
  createRequest,
  type TypedDocumentNode,
  type UseQueryArgs,
  type UseQueryResponse,
  type UseSubscriptionArgs,
  useClient,
  useQuery,
  useSubscription,
} from 'urql';
import { type Language, spoken, useLanguage } from '../i18n/language.ts';
import { socket } from './client.ts';
import { type Problem, problemsOf } from './problem.ts';
import { isElse } from './session.ts';
import { useStore } from './store.ts';

/** After these there is nothing to see any more, or not for this person; after all else what was seen stays. */
const GONE = new Set(['NOT_FOUND', 'INVALID_ID', 'FORBIDDEN']);

/** Whether an operation asks for texts in the page's language, which is then one of its variables. */
const isSpoken = (operation: unknown) => String(operation).includes('$language:');

/** The variables of an operation, the language in which it is to answer among them. */
const inLanguage = <Variables extends AnyVariables>(operation: unknown, variables: Variables, language: Language) =>
  isSpoken(operation) ? { ...variables, language: language.toUpperCase() } : variables;

/** What is asked, in the language of the page. */
function useSpoken<Args extends { query: unknown; variables?: AnyVariables }>(args: Args): Args {
  const language = useLanguage();
  return { ...args, variables: inLanguage(args.query, args.variables, language) };
}

/**
 * The answer, with what was known when a later try failed: the screen stays, and with it whatever is typed there. The
 * library would show nothing.
 */
function useKept<Data, Variables extends AnyVariables>(
  { query, variables }: UseQueryArgs<Variables, Data>,
  [result]: UseQueryResponse<Data, Variables>,
) {
  const { key } = createRequest(query, variables as Variables);
  const [kept, setKept] = useState<{ key: number; data: Data }>();
  const { data, error, operation } = result;
  // While other variables are on their way, the answer is that to the ones before.
  if (data && !error && operation?.key === key && kept?.data !== data) setKept({ key, data });
  const problems = problemsOf(error);
  const known = kept?.key === key && !problems.some(({ code }) => GONE.has(code)) ? kept.data : undefined;
  return { ...result, data: data ?? known, problems };
}

/**
 * A query for what changes by itself. It shows what is known and asks anyway, since nothing was followed while no
 * screen showed it; and it asks anew when the socket was lost and is back.
 */
export function useLiveQuery<Data, Variables extends AnyVariables>(of: UseQueryArgs<Variables, Data>) {
  const args = useSpoken(of);
  const asked = useQuery<Data, Variables>({ requestPolicy: 'cache-and-network', ...args });
  const [, again] = asked;
  const result = useKept(args, asked);
  const epoch = useStore(socket.epoch);
  const seen = useRef(epoch);
  const { pause } = args;
  // The first answer is not thrown away for a second: it is shown, and asked for once more then.
  const first = result.fetching && !result.data;
  useEffect(() => {
    if (seen.current === epoch || pause || first) return;
    seen.current = epoch;
    again({ requestPolicy: 'network-only' });
  }, [epoch, again, pause, first]);
  const refetch = useCallback(() => again({ requestPolicy: 'network-only' }), [again]);
  return { ...result, refetch };
}

/** A query for what changes seldom, such as the catalog: what is known is not asked for again. */
export function useAsked<Data, Variables extends AnyVariables>(of: UseQueryArgs<Variables, Data>) {
  const args = useSpoken(of);
  const asked = useQuery<Data, Variables>(args);
  const [, again] = asked;
  const result = useKept(args, asked);
  const refetch = useCallback(() => again({ requestPolicy: 'network-only' }), [again]);
  return { ...result, refetch };
}

/** Follows what changes, and gives the newest change. The cache has taken it in already. */
export function useChanges<Data, Variables extends AnyVariables>(of: UseSubscriptionArgs<Variables, Data>) {
  const [{ data }] = useSubscription<Data, Data, Variables>(useSpoken(of));
  return data;
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
      if (busy.current || isElse()) return undefined;
      if (!navigator.onLine) {
        setProblems([{ code: 'OFFLINE', message: '', extensions: {} }]);
        return undefined;
      }
      busy.current = true;
      setPending(true);
      setProblems([]);
      const { data, error } = await client.mutation(document, inLanguage(document, variables, spoken())).toPromise();
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
