// A bank of CUSUMs over jump factors, updated at every report. Owns the statistics; thresholds are the budget's, what
// is expected comes from the baseline.
import { jumps } from './alarm-budget.ts';

/** What one statistic has gathered since it last stood at zero. */
export interface Run {
  /** ms */
  readonly since: number;
  readonly observed: number;
  readonly expected: number;
  /** Posts among which the observed ones were found, for the share test. */
  readonly mentions: number;
  readonly reports: number;
  /** How much of the observed the baseline has learnt already. */
  readonly taught: number;
}

/** The runs one after another, each as since, observed, expected, mentions, reports, taught. */
export type Bank = number[];

const [since, observed, expected, mentions, reports, taught] = [0, 1, 2, 3, 4, 5] as const;
const width = 6;
const size = width * jumps.length;
const logs = jumps.map((jump) => Math.log(jump));

export function createBank(): Bank {
  return Array.from({ length: size }, () => 0);
}

/** The run of the statistic with this index. */
export function runOf(bank: Bank, index: number): Run {
  const at = index * width;
  return { since: bank[at + since]!, observed: bank[at + observed]!, expected: bank[at + expected]!, mentions: bank[at + mentions]!, reports: bank[at + reports]!, taught: bank[at + taught]! };
}

/** Adds what the baseline expected since the last call. */
export function expect(bank: Bank, mass: number): void {
  for (let at = expected; at < size; at += width) bank[at]! += mass;
}

/** The baseline has learnt `count` of a minute that ended at `until` (ms). */
export function teach(bank: Bank, until: number, count: number): void {
  for (let run = 0; run < size; run += width) if (bank[run + since]! < until) bank[run + taught]! += count;
}

/** A post that names the service and is no report: it weighs in the share test only. */
export function mention(bank: Bank): void {
  for (let at = mentions; at < size; at += width) bank[at]! += 1;
}

/**
 * A counted report of `weight` at time `at` (ms). A statistic that has sunk to zero starts anew with this report:
 * between reports it only falls, so this is the reflected sum, taken at the only moments at which it can rise.
 * `outage` false counts a post that only addresses the service. One that stands for many weighs as much and is one of the
 * posts among which shares are taken.
 */
export function report(bank: Bank, at: number, weight: number, outage = true): void {
  for (let i = 0, run = 0; i < jumps.length; i++, run += width) {
    if (bank[run + observed] === 0 || logRatioOf(bank, i) <= 0) zero(bank, run, at);
    bank[run + observed]! += weight;
    bank[run + mentions]! += 1;
    if (outage) bank[run + reports]! += 1;
  }
}

/** Log-likelihood ratio of a rate `jump` times the expected one against the expected one. Source: Page 1954, Poisson. */
export function logRatio(run: Pick<Run, 'observed' | 'expected'>, jump: number): number {
  return run.observed * Math.log(jump) - (jump - 1) * run.expected;
}

/** The same of the statistic with this index. */
export function logRatioOf(bank: Bank, index: number): number {
  return bank[index * width + observed]! * logs[index]! - (jumps[index]! - 1) * bank[index * width + expected]!;
}

/** The greatest of them from the statistic `first` on. */
export function greatestLogRatio(bank: Bank, first: number): number {
  let most = -Infinity;
  for (let i = first; i < jumps.length; i++) most = Math.max(most, logRatioOf(bank, i));
  return most;
}

/** Sets every statistic to zero at `at` (ms). */
export function zeroAll(bank: Bank, at: number): void {
  for (let run = 0; run < size; run += width) zero(bank, run, at);
}

function zero(bank: Bank, run: number, at: number): void {
  bank[run + since] = at;
  for (let place = observed; place < width; place++) bank[run + place] = 0;
}
