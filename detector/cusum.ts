// A bank of CUSUMs over jump factors, updated at every report. Owns the statistics; thresholds are the budget's, what
// is expected comes from the baseline.
import { jumps } from './alarm-budget.ts';

/** What one statistic has gathered since it last stood at zero. */
export interface Run {
  since: number;
  observed: number;
  expected: number;
  /** Posts among which the observed ones were found, for the share test. */
  mentions: number;
  reports: number;
}

export type Bank = Run[];

export function createBank(): Bank {
  return jumps.map(() => ({ since: 0, observed: 0, expected: 0, mentions: 0, reports: 0 }));
}

/** Adds what the baseline expected since the last call. */
export function expect(bank: Bank, mass: number): void {
  for (const run of bank) run.expected += mass;
}

/** A post that names the service and is no report: it weighs in the share test only. */
export function mention(bank: Bank): void {
  for (const run of bank) run.mentions += 1;
}

/**
 * A counted report of `weight` at time `at` (ms). A statistic that has sunk to zero starts anew with this report:
 * between reports it only falls, so this is the reflected sum, taken at the only moments at which it can rise.
 * `outage` false counts a post that only addresses the service.
 */
export function report(bank: Bank, at: number, weight: number, outage = true): void {
  for (let i = 0; i < bank.length; i++) {
    const run = bank[i]!;
    if (run.observed === 0 || logRatio(run, jumps[i]!) <= 0) zero(run, at);
    run.observed += weight;
    run.mentions += 1;
    if (outage) run.reports += 1;
  }
}

/** Log-likelihood ratio of a rate `jump` times the expected one against the expected one. Source: Page 1954, Poisson. */
export function logRatio(run: Pick<Run, 'observed' | 'expected'>, jump: number): number {
  return run.observed * Math.log(jump) - (jump - 1) * run.expected;
}

export function zero(run: Run, at: number): void {
  run.since = at;
  run.observed = 0;
  run.expected = 0;
  run.mentions = 0;
  run.reports = 0;
}

export function zeroAll(bank: Bank, at: number): void {
  for (const run of bank) zero(run, at);
}
