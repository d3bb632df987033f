// What is said of counts of rare events: rates with their intervals, and figures for people. Pure.

/** A 95 % interval for the mean of a Poisson count. Source: Wilson and Hilferty 1931, on Garwood's exact one. */
export function poissonInterval(count: number): [number, number] {
  const z = 1.96;
  const end = (n: number, sign: 1 | -1): number => n * (1 - 1 / (9 * n) + (sign * z) / (3 * Math.sqrt(n))) ** 3;
  return [count === 0 ? 0 : Math.max(0, end(count, -1)), end(count + 1, 1)];
}

/** Minutes as people say them: 45 s, 12 min, 3.4 h. */
export function duration(minutes: number): string {
  if (!Number.isFinite(minutes)) return '-';
  const two = (value: number): number => Number(value.toPrecision(2));
  if (minutes < 1.5) return `${two(60 * minutes)} s`;
  return minutes < 100 ? `${two(minutes)} min` : `${two(minutes / 60)} h`;
}
