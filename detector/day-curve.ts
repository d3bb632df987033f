// The smooth curve of a day behind 24 hourly counts: as bent as the counts demand, no more. Owns the fit and its
// uncertainty. Where counts are many the curve is the counts; where they are few, neighbouring hours speak for each other.

const hours = 24;
// Prior: the log of the curve bends (second difference from hour to hour) by about 0.15, and stands off flat by about 2.
const bendPrecision = 1 / 0.15 ** 2;
const flatPrecision = 1 / 2 ** 2;
const longestStep = 1;

/**
 * One step towards the curve: `counts` hold observed and flat mass of the hours 0 to 23 in turn, `curve` their 24 factors,
 * which it improves; `flat` is mass of a flat day that each hour is held against besides. Few steps reach it from anywhere, one an hour follows it. Source: Newton's method on the log
 * posterior of Poisson counts under a Gaussian prior on cyclic second differences (a smoothing spline on the circle).
 */
export function fitDay(counts: ArrayLike<number>, curve: Float32Array, flat = 0): void {
  const matrix = new Float64Array(hours * hours);
  const step = new Float64Array(hours);
  const logs = Float64Array.from(curve, (factor) => Math.log(factor));
  for (let i = 0; i < hours; i++) {
    const expected = (counts[2 * i + 1]! + flat) * curve[i]!;
    const at = (by: number): number => (i + by + hours) % hours;
    const bend = 6 * logs[i]! - 4 * (logs[at(1)]! + logs[at(-1)]!) + logs[at(2)]! + logs[at(-2)]!;
    step[i] = counts[2 * i]! + flat - expected - bendPrecision * bend - flatPrecision * logs[i]!;
    matrix[i * hours + i] = expected + flatPrecision + 6 * bendPrecision;
    matrix[i * hours + at(1)] = matrix[i * hours + at(-1)] = -4 * bendPrecision;
    matrix[i * hours + at(2)] = matrix[i * hours + at(-2)] = bendPrecision;
  }
  solve(matrix, step);
  for (let i = 0; i < hours; i++) curve[i] = Math.exp(logs[i]! + Math.max(-longestStep, Math.min(longestStep, step[i]!)));
}

/**
 * Relative variance of the curve at an hour with so many counts behind it. Source: variance of a smoothing spline's
 * equivalent kernel, 0.265 over its width in hours (Silverman 1984).
 */
export function curveDoubt(count: number): number {
  const seen = Math.max(count, 1);
  return Math.min(1, 0.265 * (seen / bendPrecision) ** 0.25) / seen;
}

/** Solves matrix x = vector in place, by Cholesky; the matrix is symmetric and positive definite. */
function solve(matrix: Float64Array, vector: Float64Array): void {
  const n = vector.length;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k]! * matrix[j * n + k]!;
      matrix[i * n + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = vector[i]!;
    for (let k = 0; k < i; k++) sum -= matrix[i * n + k]! * vector[k]!;
    vector[i] = sum / matrix[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = vector[i]!;
    for (let k = i + 1; k < n; k++) sum -= matrix[k * n + i]! * vector[k]!;
    vector[i] = sum / matrix[i * n + i]!;
  }
}
