import type { CombinedError } from 'urql';

/** A refusal as the page shows it. */
export interface Problem {
  /** From the closed list of the API, or `OFFLINE` when no answer came. */
  readonly code: string;
  /** Path of the input that it is about, without the leading `input.`. */
  readonly field?: string | undefined;
  /** The server's words; shown where we have none of our own. */
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What an answer refused, each with its code. */
export function problemsOf(error: CombinedError | undefined): readonly Problem[] {
  if (!error) return [];
  if (error.graphQLErrors.length === 0) {
    return [{ code: 'OFFLINE', message: error.networkError?.message ?? error.message, extensions: {} }];
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
