// The shape of a normal week: by how much each hour stands above or below the level. Owns the profile and its
// shrinkage; the level itself is elsewhere.

// Expected reports that an hour must have seen before its own history outweighs the flat prior. Days of the week differ by
// the half day rather than the hour: the hours around one speak with it of how its day differs from any day, against a
// prior worth six visits of an hour. What an hour of the week does on its own is believed where chance hardly does it, and
// against a prior of two visits: one Tuesday says little about Tuesdays.
const hourPrior = 20;
const weekPrior = 60;
const aroundHours = 2;
const aroundPriorVisits = 6;
const ownPriorVisits = 2;
const chanceSquare = 6;
// What an hour learnt is halved after three weeks: daily hours once a day, weekly ones once a week.
const dayKeep = 2 ** (-1 / 21);
const weekKeep = 2 ** (-1 / 3);
const flatKeep = 2 ** (-1 / 24);

const hourMs = 3_600_000;
const hours = 24;
const week = 168;
const usual = 2 * (hours + week);

/** Observed and flat (season 1) mass of each hour of the day, then of each hour of the week; last, the usual flat mass of an hour. */
export type Season = Float32Array;

export function createSeason(): Season {
  return new Float32Array(2 * (hours + week) + 1);
}

/** The factor on the level at `at` (ms), interpolated between the middles of hours. 1 where nothing is known. */
export function seasonAt(season: Season, at: number): number {
  const place = at / hourMs - 0.5;
  const hour = Math.floor(place);
  const part = place - hour;
  return factor(season, hour) * (1 - part) + factor(season, hour + 1) * part;
}

/**
 * One over the history behind the factors of the `minutes` that end at `at`: the season's share in the uncertainty of what
 * is expected of them (squared, relative). Hours err each on their own: a line between two of them errs by 2/3 of one at a
 * point, over a span of n hours by about 1 / (n + 0.7).
 */
export function seasonDoubt(season: Season, at: number, minutes: number): number {
  const independent = Math.max(1.5, minutes / 60 + 0.7);
  if (season[usual] === 0) return 1 / (hourPrior * independent);
  const hour = Math.floor(at / hourMs);
  return 1 / ((season[2 * modulo(hour, hours)]! + hourPrior) * independent);
}

/**
 * An hour has ended: `observed` were counted where the level alone (season 1) would have expected `flat`.
 * `at` is any time within that hour, ms.
 */
export function learnHour(season: Season, at: number, observed: number, flat: number): void {
  const hour = Math.floor(at / hourMs);
  const day = 2 * modulo(hour, hours);
  const ofWeek = 2 * (hours + modulo(hour, week));
  season[ofWeek] = season[ofWeek]! * weekKeep + observed;
  season[ofWeek + 1] = season[ofWeek + 1]! * weekKeep + flat;
  season[day] = season[day]! * dayKeep + observed;
  season[day + 1] = season[day + 1]! * dayKeep + flat;
  season[usual] = season[usual] === 0 ? flat : season[usual]! * flatKeep + flat * (1 - flatKeep);
}

/** An hour of the first day has ended. What is flat is not known yet, so the exposure (minutes) stands for it. */
export function learnFirstDay(season: Season, at: number, observed: number, minutes: number): void {
  const hour = Math.floor(at / hourMs);
  for (const i of [2 * modulo(hour, hours), 2 * (hours + modulo(hour, week))]) {
    season[i]! += observed;
    season[i + 1]! += minutes;
  }
}

/** The first day is over: its mean, `perMinute`, makes its exposures flat mass, and from here on the season counts. */
export function endFirstDay(season: Season, perMinute: number): void {
  if (season[usual] !== 0) return;
  for (let i = 1; i < usual; i += 2) season[i]! *= perMinute;
  season[usual] = Math.max(1e-9, 60 * perMinute);
}

function factor(season: Season, hour: number): number {
  if (season[usual] === 0) return 1;
  let observed = 0;
  let expected = 0;
  for (let near = hour - aroundHours; near <= hour + aroundHours; near++) {
    const i = 2 * (hours + modulo(near, week));
    observed += season[i]!;
    expected += season[i + 1]! * dayFactor(season, near);
  }
  const prior = weekPrior + aroundPriorVisits * season[usual]!;
  const smooth = (dayFactor(season, hour) * (observed + prior)) / (expected + prior);
  const i = 2 * (hours + modulo(hour, week));
  const flat = season[i + 1]!;
  if (flat === 0) return smooth;
  // shrinkage of one mean by its own significance. Source: positive-part estimator of James and Stein 1961
  const surplus = season[i]! - flat * smooth;
  const believed = Math.max(0, 1 - (chanceSquare * (flat * smooth + 1)) / (surplus * surplus + 1e-9));
  return smooth + (believed * surplus) / (flat + weekPrior + ownPriorVisits * season[usual]!);
}

function dayFactor(season: Season, hour: number): number {
  const i = 2 * modulo(hour, hours);
  return (season[i]! + hourPrior) / (season[i + 1]! + hourPrior);
}

function modulo(n: number, by: number): number {
  return ((n % by) + by) % by;
}
