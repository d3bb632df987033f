// Turns a budget of false alarms into thresholds of the CUSUM bank. Knows nothing of services or posts.

/** Jump factors that the bank looks for. Source: six of them come within 1.09 to 1.18 of the delay floor (study, docs/design.md). */
export const jumps = [1.5, 2, 3, 5, 10, 30] as const;

// The mean time between alarms of a Poisson CUSUM, counted in expected reports, tends to c(k) x e^h. ln c(k) from
// solving (k-1) V'(x) = 1 + V(x + ln k) - V(x) with V'(0) = 0 and V = 0 past h, backwards from h on a grid of
// ln k / 1000; constant to 0.02 from h = 6 on (to 0.2 for x30, where h holds few jumps). A test simulates it.
const logFactor: readonly number[] = [2.494, 1.411, 0.466, -0.346, -1.164, -2.2];

const minutesAYear = 525_960;
const fewestExpected = 10_000;

/**
 * The threshold of statistic `index` of the bank for a service that expects `perMinute` reports, so that each of the
 * six alarms once in 6 / budgetPerServiceYear years. Below 10,000 expected reports in that time it stays as for
 * those: the floor of reporters rules there.
 */
export function alarmThreshold(index: number, perMinute: number, budgetPerServiceYear: number): number {
  const expected = (perMinute * minutesAYear * jumps.length) / budgetPerServiceYear;
  return Math.log(Math.max(expected, fewestExpected)) - logFactor[index]!;
}
