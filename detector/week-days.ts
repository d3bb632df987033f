// By how much the days of a week stand above or below the day that all days share, and at which hour a day begins here.
// Owns that fit; the day's curve and what single hours do besides are the season's.

const hours = 24;
const days = 7;
const week = hours * days;
// One visit says nothing of whether it was this Tuesday or Tuesdays: it is believed by two thirds, four by nine tenths.
const priorVisits = 0.5;
// Another hour at which days begin must explain so many nats more.
const stayNats = 4;

/** The hour at which days begin, then the factor of each of the seven. */
export const weekDaysSize = 1 + days;

/** The place at which the factor of an hour of the week (0 to 167) stands among what was fitted, where days begin at `begin`. */
export function dayOf(begin: number, hour: number): number {
  return 1 + Math.floor(((hour - begin + week) % week) / hours);
}

/**
 * Fits beginning and factors: `counts` hold observed and flat mass of the 168 hours in turn, `curve` the 24 factors of any
 * day, `usual` the flat mass of one hour's visit. Source: mean of the Gamma posterior of a Poisson rate, under a prior whose
 * variance the seven days themselves tell (empirical Bayes, Robbins 1956).
 */
export function fitWeekDays(counts: ArrayLike<number>, curve: ArrayLike<number>, usual: number, fitted: Float32Array): void {
  const sums = new Float64Array(2 * (week + 1));
  for (let hour = 0; hour < week; hour++) {
    sums[2 * hour + 2] = sums[2 * hour]! + counts[2 * hour]!;
    sums[2 * hour + 3] = sums[2 * hour + 1]! + counts[2 * hour + 1]! * curve[hour % hours]!;
  }
  // of the day of `begin` that is the `day`th: observed 0, expected 1
  const massOf = (begin: number, day: number, which: 0 | 1): number => {
    const from = begin + day * hours;
    const to = from + hours;
    const inside = sums[2 * Math.min(to, week) + which]! - sums[2 * from + which]!;
    return to <= week ? inside : inside + sums[2 * (to - week) + which]!;
  };
  const natsOf = (begin: number): number => {
    let nats = 0;
    for (let day = 0; day < days; day++) {
      const observed = massOf(begin, day, 0);
      const expected = massOf(begin, day, 1);
      if (observed > 0 && expected > 0) nats += observed * Math.log(observed / expected) - observed + expected;
    }
    return nats;
  };
  let begin = fitted[0]!;
  let most = natsOf(begin) + stayNats;
  for (let other = 0; other < hours; other++) {
    const nats = natsOf(other);
    if (nats <= most) continue;
    most = nats;
    begin = other;
  }
  fitted[0] = begin;
  let excess = 0;
  let square = 0;
  for (let day = 0; day < days; day++) {
    const expected = massOf(begin, day, 1);
    excess += (massOf(begin, day, 0) - expected) ** 2 - expected;
    square += expected * expected;
  }
  // held against one day like any other
  const variance = excess <= 0 ? 0 : excess / (square * (1 + 1 / days));
  for (let day = 0; day < days; day++) {
    const expected = massOf(begin, day, 1);
    fitted[1 + day] = variance === 0 ? 1 : 1 + (massOf(begin, day, 0) - expected) / (expected + 1 / variance + priorVisits * hours * usual);
  }
}
