// How closely a service's posts follow one another, and whether they come in sittings: a search that is run now and then
// and hands over the newest hundred each time leaves days of which nobody knows anything. Sees times only.

// The usual gap is the mean of its logarithm over about so many posts, so that the days between sittings don't stretch it.
const memory = 48;
const shortestGapMinutes = 1 / 60;
// Where posts usually follow one another within minutes, forty times that without any mean that nobody looked. Chance alone
// makes such a gap once in e^40; a night makes a tenth of the posts, and is shorter than the least.
const silentGaps = 40;
const leastSilenceMinutes = 360;
// Two sittings after one another of at least so many posts, and of nearly the same number, are a habit of the source.
const fewestPosts = 30;
const mostUnequal = 1.5;
// In a sitting, posts come as quickly as they ever do; people who have lost something speak three times as quickly.
const quicker = 3;
const minuteMs = 60_000;

export interface Rhythm {
  /** ms: the newest post. */
  last: number;
  /** Mean logarithm of the gap between two posts, in minutes; null: only one has come. */
  logGap: number | null;
  /** Posts of this sitting. */
  posts: number;
  /** Sizes of the last two sittings that count, newest first. */
  sittings: [number, number];
}

export function createRhythm(at: number): Rhythm {
  return { last: at, logGap: null, posts: 1, sittings: [0, 0] };
}

/** A post came at `at` (ms). `usual`: nothing special is going on, so that its gap may be learnt. */
export function noteArrival(rhythm: Rhythm, at: number, usual: boolean): void {
  const minutes = Math.max(0, at - rhythm.last) / minuteMs;
  rhythm.last = Math.max(rhythm.last, at);
  if (minutes > leastSilenceMinutes && minutes > longestSilence(rhythm)) {
    if (rhythm.posts >= fewestPosts) rhythm.sittings = [rhythm.posts, rhythm.sittings[0]];
    rhythm.posts = 0;
  }
  rhythm.posts += 1;
  const log = Math.log(Math.max(shortestGapMinutes, minutes));
  if (rhythm.logGap === null) rhythm.logGap = log;
  else if (usual) rhythm.logGap += (log - rhythm.logGap) / memory;
}

/** Minutes of silence that may be taken for silence; what goes beyond was not seen. */
export function longestSilence(rhythm: Rhythm): number {
  return rhythm.logGap === null ? Infinity : Math.max(leastSilenceMinutes, silentGaps * Math.exp(rhythm.logGap));
}

/** Whether `posts` in `minutes` are no more than each sitting brings, where posts come in sittings. */
export function isSitting(rhythm: Rhythm, posts: number, minutes: number): boolean {
  const [newer, older] = rhythm.sittings;
  if (rhythm.logGap === null || older === 0 || newer > mostUnequal * older || older > mostUnequal * newer) return false;
  return posts * Math.exp(rhythm.logGap) < quicker * Math.max(1, minutes);
}
