// Whether a level wanders: what a shorter memory of the same counts says against a longer one, and how far to believe it.
// Knows four numbers of a level; what a level is made of is level.ts's.

/** Decayed count and exposure (minutes of a season factor 1) of the longer memory, then of the shorter one. More may follow. */
export type Memories = ArrayLike<number>;

// A departure of chance is of mean square 1 in units of its variance: what is not twice that is not believed at all.
const chanceSquare = 2;
// Both memories lag behind a drift, each by its mean age; drawn on by as much as the shorter one does.
const mostDrawn = 2;
// Against a handful of counts neither is known.
const priorCount = 2;

/** By which part the shorter memory stands above the longer one. */
export function departureOf(memories: Memories): number {
  const count = memories[0]!;
  const minutes = memories[1]!;
  const lately = memories[2]!;
  const latelyMinutes = memories[3]!;
  return ((lately + priorCount) * minutes) / ((count + priorCount) * latelyMinutes) - 1;
}

/**
 * How far the departure is to be drawn on, as far as chance does not explain it: 0 not at all, 1 to where the shorter
 * memory stands, more beyond it. The level is the longer memory's times 1 + gain x departure. `perHour`: the scatter of
 * hours beyond Poisson's. Source: Brown's double exponential smoothing, shrunk by the positive-part estimator of James
 * and Stein 1961.
 */
export function gainOf(memories: Memories, perHour: number): number {
  const count = memories[0]!;
  const minutes = memories[1]!;
  const lately = memories[2]!;
  if (!(lately > priorCount) || !(count > lately)) return 0;
  const departure = departureOf(memories);
  // two decayed means of the same stream: 1/2C each in the long run, 2 / (sum of both) of it shared
  const variance = (0.5 / lately + 0.5 / count - 2 / (count + lately)) * (1 + (perHour * 60 * count) / minutes);
  const believed = 1 - (chanceSquare * variance) / (departure * departure + 1e-12);
  return believed <= 0 ? 0 : believed * Math.min(mostDrawn, count / (count - lately));
}
