// Simulated streams of reports about one service, with a known rate: flat, with a day or a week in it, overdispersed,
// drifting, across a change of clocks; with or without a jump or a slow rise. Deterministic: a seed is a stream. Knows
// nothing of the detector. How to use:
//
//   const stream = createStream({ shape: 'day', perMinute: 5, seed: 1, from, change: { at, times: 3 } });
//   for (let at = stream.next(); at < until; at = stream.next()) ...   // ms of each report, in order, without end
//
// A rate holds for one minute of event time, so that a year of one report an hour costs milliseconds.
import { createRandom } from '../../detector/detector.fixture.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Monday 4 March 2024, midnight UTC: simulated time begins here unless told otherwise. */
export const epoch = Date.UTC(2024, 2, 4);

/**
 * flat: Poisson of one rate. day: a sine over the day, 10 between its least and its most. week: a gentler day and a factor
 * of its own for each weekday. overdispersed: a rate drawn anew each minute, so that a minute's count has variance
 * m + 0.1 m^2 (negative binomial). drift: doubles over 30 days, then halves over 30. weekend: 1.2 on weekdays, 0.5 on
 * Saturday and Sunday, at once at midnight. clock-change: `day` in a place whose clocks change as Europe's do.
 * busy-day: `day` and `overdispersed` at once.
 */
export const shapes = ['flat', 'day', 'week', 'overdispersed', 'drift', 'weekend', 'clock-change', 'busy-day'] as const;
export type Shape = (typeof shapes)[number];

export interface Change {
  /** ms: from here on the rate is `times` what it would be ... */
  readonly at: number;
  readonly times: number;
  /** ... at once, or growing evenly over so many ms. */
  readonly riseMs?: number;
}

export interface StreamPlan {
  readonly shape: Shape;
  /** Mean reports a minute of the undisturbed stream. */
  readonly perMinute: number;
  readonly seed: number;
  /** ms; default `epoch`. */
  readonly from?: number;
  readonly change?: Change;
}

export interface Stream {
  /** ms of the next report. */
  next(): number;
}

const swing = 9 / 11; // 1 + swing is ten times 1 - swing
const gentle = 0.6;
const weekdays = [1.05, 1.1, 1.1, 1.15, 1.25, 0.8, 0.55];
const dispersion = 0.1;
const driftMs = 30 * dayMs;

/** The rate a minute at `at` (ms) by its shape alone: without what chance adds and without the plan's change. */
export function usualRate(shape: Shape, perMinute: number, at: number): number {
  switch (shape) {
    case 'flat':
    case 'overdispersed':
      return perMinute;
    case 'day':
    case 'busy-day':
      return perMinute * (1 + swing * wave(at));
    case 'week':
      return perMinute * (1 + gentle * wave(at)) * weekdays[weekday(at)]!;
    case 'weekend':
      return perMinute * (weekday(at) >= 5 ? 0.5 : 1.2);
    case 'clock-change':
      return perMinute * (1 + swing * wave(at + (isSummer(at) ? hourMs : 0)));
    case 'drift': {
      const place = (((at - epoch) % (2 * driftMs)) + 2 * driftMs) % (2 * driftMs);
      // the mean of 2^x over 0..1 is 1 / ln 2
      return perMinute * Math.LN2 * 2 ** (place < driftMs ? place / driftMs : 2 - place / driftMs);
    }
  }
}

/** The rate with the plan's change in it. */
export function rateOf(plan: StreamPlan, at: number): number {
  const usual = usualRate(plan.shape, plan.perMinute, at);
  const { change } = plan;
  if (change === undefined || at < change.at) return usual;
  const grown = change.riseMs === undefined ? 1 : Math.min(1, (at - change.at) / change.riseMs);
  return usual * (1 + (change.times - 1) * grown);
}

/** The stream of a plan, from its first report on. */
export function createStream(plan: StreamPlan): Stream {
  const random = createRandom(plan.seed);
  const scattered = plan.shape === 'overdispersed' || plan.shape === 'busy-day';
  let at = plan.from ?? epoch;
  let end = at;
  let chance = 1;
  let perMs = 0;

  function turn(): void {
    const minute = Math.floor(at / minuteMs) * minuteMs;
    const cut = plan.change !== undefined && plan.change.at > at ? plan.change.at : Infinity;
    end = Math.min(minute + minuteMs, cut);
    if (scattered && (at === minute || perMs === 0)) chance = gamma(random, 1 / dispersion) * dispersion;
    perMs = (rateOf(plan, (at + end) / 2) * chance) / minuteMs;
  }

  return {
    next() {
      let mass = -Math.log(1 - random());
      for (;;) {
        if (at >= end) turn();
        const left = (end - at) * perMs;
        if (mass < left) {
          at += mass / perMs;
          return Math.floor(at);
        }
        mass -= left;
        at = end;
      }
    },
  };
}

/** Counts of whole minutes of the same kind of stream, from its start on: as quick as a minute, however many reports it has. */
export function createMinutes(plan: StreamPlan): { next(): number } {
  const random = createRandom(plan.seed);
  const scattered = plan.shape === 'overdispersed' || plan.shape === 'busy-day';
  let minute = plan.from ?? epoch;
  return {
    next() {
      const chance = scattered ? gamma(random, 1 / dispersion) * dispersion : 1;
      const mean = rateOf(plan, minute + minuteMs / 2) * chance;
      minute += minuteMs;
      return poisson(random, mean);
    },
  };
}

function wave(at: number): number {
  return Math.sin((2 * Math.PI * (at - epoch)) / dayMs - 2);
}

function weekday(at: number): number {
  return ((Math.floor((at - epoch) / dayMs) % 7) + 7) % 7;
}

/** Summer time as in the European Union: from the last Sunday of March to the last Sunday of October, 01:00 UTC. */
function isSummer(at: number): boolean {
  const year = new Date(at).getUTCFullYear();
  return at >= lastSunday(year, 2) + hourMs && at < lastSunday(year, 9) + hourMs;
}

function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month + 1, 0);
  return last - new Date(last).getUTCDay() * dayMs;
}

/** Source: Marsaglia and Tsang 2000, for shapes of 1 and above. */
function gamma(random: () => number, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Source: Box and Muller 1958. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A Poisson count: by products up to 30, as a rounded normal with skewness correction above, where that errs by less than a count. */
function poisson(random: () => number, mean: number): number {
  if (mean > 30) {
    const z = normal(random);
    return Math.max(0, Math.floor(mean + Math.sqrt(mean) * z + (z * z - 1) / 6 + 0.5));
  }
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > least; product *= random()) count += 1;
  return count;
}
