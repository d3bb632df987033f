// The shape of a normal week: by how much each hour stands above or below the level. Owns the profile, its shrinkage and
// its place on the clock; the level itself is elsewhere, and so is the smooth curve of a day (day-curve.ts).
import { clocksAt, sinceChange } from './clocks.ts';
import { curveDoubt, fitDay } from './day-curve.ts';
import { dayOf, fitWeekDays, weekDaysSize } from './week-days.ts';

// Days of the week differ by the half day rather than the hour: the hours around one speak with it of how its day differs
// from any day. What an hour of the week does on its own is believed where chance hardly does it, and against a prior of
// two visits: one Tuesday says little about Tuesdays.
const weekPrior = 20;
const aroundHours = 2;
const leastEdge = 0.1;
// After one day a profile may be off by 17 % for hours on end, after two by 7, after a week by 2.
const firstDaysDoubt = 0.03;
// Days of the week differ for hours on end, and a level that has seen some of them may be off by 14 %, until after three
// weeks it has seen each three times. (Decayed: 15 days.) A rise of minutes is no day of the week.
const weekDoubt = 0.02;
const daysToKnowWeeks = 15;
const weekMinutes = 60;
const aroundPriorVisits = 5;
const ownPriorVisits = 2;
const chanceSquare = 6;
const aroundChanceSquare = 2;
// What an hour learnt is halved after three weeks, what an hour of the week learnt after four.
const dayKeep = 2 ** (-1 / 21);
const weekKeep = 2 ** (-1 / 4);
const flatKeep = 2 ** (-1 / 24);
// Evidence for another place on the clock must be worth so many nats, the more the more hours scatter, and this part of all
// that was seen in its time: no profile is exact. Sums of days that say nothing are halved in two days.
const shiftKeep = 2 ** (-1 / 48);
const shiftNats = 10;
const shiftShare = 0.002;
const shiftHours = 3;
// With fewer an hour it can neither be told nor do harm.
const leastToFollow = 6;
// A profile of few days is not known well enough to say where it stands. (Decayed: 7 are reached in 8 days, 9 in 11.)
const daysToFollow = 7;
// Where the calendar gives no reason, so many times as much.
const unlikely = 4;
// Evidence that it did not move, for how long either answer holds, for how long it is asked after, and for how long an
// hour around is allowed for meanwhile.
const stayNats = 5;
const settledDays = 4;
const askedMs = 14 * 86_400_000;
const allowedMs = 5 * 86_400_000;
// The curve follows four times a day.
const fitHours = 6;
const shifts = [-1, 1] as const;

const hourMs = 3_600_000;
const hours = 24;
const week = 168;
const usual = 2 * (hours + week);
const curve = usual + 1;
const shift = curve + hours;
const settled = shift + 1;
const evidence = shift + 2;
const evidenceWidth = 5;
const weekDays = evidence + 2 * evidenceWidth;
const size = weekDays + weekDaysSize;

/**
 * Observed and flat (season 1) mass of each hour of the day, then of each hour of the week; the usual flat mass of an hour;
 * the factors of the day's smooth curve; by how many hours the clock of this place has moved since it was learnt, and
 * when it was last clear whether it did (days since 1970); then for an hour earlier and an hour later: hours looked at, what was seen in them, what was expected
 * of them here and there, and the sum of the log ratios; last the days of the week (week-days.ts).
 */
export type Season = Float32Array;

export function createSeason(): Season {
  return widenSeason([]);
}

/** A season as it was kept, perhaps before there was a curve in it. */
export function widenSeason(kept: ArrayLike<number>): Season {
  const season = new Float32Array(size);
  season.set(Array.from(kept).slice(0, size));
  if (kept.length <= weekDays) season.fill(1, weekDays + 1, size);
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
  const edge = edgeOf(a, b, c, d);
  return Math.max((1 - edge) * value + edge * (u < 0.5 ? b : c), 0.5 * Math.min(b, c));
}

// How much two hours look like two plateaus with an edge between them, not like points of a slope: 0 to 1.
function edgeOf(a: number, b: number, c: number, d: number): number {
  const step = Math.abs(c - b);
  const slope = Math.max(Math.abs(b - a), Math.abs(d - c)) + leastEdge * Math.min(b, c);
  return Math.max(0, Math.min(1, step / slope - 1));
}

/**
 * The factor at `at` (ms) while it is open if this place's clocks changed: up to the greatest of an hour around, the less
 * the more speaks for none; else `here`, that of `seasonAt`.
 */
