// What is measured on the test stand: false alarms a service-year on streams in which nothing happens, and delays over the
// theoretical floor. Pure and deterministic; printing and bars are the caller's.
import { alarmThreshold, jumps } from '../../detector/alarm-budget.ts';
import { minuteMs } from '../../detector/detector.fixture.ts';
import { createStand, type Stand } from './stand.ts';
import { createMinutes, createStream, epoch, rateOf, type Shape, type StreamPlan } from './streams.ts';

const dayMs = 24 * 60 * minuteMs;
const yearDays = 365.25;
/** Days of a stream that are learnt before anything is measured. */
export const learntDays = 42;

export interface NullFigure {
  readonly serviceYears: number;
  readonly alarms: number;
  readonly perServiceYear: number;
  /** Alarms by the rule of their signal. */
  readonly byRule: Readonly<Record<string, number>>;
}

/** Alarms (suspicions and reopenings) in `years` service-years of a stream without any change, in runs of `runDays` each after `learntDays`. */
export function falseAlarms(shape: Shape, perMinute: number, budgetPerServiceYear: number, years: number, seed = 1, runDays = yearDays): NullFigure {
  const byRule: Record<string, number> = {};
  let alarms = 0;
  const runs = Math.max(1, Math.ceil((years * yearDays) / runDays));
  const days = (years * yearDays) / runs;
  for (let run = 0; run < runs; run++) {
    const plan: StreamPlan = { shape, perMinute, seed: seed * 1_000_003 + 2 * run };
    const stand = learnt(plan, budgetPerServiceYear);
    const from = epoch + learntDays * dayMs;
    const until = from + days * dayMs;
    feed(stand, { ...plan, seed: plan.seed + 1, from }, until);
    for (const opening of stand.openings) if (opening.at >= from) byRule[opening.rule] = (byRule[opening.rule] ?? 0) + 1;
    alarms += stand.openings.filter((opening) => opening.at >= from).length;
  }
  return { serviceYears: years, alarms, perServiceYear: alarms / years, byRule };
}

export interface TailFigure {
  readonly serviceDays: number;
  /** Hours in which the evidence came within reach of an alarm: the alarm that `reach` times the budget would have raised. */
  readonly near: number;
  /** Alarms a service-year as extrapolated, with the interval that holds the truth nine times in ten. */
  readonly perServiceYear: number;
  readonly least: number;
  readonly most: number;
}

/**
 * The accelerated estimate for services too busy to be simulated for years. No incident is opened; of each hour the
 * greatest evidence is kept: nats (statistic and tail, the lesser) above the threshold of the budget, where they exceed
 * the threshold of `reach` times the budget. Such excesses fall off exponentially (the maximum of a CUSUM over a long
 * time: Siegmund 1985), so that alarms a year are hours near it a year times exp(-ln(reach) / mean excess). The interval
 * is the delta method's: one relative error of 1/sqrt(n) from the count, ln(reach) / (mean excess sqrt(n)) from the fall.
 */
export function nearAlarms(shape: Shape, perMinute: number, budgetPerServiceYear: number, days: number, reach = 100, seed = 1): TailFigure {
  const plan: StreamPlan = { shape, perMinute, seed: seed * 1_000_003 };
  const from = epoch + learntDays * dayMs;
  const stand = createStand({ budgetPerServiceYear: budgetPerServiceYear * reach }, learnt(plan, budgetPerServiceYear).freeze(), false);
  const stream = createStream({ ...plan, seed: plan.seed + 1, from });
  const hours = new Map<number, number>();
  for (let at = stream.next(); at < from + days * dayMs; at = stream.next()) {
    const signal = stand.report(at);
    if (signal === null) continue;
    const excess = Math.min(signal.statistic, signal.tail * Math.LN10) - signal.threshold;
    const hour = Math.floor(at / (60 * minuteMs));
    // a run that lasts over the hour's end is one
    const place = hours.has(hour - 1) ? hour - 1 : hour;
    hours.set(place, Math.max(hours.get(place) ?? 0, excess));
  }
  const near = hours.size;
  const meanExcess = near === 0 ? 1 : [...hours.values()].reduce((sum, excess) => sum + excess, 0) / near;
  const perServiceYear = ((near / days) * yearDays) * Math.exp(-Math.log(reach) / meanExcess);
  const error = near === 0 ? Infinity : 1.645 * Math.sqrt((1 + (Math.log(reach) / meanExcess) ** 2) / near);
  return { serviceDays: days, near, perServiceYear, least: perServiceYear * Math.exp(-error), most: perServiceYear * Math.exp(error) };
}

