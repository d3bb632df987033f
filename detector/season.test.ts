import { expect, test } from 'vitest';
import { arrivals, createRandom, dayMs, hourMs, monday } from './detector.fixture.ts';
import { createSeason, endFirstDay, learnFirstDay, learnHour, type Season, seasonAt } from './season.ts';

const perMinute = 1;

/** A season that has learnt Poisson counts of `weeks` at a shape, where the level is known. */
function learnt(seed: number, weeks: number, shape: (at: number) => number): Season {
  const season = createSeason();
  const hours = weeks * 168;
  const counts = new Float64Array(hours);
  for (const at of arrivals(createRandom(seed), monday, monday + hours * hourMs, (t) => perMinute * shape(t), 5 * perMinute)) counts[Math.floor((at - monday) / hourMs)]! += 1;
  for (let hour = 0; hour < hours; hour++) {
    const at = monday + hour * hourMs;
    if (hour < 24) learnFirstDay(season, at, counts[hour]!, 60);
    else {
      endFirstDay(season, perMinute);
      learnHour(season, at, counts[hour]!, 60 * perMinute);
    }
  }
  return season;
}

/** Relative root mean square error over the middles of a week's hours. */
function error(season: Season, shape: (at: number) => number): number {
  let sum = 0;
  for (let hour = 0; hour < 168; hour++) sum += (seasonAt(season, monday + (hour + 0.5) * hourMs) / shape(monday + (hour + 0.5) * hourMs) - 1) ** 2;
  return Math.sqrt(sum / 168);
}

const daily = (t: number): number => 1 + 0.5 * Math.sin((2 * Math.PI * t) / dayMs);
const isWeekend = (t: number): boolean => Math.floor((t - monday) / dayMs) % 7 >= 5;

test('where every day is like another, the hours of the week add little error to the day they share', () => {
  for (const seed of [1, 2, 3]) expect(error(learnt(seed, 8, daily), daily)).toBeLessThan(0.03);
});

test('a weekend with half as much is learnt by half and more within three weeks', () => {
  const shape = (t: number): number => (isWeekend(t) ? 0.5 : 1.2) * daily(t);
  expect(error(learnt(4, 3, shape), shape)).toBeLessThan(0.25);
  expect(error(learnt(4, 8, shape), shape)).toBeLessThan(0.18);
});

test('one hour that is three times itself every Tuesday is learnt, but not from one Tuesday', () => {
  const evening = monday + dayMs + 20 * hourMs;
  const shape = (t: number): number => (Math.floor((t - evening) / hourMs) % 168 === 0 && t >= evening ? 3 : 1);
  const after = (weeks: number): number => seasonAt(learnt(5, weeks, shape), evening + hourMs / 2);
  expect(after(1)).toBeLessThan(2);
  expect(after(6)).toBeGreaterThan(1.9);
  expect(seasonAt(learnt(5, 6, shape), evening + 3.5 * hourMs)).toBeLessThan(1.25);
});
