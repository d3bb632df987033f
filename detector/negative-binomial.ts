// Owns the numerics of counts: log probability and upper tail of the negative binomial,
// deep into the tail. It does not know what is counted, and estimates nothing.

const HALF_LN_2PI = 0.918_938_533_204_672_8;
const SMALLEST_STIRLING = 12;
const TINY = 1e-300;
const LARGEST_COUNT = 1e12;
const LEAST_DISPERSION = 1e-15;
const MOST_DISPERSION = 1e6;
const MOST_TERMS = 20_000;

/**
 * Natural logarithm of the gamma function for x > 0 (relative error below 1e-13).
 * Source: Stirling's series with the correction of `stirlingError`.
 */
export function logGamma(x: number): number {
  if (Number.isNaN(x) || x <= 0) return Number.NaN;
  if (x === Infinity) return Infinity;
  return (x - 0.5) * Math.log(x) - x + HALF_LN_2PI + stirlingError(x);
}

/**
 * Natural logarithm of P(X = count) for a negative binomial with this mean and
 * dispersion (variance = mean + dispersion * mean^2; dispersion 0 is Poisson).
 * `count` may be a real number >= 0 (the analytic continuation); below 0 it is -Infinity.
 * Accurate for counts and means up to 1e12; NaN where mean or dispersion is negative or NaN.
 * Source: the saddle-point form of C. Loader, "Fast and accurate computation of binomial
 * probabilities" (2000), rearranged so that dispersion -> 0 loses no digits.
 */
export function negativeBinomialLogPmf(count: number, mean: number, dispersion: number): number {
  if (!(mean >= 0) || !(dispersion >= 0) || Number.isNaN(count)) return Number.NaN;
  if (count < 0) return -Infinity;
  if (mean === 0) return count === 0 ? 0 : -Infinity;
  return logPmf(count, mean, usable(dispersion));
}

function logPmf(count: number, mean: number, dispersion: number): number {
  const spread = dispersion * mean;
  if (count === 0) return spread < 1e-12 ? -mean : -Math.log1p(spread) / dispersion;
  const excess = (count - mean) / (1 + spread);
  const fitted = (mean * (1 + dispersion * count)) / (1 + spread);
  let log = -0.5 * Math.log(count * (1 + dispersion * count)) - HALF_LN_2PI;
  log -= stirlingError(count) + deviance(count, fitted, excess);
  if (dispersion > 0) {
    const shape = 1 / dispersion;
    log += stirlingError(shape + count) - stirlingError(shape) - deviance(shape, shape + excess, -excess);
  }
  return log;
}

/**
 * log10 of P(X >= count), at most 0, for a negative binomial with this mean and dispersion
 * (variance = mean + dispersion * mean^2; 0 is Poisson). Works in logarithms, so tails far
 * below 1e-300 keep their digits. `count` may be real: between whole numbers the tail is the
 * incomplete beta's own interpolation. Mean 0 leaves nothing above it: -Infinity. Counts and
 * means past 1e12 are scaled down together to it. NaN where an argument is NaN or negative.
 * Source: P(X >= k) = I_p(k, r), regularised incomplete beta with r = 1 / dispersion and
 * p = mean / (mean + r); continued fractions DLMF 8.17.22 (above the mean) and Gauss's for
 * 2F1(1-k, 1; r+1; -r/mean) (below it), both scaled to stay finite as r grows without bound.
 */
export function negativeBinomialLog10UpperTail(count: number, mean: number, dispersion: number): number {
  if (!(mean >= 0) || !(dispersion >= 0) || Number.isNaN(count)) return Number.NaN;
  if (count < 1e-12) return 0;
  if (mean === 0) return -Infinity;
  const scale = Math.min(1, LARGEST_COUNT / Math.max(count, mean));
  if (scale === 0) return count === Infinity && mean < Infinity ? -Infinity : 0;
  return log10Tail(count * scale, Math.max(mean * scale, TINY), usable(dispersion));
}

function log10Tail(count: number, mean: number, dispersion: number): number {
  const log = logPmf(count, mean, dispersion);
  if (count + 1 > mean * (1 + dispersion)) {
    return Math.min(0, (log + Math.log(upperFraction(count, mean, dispersion))) / Math.LN10);
  }
  const below = Math.exp(log) * lowerFraction(count, mean, dispersion) * count * (dispersion + 1 / mean);
  return Math.log1p(-Math.min(1, Math.max(0, below))) / Math.LN10;
}

function usable(dispersion: number): number {
  return dispersion < LEAST_DISPERSION ? 0 : Math.min(dispersion, MOST_DISPERSION);
}

/** ln Gamma(x) less Stirling's (x - 1/2) ln x - x + ln(2 pi)/2, for x > 0; tends to 1 / (12 x). */
function stirlingError(x: number): number {
  let shifted = x;
  let sum = 0;
  while (shifted < SMALLEST_STIRLING) {
    sum += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
    shifted += 1;
  }
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  return (
    sum +
    inverse *
      (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360_360)))))
  );
}

/** x ln(x / fitted) - difference, where difference = x - fitted is known to full precision. */
function deviance(x: number, fitted: number, difference: number): number {
  const v = difference / (x + fitted);
  if (Math.abs(v) > 0.1) return x * Math.log(x / fitted) - difference;
  const square = v * v;
  let sum = difference * v;
  let term = 2 * x * v;
  for (let odd = 3; odd < 40; odd += 2) {
    term *= square;
    const next = sum + term / odd;
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** P(X >= count) / P(X = count), by the modified Lentz method. */
function upperFraction(count: number, mean: number, dispersion: number): number {
  const p = (dispersion * mean) / (1 + dispersion * mean);
  const rp = mean / (1 + dispersion * mean);
  return lentz((step) => {
    const j = step >> 1;
    if (step % 2 === 1) return -((count + j) / (count + 2 * j)) * (((count + j) * p + rp) / (count + 2 * j + 1));
    return (j / (count + 2 * j - 1)) * ((rp - j * p) / (count + 2 * j));
  });
}

/** P(X < count) / (P(X = count) * count * (dispersion + 1 / mean)), by the modified Lentz method. */
function lowerFraction(count: number, mean: number, dispersion: number): number {
  return lentz((step) => {
    const j = step >> 1;
    const near = 1 + 2 * j * dispersion;
    if (step % 2 === 1) return ((1 - count + j) * (1 + j * dispersion)) / (near * (near + dispersion) * mean);
    return (j * (1 + (count + j - 1) * dispersion)) / ((near - dispersion) * near * mean);
  });
}

/** 1 / (1 + t(1) / (1 + t(2) / (1 + ...))). */
function lentz(term: (step: number) => number): number {
  let c = 1;
  let d = 1 / clear(1 + term(1));
  let value = d;
  for (let step = 2; step <= MOST_TERMS; step++) {
    const t = term(step);
    d = 1 / clear(1 + t * d);
    c = clear(1 + t / c);
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

function clear(x: number): number {
  return Math.abs(x) < TINY ? TINY : x;
}
