// The shape of a normal week: by how much each hour stands above or below the level. Owns the profile and its
// shrinkage; the level itself is elsewhere.

// Expected reports that an hour must have seen before its own history outweighs the flat prior, and that an hour of the
// week must have seen before it outweighs the same hour of any day.
const hourPrior = 20;
const weekPrior = 60;
// What an hour learnt is halved after three weeks: daily hours once a day, weekly ones once a week.
const dayKeep = 2 ** (-1 / 21);
const weekKeep = 2 ** (-1 / 3);

const hourMs = 3_600_000;
const hours = 24;
const week = 168;

/** Observed and expected mass of each hour of the day, then of each hour of the week. */
export type Season = Float32Array;

export function createSeason(): Season {
  return new Float32Array(2 * (hours + week));
}

/** The factor on the level at `at` (ms), interpolated between the middles of hours. 1 where nothing is known. */
export function seasonAt(season: Season, at: number): number {
  const place = at / hourMs - 0.5;
  const hour = Math.floor(place);
  const part = place - hour;
  return factor(season, hour) * (1 - part) + factor(season, hour + 1) * part;
}

/** One over the history behind the factor at `at`: its share in the uncertainty of what is expected (squared, relative). */
export function seasonDoubt(season: Season, at: number): number {
  const hour = Math.floor(at / hourMs);
  return 1 / (season[2 * modulo(hour, hours)]! + hourPrior);
}

/**
 * An hour has ended: `observed` were counted where the level alone (season 1) would have expected `flat`.
 * `at` is any time within that hour, ms.
 */
export function learnHour(season: Season, at: number, observed: number, flat: number): void {
  const hour = Math.floor(at / hourMs);
  const day = 2 * modulo(hour, hours);
  const ofWeek = 2 * (hours + modulo(hour, week));
  const before = dayFactor(season, hour);
  season[ofWeek] = season[ofWeek]! * weekKeep + observed;
  season[ofWeek + 1] = season[ofWeek + 1]! * weekKeep + flat * before;
  season[day] = season[day]! * dayKeep + observed;
  season[day + 1] = season[day + 1]! * dayKeep + flat;
}

function factor(season: Season, hour: number): number {
  const i = 2 * (hours + modulo(hour, week));
  return dayFactor(season, hour) * ((season[i]! + weekPrior) / (season[i + 1]! + weekPrior));
}

function dayFactor(season: Season, hour: number): number {
  const i = 2 * modulo(hour, hours);
  return (season[i]! + hourPrior) / (season[i + 1]! + hourPrior);
}

function modulo(n: number, by: number): number {
  return ((n % by) + by) % by;
}
