interface About {
  /** Global id of the request that a record is about. */
  readonly request: string | undefined;
  /** All ids, and other facts, by name. */
  readonly ids: readonly (readonly [name: string, value: string])[];
}

/** Reads what a record of the audit log is about: nested objects of ids. */
export function about(payload: string): About {
  const ids: [string, string][] = [];
  const read = (value: unknown) => {
    if (value === null || typeof value !== 'object') return;
    for (const [name, part] of Object.entries(value)) {
      if (part !== null && typeof part === 'object') read(part);
      else if (part !== null && name !== 'kind') ids.push([name, String(part)]);
    }
  };
  try {
    read(JSON.parse(payload));
  } catch {
    ids.push(['payload', payload]);
  }
  const request = ids.find(([name]) => name === 'request')?.[1];
  // The global id of a request is its id without dashes behind `req_`.
  return { request: request && `req_${request.replaceAll('-', '')}`, ids };
}
