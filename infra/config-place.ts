// Problems in a configuration file, each with its line and, for a misspelt name, the nearest known one.
import { closest, distance } from 'fastest-levenshtein';
import { isMap, isPair, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';

export interface Problem {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

export interface Place {
  readonly value: unknown;
  /** 1-based line of a path; that of its nearest existing parent when it is missing. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** Room for ten thousand services of one's own. What is larger is another file, and would take minutes to search for misspelt keys. */
export const maxConfigLength = 2 << 20;
/** Unknown keys of one section that are told; past that it is another file. */
const maxUnknownKeys = 50;
const maxAliasCount = 100;

/** Reads YAML; syntax errors come back as problems, all of them. */
export function readYaml(text: string): { place: Place; problems: Problem[] } {
  const lines = new LineCounter();
  if (text.length > maxConfigLength) {
    const message = `${text.length} characters are too long for a configuration: at most ${maxConfigLength}`;
    return { place: { value: null, lineOf: () => 1 }, problems: [{ line: 1, path: '', message }] };
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true, logLevel: 'error' });
  const problems = document.errors.map((error) => ({ line: lines.linePos(error.pos[0]).line, path: '', message: error.message }));
  let value: unknown = null;
  try {
    value = problems.length === 0 ? document.toJS({ maxAliasCount }) : null;
    // an alias to a node around it makes a value without end, and one this deep is no configuration either
    JSON.stringify(value);
  } catch (error) {
    value = null;
    problems.push({ line: 1, path: '', message: error instanceof TypeError ? 'an alias stands inside the very value that it repeats' : (error as Error).message });
  }
  return { place: { value, lineOf: (path) => lineOf(document, lines, path) }, problems };
}

function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  let line = 1;
  let node: unknown = document.contents;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((one) => isPair(one) && isScalar(one.key) && String(one.key.value) === String(key));
      const start = (pair?.key as Node | undefined)?.range?.[0];
      if (start === undefined) return line;
      line = lines.linePos(start).line;
      node = pair?.value;
    } else {
      node = (node as { get?: (key: number, keep: true) => unknown } | null)?.get?.(Number(key), true);
      const start = (node as Node | undefined)?.range?.[0];
      if (start === undefined) return line;
      line = lines.linePos(start).line;
    }
  }
  return line;
}

/** "did you mean X?" when a known name is near enough, else the list of what is known. */
export function nearest(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const best = closest(name, known);
  return distance(name, best) <= Math.max(2, Math.floor(name.length / 3)) ? `; did you mean \`${best}\`?` : `; known: ${known.slice(0, 12).join(', ')}`;
}

/** Problems of a zod error, with lines; unknown keys get their nearest name from `keysAt`. */
export function problemsOf(error: z.ZodError, place: Place, at: readonly PropertyKey[], keysAt: (path: readonly PropertyKey[]) => readonly string[]): Problem[] {
  return error.issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.slice(0, maxUnknownKeys).map((key) => ({
        line: place.lineOf([...path, key]),
        path: [...path, key].join('.'),
        message: `unknown key \`${key}\`${nearest(key, keysAt(issue.path))}`,
      }));
    }
    // a name that is not taken has its own problem inside
    const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    const key = issue.path.join('.');
    return [{ line: place.lineOf(path), path: path.join('.'), message: key === '' ? message : `${key}: ${message}` }];
  });
}
