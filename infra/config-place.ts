// Problems in a configuration file, each with its line and, for a misspelt name, the nearest known one.
import { closest, distance } from 'fastest-levenshtein';
import { isMap, isPair, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';

/** No configuration needs more levels. */
const deepest = 32;

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

/** Reads YAML; syntax errors come back as problems, all of them. */
export function readYaml(text: string): { place: Place; problems: Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true, logLevel: 'error' });
  const problems = document.errors.map((error) => ({ line: lines.linePos(error.pos[0]).line, path: '', message: error.message }));
  let value: unknown = null;
  try {
    value = problems.length === 0 ? document.toJS({ maxAliasCount: 100 }) : null;
    if (isDeeper(value, deepest)) problems.push({ line: 1, path: '', message: `nested deeper than ${deepest} levels, or an alias that holds itself` });
  } catch (error) {
    problems.push({ line: 1, path: '', message: (error as Error).message });
  }
  return { place: { value, lineOf: (path) => lineOf(document, lines, path) }, problems };
}

/** Whether a value has more levels than `levels`: one that holds itself has. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1));
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
      return issue.keys.map((key) => ({
        line: place.lineOf([...path, key]),
        path: [...path, key].join('.'),
        message: `unknown key \`${key}\`${nearest(key, keysAt(issue.path))}`,
      }));
    }
    return [{ line: place.lineOf(path), path: path.join('.'), message: issue.message }];
  });
}