export function seasonAround(season: Season, at: number, here = seasonAt(season, at)): number {
  const open = openness(season, at);
  return open === 0 ? here : here + open * (Math.max(here, seasonAt(season, at - hourMs), seasonAt(season, at + hourMs)) - here);
}

// 1: it may have moved by an hour as well as not; 0: where it stands is clear, or nobody's clocks have changed.
function openness(season: Season, at: number): number {
  if (at / hourMs < (season[settled]! + settledDays) * hours) return 0;
  const clocks = clocksAt(at);
  if (clocks === 'changing') return 1;
  if (clocks === 'steady' && (season[usual]! < leastToFollow || !isAsked(season, at, allowedMs))) return 0;
  const most = Math.max(natsOf(season, 0), natsOf(season, 1));
  return Math.max(0, Math.min(1, 1 + most / stayNats));
}

/**
 * One over the history behind the factors of the `minutes` that end at `at`: the season's share in the uncertainty of what
 * is expected of them (squared, relative). A span of n hours averages over about 1 + n / 2 points that err on their own.
 */
export function seasonDoubt(season: Season, at: number, minutes: number): number {
  // what is not known at all is not averaged out
  if (season[usual] === 0) return curveDoubt(0);
  const count = season[2 * modulo(Math.floor(at / hourMs) + season[shift]!, hours)]!;
  const visits = visitsOf(season);
  const known = Math.min(1, visits / daysToKnowWeeks);
  const ofWeek = (weekDoubt * 4 * known * (1 - known) * minutes) / (minutes + weekMinutes);
  return curveDoubt(count) / (1 + minutes / 120) + firstDaysDoubt / Math.max(1, visits) ** 2.5 + ofWeek;
}

/**
 * An hour has ended: `observed` were counted where the level alone (season 1) would have expected `flat`.
 * `at` is any time within that hour, ms; `scatter` is by how much hours scatter more than Poisson's (level.ts).
 */
export function learnHour(season: Season, at: number, observed: number, flat: number, scatter = 0): void {
  if (season[usual]! >= leastToFollow && flat > 0 && visitsOf(season) >= daysToFollow) follow(season, at, observed, flat, scatter);
  const hour = Math.floor(at / hourMs) + season[shift]!;
  const day = 2 * modulo(hour, hours);
  const ofWeek = 2 * (hours + modulo(hour, week));
  season[ofWeek] = season[ofWeek]! * weekKeep + observed;
  season[ofWeek + 1] = season[ofWeek + 1]! * weekKeep + flat;
  season[day] = season[day]! * dayKeep + observed;
  season[day + 1] = season[day + 1]! * dayKeep + flat;
  season[usual] = season[usual] === 0 ? flat : season[usual]! * flatKeep + flat * (1 - flatKeep);
  if (modulo(hour, fitHours) === 0) fit(season);
}

/** An hour of the first day has ended. What is flat is not known yet, so the exposure (minutes) stands for it. */
export function learnFirstDay(season: Season, at: number, observed: number, minutes: number): void {
  const hour = Math.floor(at / hourMs);
  for (const i of [2 * modulo(hour, hours), 2 * (hours + modulo(hour, week))]) {
    season[i]! += observed;
    season[i + 1]! += minutes;
  }
}

/** The first day is over: its mean, `perMinute`, makes its exposures flat mass, and from here on the season counts. False: it was over. */
export function endFirstDay(season: Season, perMinute: number): boolean {
  if (season[usual] !== 0) return false;
  for (let i = 1; i < usual; i += 2) season[i]! *= perMinute;
  season[usual] = Math.max(1e-9, 60 * perMinute);
  settle(season);
  return true;
}

function settle(season: Season): void {
  for (let step = 0; step < 12; step++) fit(season);
}

/** Days behind the profile: hours' flat mass over the usual one, decayed as they are. */
function visitsOf(season: Season): number {
  let flat = 0;
  for (let i = 1; i < 2 * hours; i += 2) flat += season[i]!;
  return flat / (hours * season[usual]! + 1e-9);
}

// One day says little of days: it is held against one like no other, two against half of one, four against a quarter.
function fit(season: Season): void {
  const day = season.subarray(curve, shift);
  fitDay(season, day, season[usual]! / Math.max(0.5, visitsOf(season)));
  fitWeekDays(season.subarray(2 * hours, usual), day, season[usual]!, season.subarray(weekDays, size));
}

