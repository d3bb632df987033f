// The shape of a normal week: by how much each hour stands above or below the level. Owns the profile, its shrinkage and
// its place on the clock; the level itself is elsewhere, and so is the smooth curve of a day (day-curve.ts).
import { curveDoubt, fitDay } from './day-curve.ts';

// Days of the week differ by the half day rather than the hour: the hours around one speak with it of how its day differs
// from any day. What an hour of the week does on its own is believed where chance hardly does it, and against a prior of
// two visits: one Tuesday says little about Tuesdays.
const weekPrior = 60;
const aroundHours = 2;
const aroundPriorVisits = 6;
const ownPriorVisits = 2;
const chanceSquare = 6;
// What an hour learnt is halved after three weeks: daily hours once a day, weekly ones once a week.
const dayKeep = 2 ** (-1 / 21);
const weekKeep = 2 ** (-1 / 3);
const flatKeep = 2 ** (-1 / 24);
// Evidence for another place on the clock is halved in a day. It must be worth so many nats, and this part of all that was
// expected in that time: busy services scatter for more reasons than chance.
const shiftKeep = 2 ** (-1 / 24);
const shiftNats = 12;
const shiftShare = 0.004;
const shifts = [-1, 1] as const;

const hourMs = 3_600_000;
const hours = 24;
const week = 168;
const usual = 2 * (hours + week);
const curve = usual + 1;
const shift = curve + hours;
const seen = shift + 1;
const expected = shift + 2;
const size = shift + 7;

/**
 * Observed and flat (season 1) mass of each hour of the day, then of each hour of the week; the usual flat mass of an hour;
 * the factors of the day's smooth curve; by how many hours the clock of this place has moved since it was learnt; then of
 * the last day or so what was seen, what was expected of it here, an hour earlier and an hour later, and the sums of
 * log ratios for those two.
 */
export type Season = Float32Array;

export function createSeason(): Season {
  return widenSeason([]);
}

/** A season as it was kept, perhaps before there was a curve in it. */
export function widenSeason(kept: ArrayLike<number>): Season {
  const season = new Float32Array(size);
  season.set(Array.from(kept).slice(0, size));
  if (kept.length > curve) return season;
  season.fill(1, curve, shift);
  if (season[usual] !== 0) settle(season);
  return season;
}

/**
 * The factor on the level at `at` (ms). 1 where nothing is known. Between hours a cubic, whose mean over an hour is
 * nearly what that hour learnt.
 */
export function seasonAt(season: Season, at: number): number {
  if (season[usual] === 0) return 1;
  const place = at / hourMs - 0.5 + season[shift]!;
  const hour = Math.floor(place);
  const u = place - hour;
  const a = factor(season, hour - 1);
  const b = factor(season, hour);
  const c = factor(season, hour + 1);
  const d = factor(season, hour + 2);
  // in the middle of an hour a curve stands off its mean by a 24th of its bend
  const from = b - (a - 2 * b + c) / 24;
  const to = c - (b - 2 * c + d) / 24;
  const slope = (c - a) / 2;
  const slopeTo = (d - b) / 2;
  const value = from + u * (slope + u * (3 * (to - from) - 2 * slope - slopeTo + u * (2 * (from - to) + slope + slopeTo)));
  return Math.max(value, 0.5 * Math.min(b, c));
}

/** The greatest factor at `at` (ms) if the clock may have moved by an hour. */
export function seasonAround(season: Season, at: number): number {
  return Math.max(seasonAt(season, at), seasonAt(season, at - hourMs), seasonAt(season, at + hourMs));
}

/**
 * One over the history behind the factors of the `minutes` that end at `at`: the season's share in the uncertainty of what
 * is expected of them (squared, relative). A span of n hours averages over about 1 + n / 2 points that err on their own.
 */
export function seasonDoubt(season: Season, at: number, minutes: number): number {
  const flat = season[usual] === 0 ? 0 : season[2 * modulo(Math.floor(at / hourMs) + season[shift]!, hours)]!;
  return curveDoubt(flat) / (1 + minutes / 120);
}

/**
 * An hour has ended: `observed` were counted where the level alone (season 1) would have expected `flat`.
 * `at` is any time within that hour, ms.
 */
export function learnHour(season: Season, at: number, observed: number, flat: number): void {
  follow(season, Math.floor(at / hourMs) + season[shift]!, observed, flat);
  const hour = Math.floor(at / hourMs) + season[shift]!;
  const day = 2 * modulo(hour, hours);
  const ofWeek = 2 * (hours + modulo(hour, week));
  season[ofWeek] = season[ofWeek]! * weekKeep + observed;
  season[ofWeek + 1] = season[ofWeek + 1]! * weekKeep + flat;
  season[day] = season[day]! * dayKeep + observed;
  season[day + 1] = season[day + 1]! * dayKeep + flat;
  season[usual] = season[usual] === 0 ? flat : season[usual]! * flatKeep + flat * (1 - flatKeep);
  fitDay(season, season.subarray(curve, shift));
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
  settle(season);
}

function settle(season: Season): void {
  for (let step = 0; step < 12; step++) fitDay(season, season.subarray(curve, shift));
}

// Clocks change twice a year. When the hours of a day or so fit the profile much better an hour earlier or later, whatever
// their level, the profile moves, so that it need not be learnt anew.
function follow(season: Season, hour: number, observed: number, flat: number): void {
  if (season[usual] === 0) return;
  for (let place = seen; place < size; place++) season[place]! *= shiftKeep;
  const here = factor(season, hour);
  season[seen]! += observed;
  season[expected]! += flat * here;
  shifts.forEach((by, i) => {
    const there = factor(season, hour + by);
    season[expected + 1 + i]! += flat * there;
    season[expected + 3 + i]! += observed * Math.log(there / here);
  });
  const least = shiftNats + shiftShare * season[seen]!;
  // log-likelihood ratio of the hours' shares, so that a day with more or less of everything is no evidence
  const by = shifts.find((_, i) => season[expected + 3 + i]! - season[seen]! * Math.log(season[expected + 1 + i]! / season[expected]!) >= least);
  if (by === undefined) return;
  season[shift]! += by;
  season.fill(0, seen, size);
}

function factor(season: Season, hour: number): number {
  let observed = 0;
  let flatAround = 0;
  for (let near = hour - aroundHours; near <= hour + aroundHours; near++) {
    const i = 2 * (hours + modulo(near, week));
    observed += season[i]!;
    flatAround += season[i + 1]! * season[curve + modulo(near, hours)]!;
  }
  const prior = weekPrior + aroundPriorVisits * season[usual]!;
  const smooth = (season[curve + modulo(hour, hours)]! * (observed + prior)) / (flatAround + prior);
  const i = 2 * (hours + modulo(hour, week));
  const flat = season[i + 1]!;
  if (flat === 0) return smooth;
  // shrinkage of one mean by its own significance. Source: positive-part estimator of James and Stein 1961
  const surplus = season[i]! - flat * smooth;
  const believed = Math.max(0, 1 - (chanceSquare * (flat * smooth + 1)) / (surplus * surplus + 1e-9));
  return smooth + (believed * surplus) / (flat + weekPrior + ownPriorVisits * season[usual]!);
}

function modulo(n: number, by: number): number {
  return ((n % by) + by) % by;
}
