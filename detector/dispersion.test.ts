import { expect, test } from 'vitest';
import { dispersionOf } from './dispersion.ts';

/** Mean of exp(w Z), Z what a minute of negative binomial counts (mean m, variance m + alpha m^2) adds to the statistic for `times`. */
function moment(m: number, alpha: number, times: number, w: number): number {
  const size = 1 / alpha;
  const p = size / (size + m);
  let log = size * Math.log(p);
  let sum = 0;
  for (let n = 0; n < 2_000; n++) {
    sum += Math.exp(log + w * (n * Math.log(times) - (times - 1) * m));
    log += Math.log(((n + size) / (n + 1)) * (1 - p));
  }
  return sum;
}

test('at one over the divisor the mean of e to the statistic of a minute is 1', () => {
  for (const [m, alpha, times] of [[1, 0.1, 2], [1, 0.1, 5], [5, 0.1, 1.5], [5, 0.1, 3], [0.2, 0.3, 10]] as const) {
    const divisor = dispersionOf(times, alpha * m);
    expect(moment(m, alpha, times, 1 / divisor)).toBeCloseTo(1, 3);
    expect(divisor).toBeGreaterThan(1 + alpha * m);
  }
});

test('where minutes scatter as Poisson does nothing is taken off', () => {
  for (const times of [1.5, 2, 30]) {
    expect(dispersionOf(times, 0)).toBe(1);
    expect(dispersionOf(times, 1e-5)).toBeCloseTo(1, 3);
  }
});

test('the divisor of a small jump is the ratio of variance and mean, a larger jump is divided by more', () => {
  expect(dispersionOf(1.01, 0.5)).toBeCloseTo(1.5, 1);
  const divisors = [1.5, 2, 3, 5, 10, 30].map((times) => dispersionOf(times, 0.5));
  expect(divisors).toEqual(divisors.toSorted((a, b) => a - b));
});
