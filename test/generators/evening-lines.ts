// The simulated evening as lines of NDJSON, thinned so that a test may read it many times, in any order that the
// lateness bound allows. Judges nothing.
import { createWorld } from '../../ingest/demo/world.ts';

/** What a shuffled line may at most be behind its successors, ms: what the sources state. */
export const latenessMs = 2_000;

export interface TimedLine {
  readonly ts: number;
  readonly line: string;
}

/** Posts from 19:40 to 20:35 in order of arrival: the big outage and the start of the campaign, and one everyday post in eight. */
export function eveningLines(): TimedLine[] {
  const world = createWorld({ seed: 2017 });
  const [from, to] = [world.startMs + 10 * 60_000, world.startMs + 65 * 60_000];
  const lines: TimedLine[] = [];
  let everyday = 0;
  for (const { post, role } of world.told()) {
    if (post.ts < from || post.ts >= to) continue;
    if (role === 'everyday' && everyday++ % 8 !== 0) continue;
    lines.push({ ts: post.ts, line: JSON.stringify(post) });
  }
  return lines;
}

/** The same lines in another order, in which none comes later than the lateness bound allows. */
export function shuffled(lines: readonly TimedLine[], seed: number): TimedLine[] {
  const random = createRandom(seed);
  return lines
    .map((line) => ({ line, at: line.ts + random() * (latenessMs - 1) }))
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => line);
}

/** NDJSON as a file holds it. */
export const asFile = (lines: readonly TimedLine[]): Buffer => Buffer.from(`${lines.map(({ line }) => line).join('\n')}\n`);

/** Numbers from 0 to 1, the same for the same seed. Source: Numerical Recipes' linear congruential generator. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
