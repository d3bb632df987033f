import { expect, test } from 'vitest';
import { curveDoubt, fitDay } from './day-curve.ts';
import { arrivals, createRandom, hourMs } from './detector.fixture.ts';

const hours = Array.from({ length: 24 }, (_, hour) => hour);
const wave = (hour: number): number => 1 + 0.8 * Math.sin((2 * Math.PI * (hour + 0.5)) / 24);

/** Hourly counts of so many days at `perHour` times a shape. */
function countsOf(seed: number, perHour: number, days: number, shape: (hour: number) => number): number[] {
  const random = createRandom(seed);
  return hours.flatMap((hour) => {
    const rate = (perHour * days * shape(hour)) / 60;
    return [arrivals(random, 0, hourMs, () => rate, rate).length, perHour * days];
  });
}

function fitted(counts: number[], flat = 0): Float32Array {
  const curve = new Float32Array(24).fill(1);
  for (let step = 0; step < 12; step++) fitDay(counts, curve, flat);
  return curve;
}

const error = (curve: ArrayLike<number>, shape: (hour: number) => number): number => Math.sqrt(hours.reduce((sum, hour) => sum + (curve[hour]! / shape(hour) - 1) ** 2, 0) / 24);

test('a curve of few counts is nearer to the truth than the counts are', () => {
  let ofCurves = 0;
  let ofCounts = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const counts = countsOf(seed, 3, 6, wave);
    ofCurves += error(fitted(counts), wave);
    ofCounts += error(hours.map((hour) => counts[2 * hour]! / counts[2 * hour + 1]!), wave);
  }
  expect(ofCurves).toBeLessThan(0.7 * ofCounts);
});

test('a curve of many counts is the counts, edges and all', () => {
  const office = (hour: number): number => (hour >= 8 && hour < 18 ? 2 : 0.3);
  expect(error(fitted(countsOf(4, 6_000, 20, office)), office)).toBeLessThan(0.02);
});

test('the nights of a service with ten times as much by day are not taken for busier than they are', () => {
  const curve = fitted(countsOf(5, 3, 60, wave));
  const least = Math.min(...hours.map(wave));
  expect(Math.min(...curve)).toBeLessThan(1.25 * least);
  expect(Math.min(...curve)).toBeGreaterThan(0.75 * least);
});

test('held against a flat day the curve lies between both', () => {
  const counts = countsOf(6, 600, 1, wave);
  const half = fitted(counts, 600);
  expect(half[6]!).toBeGreaterThan(1.2);
  expect(half[6]!).toBeLessThan(1.6);
});

test('an hour with nothing in it keeps a factor above zero, and the doubt falls with the count', () => {
  expect(Math.min(...fitted(hours.flatMap((hour) => [hour < 6 ? 0 : 10, 8])))).toBeGreaterThan(0);
  expect(curveDoubt(0)).toBeLessThan(0.2);
  for (const count of [1, 10, 100, 10_000]) expect(curveDoubt(10 * count)).toBeLessThan(curveDoubt(count) / 4);
});
