import { expect, test } from 'vitest';
import { createRandom } from './detector.fixture.ts';
import * as drift from './drift.ts';

interface Memories {
  count: number;
  minutes: number;
  lately: number;
  latelyMinutes: number;
}

const listOf = ({ count, minutes, lately, latelyMinutes }: Memories): drift.Memories => [count, minutes, lately, latelyMinutes];
const gainOf = (memories: Memories, perHour: number): number => drift.gainOf(listOf(memories), perHour);
const departureOf = (memories: Memories): number => drift.departureOf(listOf(memories));

const hoursADay = 24;
const long = 7 * hoursADay;
const short = 2 * hoursADay;

/** Memories of hourly counts that chance makes of `perHour(hour)`, seen once a day after the first six weeks. */
function watched(seed: number, days: number, perHour: (hour: number) => number): { memories: Memories; truth: number }[] {
  const random = createRandom(seed);
  const memories = { count: 0, minutes: 0, lately: 0, latelyMinutes: 0 };
  const seen: { memories: Memories; truth: number }[] = [];
  for (let hour = 0; hour < days * hoursADay; hour++) {
    const mean = perHour(hour);
    // twelve coins of variance 1/12 stand for a normal, and that for Poisson
    const chance = Array.from({ length: 12 }, random).reduce((sum, x) => sum + x, -6);
    const observed = Math.max(0, mean + Math.sqrt(mean) * chance);
    memories.count = memories.count * Math.exp(-1 / long) + observed;
    memories.minutes = memories.minutes * Math.exp(-1 / long) + 60;
    memories.lately = memories.lately * Math.exp(-1 / short) + observed;
    memories.latelyMinutes = memories.latelyMinutes * Math.exp(-1 / short) + 60;
    if (hour >= 42 * hoursADay && hour % hoursADay === 0) seen.push({ memories: { ...memories }, truth: mean / 60 });
  }
  return seen;
}

const levelOf = (memories: Memories): number => (memories.count / memories.minutes) * (1 + gainOf(memories, 0) * departureOf(memories));

test('of a steady service the shorter memory says little that is believed', () => {
  for (const perHour of [3, 60]) {
    const seen = watched(3, 400, () => perHour);
    const wrong = seen.filter(({ memories, truth }) => Math.abs(levelOf(memories) / truth - 1) > 2.5 / Math.sqrt(memories.lately));
    expect(wrong.length / seen.length).toBeLessThan(0.02);
    expect(seen.filter(({ memories }) => gainOf(memories, 0) === 0).length / seen.length).toBeGreaterThan(0.7);
  }
});

test('a service that doubles in a month is followed more closely than by either memory', () => {
  const drifting = watched(4, 72, (hour) => 60 * 2 ** (Math.max(0, hour - 42 * hoursADay) / (30 * hoursADay))).slice(14);
  const errorOf = (level: (memories: Memories) => number): number => drifting.reduce((sum, { memories, truth }) => sum + level(memories) / truth - 1, 0) / drifting.length;
  expect(errorOf(({ count, minutes }) => count / minutes)).toBeLessThan(-0.1);
  expect(errorOf(({ lately, latelyMinutes }) => lately / latelyMinutes)).toBeLessThan(-0.035);
  expect(Math.abs(errorOf(levelOf))).toBeLessThan(0.02);
});

test('hours that scatter for reasons of their own are no drift', () => {
  const memories: Memories = { count: 10_000, minutes: 10_000, lately: 3_200, latelyMinutes: 3_000 };
  expect(gainOf(memories, 0)).toBeGreaterThan(0.5);
  expect(gainOf(memories, 1)).toBe(0);
});

test('a handful of counts, or memories that are still one, say nothing of a drift', () => {
  expect(gainOf({ count: 3, minutes: 1_000, lately: 2, latelyMinutes: 100 }, 0)).toBe(0);
  expect(gainOf({ count: 50, minutes: 100, lately: 50, latelyMinutes: 100 }, 0)).toBe(0);
  expect(gainOf({ count: 0, minutes: 0, lately: 0, latelyMinutes: 0 }, 0)).toBe(0);
});
