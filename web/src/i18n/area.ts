/** The texts of a part of the page, in English; other languages are checked against this type. */
export interface Area<Name extends string, Words> {
  readonly name: Name;
  readonly en: Words;
}

export function area<Name extends string, Words>(name: Name, en: Words): Area<Name, Words> {
  return { name, en };
}

/** What another language has to give for an area. */
export type Words<Of> = Of extends Area<string, infer Words> ? Words : never;
