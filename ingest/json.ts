// JSON that nobody vouches for, a stranger's or one that was kept: what is none is no exception.

/** The value of a text; undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The value of UTF-8 bytes; undefined where they are no JSON. */
export function jsonOf(bytes: Uint8Array): unknown {
  return parseJson(new TextDecoder().decode(bytes));
}
