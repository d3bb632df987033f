import { expect, test } from 'vitest';
import { createRandom } from './detector.fixture.ts';
import { dayOf, fitWeekDays, weekDaysSize } from './week-days.ts';

const hours = Array.from({ length: 168 }, (_, hour) => hour);
const flatDay = Array.from({ length: 24 }, () => 1);

/** Observed and flat mass of each hour of the week after so many weeks of `perHour` times a shape, with or without chance. */
function countsOf(weeks: number, perHour: number, shape: (hour: number) => number, seed?: number): number[] {
  const random = seed === undefined ? null : createRandom(seed);
  return hours.flatMap((hour) => {
    const mean = weeks * perHour * shape(hour);
    const chance = random === null ? 0 : Array.from({ length: 12 }, random).reduce((sum, x) => sum + x, -6);
    return [Math.max(0, mean + Math.sqrt(mean) * chance), weeks * perHour];
  });
}

function fit(counts: readonly number[], perHour: number): Float32Array {
  const fitted = new Float32Array(weekDaysSize).fill(1);
  fitted[0] = 0;
  fitWeekDays(counts, flatDay, perHour, fitted);
  return fitted;
}

/** Two days of seven at half as much, where days begin at `begin`. */
const weekend = (begin: number) => (hour: number): number => ((hour - begin + 168) % 168 >= 120 ? 0.5 : 1.2);

test('a weekend is learnt by nine tenths within five visits, few counts or many, wherever on earth days begin', () => {
  for (const [begin, perHour] of [[0, 12], [5, 12], [19, 300]] as const) {
    const fitted = fit(countsOf(5, perHour, weekend(begin), 7), perHour);
    expect(fitted[0]).toBe(begin);
    for (const hour of hours) expect(Math.abs(fitted[dayOf(fitted[0]!, hour)]! - weekend(begin)(hour))).toBeLessThan(0.1);
  }
});

test('one visit is believed by two thirds', () => {
  const fitted = fit(countsOf(1, 300, weekend(0)), 300);
  expect(fitted[dayOf(0, 130)]).toBeGreaterThan(0.6);
  expect(fitted[dayOf(0, 130)]).toBeLessThan(0.75);
});

test('days that differ by chance alone hardly differ', () => {
  const errors = Array.from({ length: 40 }, (_, seed) => fit(countsOf(5, 12, () => 1, seed), 12).slice(1)).flatMap((factors) => [...factors]).map((factor) => (factor - 1) ** 2);
  const chance = 1 / (5 * 12 * 24);
  expect(errors.reduce((sum, square) => sum + square, 0) / errors.length).toBeLessThan(chance / 3);
});

test('where nothing was seen every day is as any day', () => {
  expect([...fit(hours.flatMap(() => [0, 0]), 0)]).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
});

test('each hour of a week belongs to one of seven days of 24 hours', () => {
  for (const begin of [0, 5, 23]) {
    const places = hours.map((hour) => dayOf(begin, hour));
    expect([...new Set(places)].toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(places.filter((place) => place === 7)).toHaveLength(24);
    expect(dayOf(begin, begin)).toBe(1);
  }
});
