// How closely a service's posts follow one another, and whether they come in sittings: a search that hands over the newest
// hundred each time it is run leaves minutes or days of which nobody knows anything. Sees times only.

// The usual gap is the mean of its logarithm over about so many posts, so that the days between sittings don't stretch it.
const memory = 200;
const shortestGapMinutes = 1 / 60;
// Where posts usually follow one another within minutes, forty times that without any mean that nobody looked. Chance alone
// makes such a gap once in e^22; a night makes a tenth of the posts, and is shorter than what is taken for silence at least.
const silentGaps = 40;
const shortestPauseMinutes = 1;
const leastSilenceMinutes = 360;
// Two sittings after one another of at least so many posts, and of nearly the same number, are a habit of the source.
const fewestPosts = 30;
const mostUnequal = 1.5;
const logSilentGaps = Math.log(silentGaps);
const minuteMs = 60_000;

export interface Rhythm {
  /** ms: the newest post. */
  last: number;
  /** Mean logarithm of the gap between two posts, in minutes; null: only one has come. */
  logGap: number | null;
  /** How many gaps it is learnt from. */
  gaps: number;
  /** ms: when this sitting began. */
  began: number;
  /** Posts of it. */
  posts: number;
  /** Sizes of the last two sittings that count, newest first. */
  sittings: [number, number];
}

export function createRhythm(at: number): Rhythm {
  return { last: at, logGap: null, gaps: 0, began: at, posts: 1, sittings: [0, 0] };
}

/** A post came at `at` (ms). `usual`: nothing special is going on, so that its gap may be learnt. */
export function noteArrival(rhythm: Rhythm, at: number, usual: boolean): void {
  const minutes = Math.max(0, at - rhythm.last) / minuteMs;
  rhythm.last = Math.max(rhythm.last, at);
  const log = Math.log(Math.max(shortestGapMinutes, minutes));
  if (minutes > shortestPauseMinutes && rhythm.logGap !== null && log > logSilentGaps + rhythm.logGap) {
    if (rhythm.posts >= fewestPosts) rhythm.sittings = [rhythm.posts, rhythm.sittings[0]];
    rhythm.began = at;
    rhythm.posts = 0;
  }
  rhythm.posts += 1;
  if (rhythm.logGap !== null && !usual) return;
  const gaps = Math.min(memory, rhythm.gaps + 1);
  rhythm.gaps = gaps;
  rhythm.logGap = (rhythm.logGap ?? 0) + (log - (rhythm.logGap ?? 0)) / gaps;
}

/** Minutes of silence that may be taken for silence; what goes beyond was not seen. */
export function longestSilence(rhythm: Rhythm): number {
  return rhythm.logGap === null ? Infinity : Math.max(leastSilenceMinutes, silentGaps * Math.exp(rhythm.logGap));
}

/** Whether posts come in sittings: the last two brought nearly the same number. */
export function hasSittings({ sittings: [newer, older] }: Rhythm): boolean {
  return older > 0 && newer <= mostUnequal * older && older <= mostUnequal * newer;
}

/** Usual time between two posts, ms. Source: the mean of an exponential time is e^0.577 times its geometric mean. */
export function usualGap({ logGap }: Rhythm): number {
  return logGap === null ? Infinity : Math.exp(logGap + 0.577) * minuteMs;
}