export interface DelayFigure {
  readonly trials: number;
  /** Not found within the time looked at. */
  readonly missed: number;
  /** Minutes, means over the trials. The floor contains the wait for `minReporters` reports. */
  readonly meanMinutes: number;
  readonly floorMinutes: number;
  readonly overFloor: number;
  /** Standard error of `overFloor`. */
  readonly error: number;
}

/** The delay of the alarm after a jump, over the floor on the same arrivals; onsets at any time of a day after `learntDays`. */
export function delay(shape: Shape, perMinute: number, times: number, trials: number, seed = 1, budgetPerServiceYear = 1, baselines = 4): DelayFigure {
  const found: number[] = [];
  const floors: number[] = [];
  let missed = 0;
  const per = Math.ceil(trials / baselines);
  for (let baseline = 0; baseline < baselines; baseline++) {
    const history: StreamPlan = { shape, perMinute, seed: seed * 1_000_003 + 7_919 * baseline };
    const warm = learnt(history, budgetPerServiceYear);
    // a day more, stopped at as many moments as there are trials
    for (let trial = 0; trial < per; trial++) {
      const from = epoch + learntDays * dayMs + Math.floor((trial * 1_440) / per) * minuteMs;
      if (trial > 0) warm.learn(createMinutes({ ...history, seed: history.seed + trial, from: epoch + learntDays * dayMs + Math.floor(((trial - 1) * 1_440) / per) * minuteMs }), Math.floor((trial * 1_440) / per) - Math.floor(((trial - 1) * 1_440) / per));
      const leadMs = Math.min(120, Math.max(3, 200 / perMinute)) * minuteMs;
      const onset = from + leadMs;
      const plan: StreamPlan = { shape, perMinute, seed: history.seed + 104_729 * (trial + 1), from, change: { at: onset, times } };
      const stand = createStand({ budgetPerServiceYear }, warm.freeze());
      const stream = createStream(plan);
      const until = onset + 400 * 60 * minuteMs;
      const floor = createFloor(plan, times, budgetPerServiceYear, 5);
      let heard: number | null = null;
      let least: number | null = null;
      for (let at = stream.next(); at < until && (heard === null || least === null); at = stream.next()) {
        if (heard === null && stand.report(at) !== null && at >= onset) heard = at;
        if (least === null) least = floor(at);
      }
      if (heard === null || least === null) missed += 1;
      else {
        found.push((heard - onset) / minuteMs);
        floors.push((least - onset) / minuteMs);
      }
    }
  }
  const meanMinutes = mean(found);
  const floorMinutes = mean(floors);
  const overFloor = meanMinutes / floorMinutes;
  const error = Math.sqrt(mean(found.map((d, i) => (d - overFloor * floors[i]!) ** 2)) / found.length) / floorMinutes;
  return { trials: per * baselines, missed, meanMinutes, floorMinutes, overFloor, error };
}

/**
 * The CUSUM that knows the rate at every moment and the jump, with the whole budget, and that waits for so many reports:
 * fed with reports (ms) it answers the time of the first after the onset at which both hold. Source: Page 1954.
 */
export function createFloor(plan: StreamPlan, times: number, budgetPerServiceYear: number, minReporters: number): (at: number) => number | null {
  const i = jumps.findIndex((jump) => jump === times);
  const threshold = alarmThreshold(i, plan.perMinute, budgetPerServiceYear) - Math.log(jumps.length);
  const { change: _change, ...calm } = plan;
  const onset = plan.change!.at;
  let sum = 0;
  let last = onset;
  let reports = 0;
  return (at) => {
    if (at < onset) return null;
    const usual = rateOf(calm, (at + last) / 2);
    sum = Math.max(0, sum - ((times - 1) * usual * (at - last)) / minuteMs) + Math.log(times);
    last = at;
    reports += 1;
    return sum >= threshold && reports >= minReporters ? at : null;
  };
}

/** A stand that has learnt `learntDays` of a stream. */
export function learnt(plan: StreamPlan, budgetPerServiceYear: number): Stand {
  const stand = createStand({ budgetPerServiceYear });
  stand.learn(createMinutes({ ...plan, from: epoch }), learntDays * 1_440);
  return stand;
}

/** Reports of a stream up to `until` (ms). */
export function feed(stand: Stand, plan: StreamPlan, until: number): void {
  const stream = createStream(plan);
  for (let at = stream.next(); at < until; at = stream.next()) stand.report(at);
  stand.advance(until);
}

function mean(list: readonly number[]): number {
  return list.reduce((sum, x) => sum + x, 0) / list.length;
}