// Clocks change twice a year. Once the last hours fit the profile much better an hour earlier or later, whatever their
// level, the profile moves, so that it need not be learnt anew. Source: CUSUM of the log-likelihood ratio of the hours'
// shares, each side since it last spoke for no move.
function follow(season: Season, at: number, observed: number, flat: number, scatter: number): void {
  const hour = Math.floor(at / hourMs) + season[shift]!;
  const clocks = clocksAt(at);
  if (clocks === 'changed' && clocksAt(at - hourMs) !== 'changed') season.fill(0, evidence, weekDays);
  const asked = clocks === 'changed' || isAsked(season, at, askedMs);
  const here = factor(season, hour);
  let most = -Infinity;
  shifts.forEach((by, i) => {
    const sums = season.subarray(evidence + i * evidenceWidth, evidence + (i + 1) * evidenceWidth);
    if (!asked) for (let place = 0; place < evidenceWidth; place++) sums[place]! *= shiftKeep;
    const there = factor(season, hour + by);
    sums[0]! += 1;
    sums[1]! += observed;
    sums[2]! += flat * here;
    sums[3]! += flat * there;
    sums[4]! += observed * Math.log(there / here);
    const nats = natsOf(season, i);
    most = Math.max(most, nats);
    if (nats <= 0 && !asked) sums.fill(0);
    if (nats < (clocks === 'steady' && !asked ? unlikely : 1) * (shiftNats * (1 + scatter * observed) + shiftShare * sums[1]!) || sums[0]! < shiftHours) return;
    season[shift]! += by;
    season[settled] = Math.floor(at / hourMs / hours);
    season.fill(0, evidence, weekDays);
  });
  // had the clocks of this place changed, it would show by now
  if (asked && most < -stayNats) season[settled] = Math.floor(at / hourMs / hours);
}

// Whether it is still open if this place's clocks changed when some did. A quiet service needs days to tell.
function isAsked(season: Season, at: number, withinMs: number): boolean {
  const since = sinceChange(at, withinMs);
  return since < withinMs && (season[settled]! + 1) * hours * hourMs <= at - since;
}

// Log-likelihood ratio of one of the shifts against none, whatever the level. 0 where nothing was seen.
function natsOf(season: Season, which: number): number {
  const at = evidence + which * evidenceWidth;
  return season[at + 1] === 0 ? 0 : season[at + 4]! - season[at + 1]! * Math.log(season[at + 3]! / season[at + 2]!);
}

function factor(season: Season, hour: number): number {
  const day = dayCurve(season, modulo(hour, week));
  const i = 2 * (hours + modulo(hour, week));
  const flat = season[i + 1]!;
  let smooth = day * (1 + around(season, hour - aroundHours, hour + aroundHours));
  let surplus = believed(season[i]!, flat * smooth, chanceSquare);
  if (surplus !== 0) {
    // an hour beside an edge is like those on its own side of it
    const before = day * (1 + around(season, hour - aroundHours, hour));
    const after = day * (1 + around(season, hour, hour + aroundHours));
    const side = Math.abs(season[i]! - flat * before) < Math.abs(season[i]! - flat * after) ? before : after;
    if (Math.abs(season[i]! - flat * side) < Math.abs(season[i]! - flat * smooth)) {
      smooth = side;
      surplus = believed(season[i]!, flat * smooth, chanceSquare);
    }
  }
  return smooth + surplus / (flat + weekPrior + ownPriorVisits * season[usual]!);
}

// The smooth factor of an hour of the week: its day's curve, as high as that day usually is.
function dayCurve(season: Season, hour: number): number {
  return season[curve + (hour % hours)]! * season[weekDays + dayOf(season[weekDays]!, hour)]!;
}

// By which part the hours of a week from `first` to `last` stand above what their days make them expect.
function around(season: Season, first: number, last: number): number {
  let observed = 0;
  let usually = 0;
  for (let near = first; near <= last; near++) {
    const ofWeek = modulo(near, week);
    const i = 2 * (hours + ofWeek);
    observed += season[i]!;
    usually += season[i + 1]! * dayCurve(season, ofWeek);
  }
  return believed(observed, usually, aroundChanceSquare) / (usually + weekPrior + aroundPriorVisits * season[usual]!);
}

// Shrinkage of one mean by its own significance. Source: positive-part estimator of James and Stein 1961
function believed(observed: number, usually: number, chance: number): number {
  const surplus = observed - usually;
  return surplus * Math.max(0, 1 - (chance * (usually + 1)) / (surplus * surplus + 1e-9));
}

function modulo(n: number, by: number): number {
  return ((n % by) + by) % by;
}
