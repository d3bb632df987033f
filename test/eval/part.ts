// A part of the evaluation: tasks that may run in other threads, and the rows that their results make. Owns the form
// only; the list of parts is parts.ts.
import type { Row } from './row.ts';

export interface EvalOptions {
  /** NDJSON of labelled posts, or null. Its texts are read and never printed or kept. */
  readonly posts: string | null;
  /** At most so many service-years a simulated stream: a quicker look, less sure. Rows say how many they rest on. */
  readonly mostYears: number;
}

/** What `npm run eval` runs without options. */
export const usualOptions: EvalOptions = { posts: null, mostYears: Infinity };

export interface Part {
  readonly name: string;
  /** `npm test` runs it: seconds, not minutes. */
  readonly quick: boolean;
  /** Names of pieces of work that know nothing of one another; the longest first. Empty: nothing to do with these options. */
  tasks(options: EvalOptions): readonly string[];
  /** Runs one. Deterministic. What it gives crosses threads, so it is plain data. */
  run(task: string, options: EvalOptions): unknown;
  /** The rows, from the results by task. */
  rows(results: ReadonlyMap<string, unknown>): Row[];
}

/** A part whose results have a type of their own. */
export function definePart<Result>(part: {
  readonly name: string;
  readonly quick: boolean;
  tasks(options: EvalOptions): readonly string[];
  run(task: string, options: EvalOptions): Result | Promise<Result>;
  rows(results: ReadonlyMap<string, Result>): Row[];
}): Part {
  // its results come back to it alone, as it gave them
  return { ...part, rows: (results) => part.rows(results as ReadonlyMap<string, Result>) };
}

/** Runs a part here, one task after another. */
export async function runHere(part: Part, options: EvalOptions): Promise<Row[]> {
  const results = new Map<string, unknown>();
  for (const task of part.tasks(options)) results.set(task, await part.run(task, options));
  return part.rows(results);
}
