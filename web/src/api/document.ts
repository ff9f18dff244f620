import type { AnyVariables, TypedDocumentNode } from 'urql';

/** An operation as text, with the types that the code generator found for it; the client parses the text. */
export function text<Data, Variables extends AnyVariables>(source: string): TypedDocumentNode<Data, Variables> {
  return source as unknown as TypedDocumentNode<Data, Variables>;
}
