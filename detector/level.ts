// What is normal for one count of one service: its level over days, its rate over the last hour while little is known,
// and by how much its counts scatter more than Poisson's. Clipped, so that an outage can't teach it. The daily shape
// is the season's; when to learn is the caller's to say.
import { departureOf, gainOf } from './drift.ts';

// Prior: 0.05 reports a minute, worth two minutes of history.
const priorCount = 0.1;
const priorMinutes = 2;
// Of people who name a service some always seem to report, which ten quiet minutes may not show: of so many posts so many.
const priorPosts = 20;
const priorPostsCounted = 2;
const levelHalfLifeMinutes = 5 * 1_440;
// Where counts are many a level is known sooner, and need not lag behind one that drifts.
const shortestHalfLifeMinutes = 2.5 * 1_440;
// What a level that wanders is seen by.
const latelyShare = 0.28;
const localHalfLifeMinutes = 60;
// Scatter is forgotten by half in a week, and faster while a service is new: what it scattered by then was our ignorance.
const scatterHalfLifeMinutes = 7 * 1_440;
const youngHalfLifeMinutes = 1_440;
const youngShare = 1 / 3;
// Scatter: variance = mean + alpha x mean^2. Prior alpha and the sum of squared means that it is worth.
// Hours of few counts tell little of scatter: less than a thousand pairs of counts in an hour don't outweigh the prior.
const priorMinuteScatter = 0.02;
const minuteScatterPrior = 20;
const priorHourScatter = 0.01;
const hourScatterPrior = 1_000;
const mostScatter = 2;
const shapelessSquare = 100;
const clipDeviations = 4;
// Tide: by how much the last hours stood above or below what level and season say of them: holidays, drift, whatever lasts
// longer than hours. Believed against so many counts as if all were as usual: a standard deviation of 4 %.
const tideHalfLifeMinutes = 90;
const tidePrior = 600;

/** Where each number of a level stands; drift.ts reads the first four. */
const at = {
  /** Decayed count and exposure (minutes of a season factor 1). */
  count: 0, minutes: 1,
  /** The same with a shorter memory. */
  lately: 2, latelyMinutes: 3,
  local: 4, localMinutes: 5,
  minuteExcess: 6, minuteSquare: 7,
  hourExcess: 8, hourSquare: 9,
  /** Count and what level and season expected of the last hours, decayed. */
  tide: 10, tideExpected: 11,
} as const;
const names = Object.keys(at) as (keyof typeof at)[];

export type Level = number[];
/** As a snapshot has it. */
export type StoredLevel = Record<keyof typeof at, number>;

/** A level that has been watched for `seen` minutes in which nothing was counted. */
export function createLevel(seen: number): Level {
  return [0, decayed(seen, levelHalfLifeMinutes), 0, decayed(seen, latelyShare * levelHalfLifeMinutes), 0, decayed(seen, localHalfLifeMinutes), 0, 0, 0, 0, 0, 0];
}

/** Exposure that is left of `minutes` of it, decayed since: the integral of 2^(-t/h). */
function decayed(minutes: number, halfLife: number): number {
  return ((1 - 2 ** (-minutes / halfLife)) * halfLife) / Math.LN2;
}

/**
 * Counts a minute at season factor 1; `posts` (decayed like the count) named the service. Source: mean of the Gamma
 * posterior of a Poisson rate.
 */
export function levelPerMinute(level: Level, posts: number): number {
  return (believed(level, posts) / (level[at.minutes]! + priorMinutes)) * wander(level);
}

/** The factor on the long memory that the shorter one speaks for. */
function wander(level: Level): number {
  const gain = gainOf(level, hourScatter(level));
  return gain === 0 ? 1 : 1 + gain * departureOf(level);
}

/** The count with what the prior adds: a little for silence, or the usual share of the posts, shrunk, where there are some. */
function believed(level: Level, posts: number, but = 0): number {
  const count = Math.max(0, level[at.count]! - but);
  return Math.max(count + priorCount, ((count + priorPostsCounted) * posts) / (posts + priorPosts));
}

/** The exposure behind it, decayed: minutes of a season factor 1. */
export function exposureOf(level: Level): number {
  return level[at.minutes]!;
}

/** Counts a minute over about the last hour, season and all. */
export function localPerMinute(level: Level): number {
  return (level[at.local]! + priorCount) / (level[at.localMinutes]! + priorMinutes);
}

/** The factor on level and season that the last hours speak for. Source: mean of a Gamma posterior. */
export function tideOf(level: Level): number {
  return (level[at.tide]! + tidePrior) / (level[at.tideExpected]! + tidePrior);
}

export function storeLevel(level: Level): StoredLevel {
  return Object.fromEntries(names.map((name, i) => [name, level[i]!])) as StoredLevel;
}

/** The reverse, of a level that was perhaps stored before there was a tide. */
export function readLevel(stored: Partial<StoredLevel> & Pick<StoredLevel, 'count' | 'minutes'>): Level {
  const whole = { ...stored, lately: stored.lately ?? stored.count, latelyMinutes: stored.latelyMinutes ?? stored.minutes };
  return names.map((name) => whole[name] ?? 0);
}

/**
 * The share of what is expected in its own uncertainty (squared, relative): one over the counts behind it, fewer while the
 * shorter memory speaks. `but`: counts that it may have learnt since.
 */
