// Arrival: hands posts over as a live source would: nearly in the order in which they were written, never more than 1.5 s astray.
import type { Chance } from './chance.ts';

/** The longest that a post is on its way. A source's default lateness is 2 s, so none of them is late. */
export const longestDelayMs = 1_500;

/**
 * Reorders posts by the moment they arrive: event time plus a delay, mostly a fraction of a second.
 * `seconds` yields one batch a second, the first beginning at `startMs`; a batch holds only posts of its second, in order of time.
 */
export function* inArrivalOrder<T>(
  seconds: Iterable<readonly T[]>,
  startMs: number,
  tsOf: (post: T) => number,
  chance: Chance,
): Generator<T> {
  let underway: { atMs: number; post: T }[] = [];
  let untilMs = startMs;
  for (const batch of seconds) {
    untilMs += 1_000;
    for (const post of batch) {
      const delayMs = Math.min(longestDelayMs, -250 * Math.log(1 - chance.unit()));
      underway.push({ atMs: tsOf(post) + delayMs, post });
    }
    underway.sort((one, other) => one.atMs - other.atMs);
    const arrived = underway.findIndex(({ atMs }) => atMs >= untilMs);
    const cut = arrived === -1 ? underway.length : arrived;
    for (let i = 0; i < cut; i++) yield (underway[i] as { post: T }).post;
    underway = underway.slice(cut);
  }
  for (const { post } of underway) yield post;
}
