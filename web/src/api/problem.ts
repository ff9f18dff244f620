import type { CombinedError } from 'urql';

/** A refusal as the page shows it. */
export interface Problem {
  /** From the closed list of the API; without an answer `OFFLINE`, `NO_ANSWER` or `UNKNOWN_OUTCOME`. */
  readonly code: string;
  /** Path of the input that it is about, without the leading `input.`. */
  readonly field?: string | undefined;
  /** The server's words; shown where we have none of our own. */
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What an answer refused, each with its code. Where a change has no answer, it may have arrived all the same. */
export function problemsOf(error: CombinedError | undefined, changes = false): readonly Problem[] {
  if (!error) return [];
  if (error.graphQLErrors.length === 0) {
    const code = changes ? 'UNKNOWN_OUTCOME' : 'NO_ANSWER';
    return [{ code, message: error.networkError?.message ?? error.message, extensions: {} }];
  }
  return error.graphQLErrors.map(({ message, extensions }) => ({
    code: typeof extensions['code'] === 'string' ? extensions['code'] : 'INTERNAL',
    field: typeof extensions['field'] === 'string' ? extensions['field'].replace(/^input\./, '') : undefined,
    message,
    extensions,
  }));
}

/** The first problem of a field; `items.0.note` is found for itself only. */
export const at = (problems: readonly Problem[], field: string) => problems.find((problem) => problem.field === field);

export const has = (problems: readonly Problem[], code: string) => problems.some((problem) => problem.code === code);
