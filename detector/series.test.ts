import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeriesScorer, type SeriesSettings } from './series.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function poisson(mean: number, next: () => number): number {
  let count = 0;
  for (let left = Math.exp(-mean), product = next(); product > left; product *= next()) count++;
  return count;
}

/** Counts around `mean` with a day's rhythm; `rise` multiplies what `burst` covers (by bin number). */
function stream(made: { mean: number; bins: number; binMs: number; seed: number; burst?: [number, number]; rise?: number }): number[] {
  const next = random(made.seed);
  return Array.from({ length: made.bins }, (_, bin) => {
    const season = 1 + 0.7 * Math.sin((2 * Math.PI * bin * made.binMs) / DAY_MS);
    const inside = made.burst !== undefined && bin >= made.burst[0] && bin < made.burst[1];
    return poisson(made.mean * season * (inside ? made.rise! : 1), next);
  });
}

function alerts(values: number[], binMs: number, settings?: Partial<SeriesSettings>): number[] {
  const scorer = createSeriesScorer(settings);
  return values.flatMap((value, bin) => (scorer.next(bin * binMs, value) >= 0.5 ? [bin] : []));
}

test('fourteen days with a daily rhythm and nothing wrong raise next to no alert', () => {
  let raised = 0;
  for (const mean of [0.5, 2, 20]) {
    for (let seed = 1; seed <= 4; seed++) {
      raised += alerts(stream({ mean, bins: 14 * 288, binMs: 5 * MINUTE_MS, seed }), 5 * MINUTE_MS).length;
    }
  }
  expect(raised).toBeLessThanOrEqual(6);
});

test.each([
  ['minutes', MINUTE_MS, 7200],
  ['five minutes', 5 * MINUTE_MS, 4032],
  ['hours', 60 * MINUTE_MS, 1000],
  ['days', DAY_MS, 300],
])('a tenfold rise in bins of %s raises one alert within six bins', (_, binMs, bins) => {
  const start = Math.floor(bins * 0.8);
  const values = stream({ mean: 10, bins, binMs, seed: 7, burst: [start, start + 6], rise: 10 });
  const raised = alerts(values, binMs);
  expect(raised.filter((bin) => bin >= start && bin < start + 6)).toHaveLength(1);
  expect(raised.length).toBeLessThanOrEqual(2);
});

test('irregular spacing with lost points still shows the rise', () => {
  const next = random(3);
  const values = stream({ mean: 10, bins: 4032, binMs: 5 * MINUTE_MS, seed: 5, burst: [3000, 3020], rise: 8 });
  const scorer = createSeriesScorer();
  const raised = values.flatMap((value, bin) => {
    if (next() < 0.2 || (bin > 1500 && bin < 1700)) return [];
    return scorer.next((bin + 0.4 * next()) * 5 * MINUTE_MS, value) >= 0.5 ? [bin] : [];
  });
  expect(raised.some((bin) => bin >= 3000 && bin < 3020)).toBe(true);
  expect(raised.length).toBeLessThanOrEqual(3);
});

test('after an alert the score stays below the threshold for twelve hours, then a new rise counts', () => {
  const binMs = 5 * MINUTE_MS;
  const values = stream({ mean: 10, bins: 4032, binMs, seed: 11, burst: [2600, 2700], rise: 10 });
  const again = stream({ mean: 10, bins: 4032, binMs, seed: 12, burst: [3200, 3220], rise: 40 });
  const raised = alerts([...values.slice(0, 2900), ...again.slice(2900)], binMs).filter((bin) => bin >= 2600);
  expect(raised).toHaveLength(2);
  expect(raised[1]).toBeGreaterThanOrEqual(3200);
});

test('a first few reports after days of silence are no alert, a dozen are', () => {
  const silent = Array.from({ length: 2000 }, () => 0);
  expect(alerts([...silent, 1, 1], 5 * MINUTE_MS)).toEqual([]);
  expect(alerts([...silent, 12], 5 * MINUTE_MS)).toEqual([2000]);
});

test('a constant series never alerts, and the score depends on the past alone', () => {
  for (const level of [0, 1, 250, 1e12]) expect(alerts(Array.from({ length: 3000 }, () => level), 5 * MINUTE_MS)).toEqual([]);
  const values = stream({ mean: 5, bins: 1000, binMs: 5 * MINUTE_MS, seed: 2 });
  const one = createSeriesScorer();
  const other = createSeriesScorer();
  values.forEach((value, bin) => {
    if (bin < 600) expect(one.next(bin, value)).toBe(other.next(bin, value));
    else one.next(bin, value * 3);
  });
});

test('a stronger rise never scores lower', () => {
  const values = stream({ mean: 10, bins: 3000, binMs: 5 * MINUTE_MS, seed: 9 });
  let before = 0;
  for (const last of [0, 5, 20, 40, 80, 200, 1000, 1e5, 1e9]) {
    const scorer = createSeriesScorer();
    values.forEach((value, bin) => scorer.next(bin * 5 * MINUTE_MS, value));
    const score = scorer.next(values.length * 5 * MINUTE_MS, last);
    expect(score).toBeGreaterThanOrEqual(before);
    before = score;
  }
  expect(before).toBeGreaterThan(0.5);
});

test('whatever the times and values, each score is a number from 0 to 1', () => {
  const odd = fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 0, 1, 5e-324, 1e12, Number.MAX_VALUE);
  const value = fc.oneof(odd, fc.integer({ min: 0, max: 50 }), fc.double());
  const time = fc.oneof(odd, fc.integer({ min: 0, max: 100_000_000 }), fc.double());
  fc.assert(
    fc.property(fc.array(fc.tuple(time, value), { maxLength: 120 }), (points) => {
      const scorer = createSeriesScorer();
      for (const [tsMs, count] of points) {
        const score = scorer.next(tsMs, count);
        expect(score >= 0 && score <= 1).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
