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
  /** By how much the variance of the observed is more than its mean, where reports stand for several each. */
  readonly beyond: number;
}

/** The runs one after another, each as since, observed, expected, mentions, reports, taught; then `beyond` of each, once one is not 0. */
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
  return { since: bank[at + since]!, observed: bank[at + observed]!, expected: bank[at + expected]!, mentions: bank[at + mentions]!, reports: bank[at + reports]!, taught: bank[at + taught]!, beyond: bank[size + index] ?? 0 };
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
 * `outage` false counts a post that only addresses the service. One that stands for `n` weighs n times as much and is one of the
 * posts among which shares are taken.
 */
export function report(bank: Bank, at: number, weight: number, n = 1, outage = true): void {
  if (n > 1 && bank.length === size) bank.push(...jumps.map(() => 0));
  for (let i = 0, run = 0; i < jumps.length; i++, run += width) {
    if (bank[run + observed] === 0 || logRatioOf(bank, i) <= 0) zero(bank, i, at);
    bank[run + observed]! += n * weight;
    if (n > 1) bank[size + i]! += n * (n - 1) * weight;
    bank[run + mentions]! += 1;
    if (outage) bank[run + reports]! += 1;
  }
}

/** The variance of a count of reports over its mean, where each stands for n: 1 where n is. Source: compound Poisson, the sum of n squared over the sum of n. */
export function samplingOf(count: number, beyond: number): number {
  return count === 0 ? 1 : 1 + beyond / count;
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
  for (let i = 0; i < jumps.length; i++) zero(bank, i, at);
}

function zero(bank: Bank, index: number, at: number): void {
  const run = index * width;
  bank[run + since] = at;
  if (bank.length > size) bank[size + index] = 0;
  for (let place = observed; place < width; place++) bank[run + place] = 0;
}