export function levelDoubt(level: Level, posts: number, but = 0): number {
  const long = believed(level, posts, but) + priorCount;
  const gain = gainOf(level, hourScatter(level));
  if (gain === 0) return 1 / long;
  const lately = Math.max(1, level[at.lately]! - but);
  return (1 - gain) ** 2 / long + gain ** 2 / lately + (4 * gain * (1 - gain)) / (long + lately);
}

/** By which part one count more, learnt lately, has raised what is expected. */
export function levelShare(level: Level): number {
  const gain = gainOf(level, hourScatter(level));
  return (1 - gain) / (level[at.count]! + 1) + gain / (level[at.lately]! + 1);
}

/** Scatter of one minute around what was expected of it. */
export function minuteScatter(level: Level): number {
  return scatter(level[at.minuteExcess]!, level[at.minuteSquare]!, priorMinuteScatter, minuteScatterPrior);
}

/**
 * Scatter of a span of `minutes`: that of hours, and what minutes scatter beyond it, averaged out over the span. Over many
 * hours that of hours is averaged too, by the root only, because what moves one hour moves the next.
 */
export function spanScatter(level: Level, minutes: number): number {
  const hour = hourScatter(level);
  const ofHours = hour / Math.sqrt(Math.max(1, minutes / 60));
  return ofHours + Math.max(0, minuteScatter(level) - hour) / Math.max(1, minutes);
}

export function hourScatter(level: Level): number {
  return scatter(level[at.hourExcess]!, level[at.hourSquare]!, priorHourScatter, hourScatterPrior);
}

/** What was learnt of scatter before the day's shape was known says a little, however busy that day was. */
export function doubtScatter(level: Level): void {
  const ofMinutes = Math.min(1, shapelessSquare / Math.max(1e-9, level[at.minuteSquare]!));
  level[at.minuteExcess]! *= ofMinutes;
  level[at.minuteSquare]! *= ofMinutes;
  const ofHours = Math.min(1, shapelessSquare / Math.max(1e-9, level[at.hourSquare]!));
  level[at.hourExcess]! *= ofHours;
  level[at.hourSquare]! *= ofHours;
}

function scatter(excess: number, square: number, prior: number, weight: number): number {
  return Math.min(mostScatter, Math.max(0, (excess + prior * weight) / (square + weight)));
}

/** `count` where `expected` was: at most four standard deviations and one above it. */
export function clip(level: Level, count: number, expected: number, minutes: number): number {
  const variance = expected + spanScatter(level, minutes) * expected * expected;
  return Math.min(count, expected + clipDeviations * Math.sqrt(variance) + 1);
}

/**
 * A span of `minutes` has ended with `count` (clipped already), where the season stood at `factor` (times the sources'
 * volume) and level and season expected `usual`. `weight` 1 learns, less learns slowly.
 */
export function learn(level: Level, minutes: number, count: number, factor: number, usual: number, weight: number): void {
  const keepTide = 2 ** (-(minutes * weight) / tideHalfLifeMinutes);
  level[at.tide] = level[at.tide]! * keepTide + count * weight;
  level[at.tideExpected] = level[at.tideExpected]! * keepTide + usual * weight;
  const halfLife = levelHalfLife(level);
  const keepLately = 2 ** (-(minutes * weight) / (latelyShare * halfLife));
  level[at.lately] = level[at.lately]! * keepLately + count * weight;
  level[at.latelyMinutes] = level[at.latelyMinutes]! * keepLately + minutes * factor * weight;
  const keep = 2 ** (-(minutes * weight) / halfLife);
  level[at.count] = level[at.count]! * keep + count * weight;
  level[at.minutes] = level[at.minutes]! * keep + minutes * factor * weight;
  const keepLocal = 2 ** (-(minutes * weight) / localHalfLifeMinutes);
  level[at.local] = level[at.local]! * keepLocal + count * weight;
  level[at.localMinutes] = level[at.localMinutes]! * keepLocal + ((1 - keepLocal) * localHalfLifeMinutes) / Math.LN2;
}

/** `minutes` ended with `count` (clipped) each where `expected` was, of a service seen for `age` minutes. Moment estimate of alpha, decayed over a week. */
export function learnMinuteScatter(level: Level, count: number, expected: number, age: number, minutes = 1): void {
  const keep = 2 ** (-minutes / scatterHalfLife(age));
  level[at.minuteExcess] = level[at.minuteExcess]! * keep + ((count - expected) ** 2 - expected) * minutes;
  level[at.minuteSquare] = level[at.minuteSquare]! * keep + expected * expected * minutes;
}

/** The same for an hour. */
export function learnHourScatter(level: Level, count: number, expected: number, age: number): void {
  const keep = 2 ** (-60 / scatterHalfLife(age));
  level[at.hourExcess] = level[at.hourExcess]! * keep + (count - expected) ** 2 - expected;
  level[at.hourSquare] = level[at.hourSquare]! * keep + expected * expected;
}

function scatterHalfLife(age: number): number {
  return Math.min(scatterHalfLifeMinutes, Math.max(youngHalfLifeMinutes, age * youngShare));
}

function levelHalfLife(level: Level): number {
  return Math.max(shortestHalfLifeMinutes, levelHalfLifeMinutes / (1 + level[at.count]! / (level[at.minutes]! + priorMinutes)));
}
