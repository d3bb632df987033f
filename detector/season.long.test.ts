import { expect, test } from 'vitest';
import { arrivals, createRandom, dayMs, hourMs, monday } from './detector.fixture.ts';
import { createSeason, endFirstDay, learnFirstDay, learnHour, type Season, seasonAround, seasonAt, widenSeason } from './season.ts';

const usualPerMinute = 1;

/** A season that has learnt Poisson counts of `weeks` at a shape, where the level is known. */
function learnt(seed: number, weeks: number, shape: (at: number) => number, perMinute = usualPerMinute): Season {
  const season = createSeason();
  const hours = Math.round(weeks * 168);
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
  expect(error(learnt(4, 3, shape), shape)).toBeLessThan(0.15);
  expect(error(learnt(4, 8, shape), shape)).toBeLessThan(0.08);
});

test('one hour that is three times itself every Tuesday is learnt, but not from one Tuesday', () => {
  const evening = monday + dayMs + 20 * hourMs;
  const shape = (t: number): number => (Math.floor((t - evening) / hourMs) % 168 === 0 && t >= evening ? 3 : 1);
  const after = (weeks: number): number => seasonAt(learnt(5, weeks, shape), evening + hourMs / 2);
  expect(after(1)).toBeLessThan(2);
  expect(after(6)).toBeGreaterThan(1.9);
  expect(seasonAt(learnt(5, 6, shape), evening + 3.5 * hourMs)).toBeLessThan(1.25);
});

test('the last minutes before a busier or quieter day are not taken for a slope', () => {
  const shape = (t: number): number => (isWeekend(t) ? 0.5 : 1.2);
  const season = learnt(6, 10, shape, 20);
  for (const at of [monday + 5 * dayMs - 60_000, monday + 7 * dayMs + 60_000]) {
    expect(seasonAt(season, at)).toBeGreaterThan(1.05);
    expect(seasonAt(season, at)).toBeLessThan(1.3);
  }
  expect(seasonAt(season, monday + 7 * dayMs - 60_000)).toBeLessThan(0.65);
});

test('the curve between hours is the truth, not a line', () => {
  const strong = (t: number): number => 1 + 0.8 * Math.sin((2 * Math.PI * t) / dayMs);
  const season = learnt(7, 6, strong, 20);
  for (let at = monday; at < monday + dayMs; at += hourMs / 4) expect(Math.abs(seasonAt(season, at) / strong(at) - 1)).toBeLessThan(0.05);
});

// the last Sunday of March 2024 is day 27; clocks are put forward at 01:00 UTC
const changeAt = monday + 27 * dayMs + hourMs;
const inSummer = (t: number): number => 1 + 0.8 * Math.sin((2 * Math.PI * (t + (t >= changeAt ? hourMs : 0))) / dayMs);

test('when clocks change the profile moves with them within a day, and is not learnt anew', () => {
  for (const seed of [8, 9]) {
    const season = learnt(seed, 4, inSummer, 5);
    for (let at = changeAt + dayMs; at < changeAt + 2 * dayMs; at += hourMs) expect(Math.abs(seasonAt(season, at) / inSummer(at) - 1)).toBeLessThan(0.15);
  }
});

test('a quiet service follows the change of clocks too, within ten days', () => {
  for (const seed of [12, 13]) {
    const season = learnt(seed, 37 / 7, inSummer, 0.3);
    const errors = Array.from({ length: 24 }, (_, hour) => changeAt + 10 * dayMs + hour * hourMs).map((at) => Math.abs(seasonAt(season, at) / inSummer(at) - 1));
    expect(Math.max(...errors)).toBeLessThan(0.25);
    expect(errors.reduce((sum, part) => sum + part, 0) / 24).toBeLessThan(0.08);
  }
});

test('while clocks may change an hour around is allowed for, until it shows that they did or did not', () => {
  const daily = (t: number): number => 1 + 0.8 * Math.sin((2 * Math.PI * t) / dayMs);
  const before = learnt(10, 27 / 7, daily, 5);
  const ratios = Array.from({ length: 24 }, (_, hour) => seasonAround(before, changeAt + hour * hourMs) / seasonAt(before, changeAt + hour * hourMs));
  expect(Math.max(...ratios)).toBeGreaterThan(1.2);
  expect(Math.min(...ratios)).toBeLessThan(1.02);
  for (const shape of [inSummer, daily]) {
    const after = learnt(10, 29 / 7, shape, 5);
    expect(seasonAround(after, monday + 29 * dayMs + 3 * hourMs)).toBe(seasonAt(after, monday + 29 * dayMs + 3 * hourMs));
  }
});

test('a profile that was kept before there was a curve in it, or days of the week, goes on', () => {
  const season = learnt(11, 4, daily);
  for (const kept of [385, 421]) {
    const older = widenSeason(season.slice(0, kept));
    for (let at = monday; at < monday + dayMs; at += hourMs) expect(Math.abs(seasonAt(older, at) / daily(at) - 1)).toBeLessThan(0.1);
  }
});

test('hours that scatter for more reasons than chance are not taken for a change of clocks, and a change still shows within days', () => {
  const scatter = 0.06;
  const steep = (t: number): number => 1 + (9 / 11) * Math.sin((2 * Math.PI * t) / dayMs);
  const moved: string[] = [];
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const random = createRandom(seed);
    const season = createSeason();
    const leaps = monday + 52 * 7 * dayMs;
    let follows = 0;
    for (let at = monday; at < leaps + 4 * dayMs; at += hourMs) {
      const here = at < leaps ? at : at + hourMs;
      const count = 60_000 * steep(here + hourMs / 2) * (1 + scatter * Math.sqrt(3) * (2 * random() - 1));
      if (at < monday + dayMs) learnFirstDay(season, at, count, 60);
      else {
        endFirstDay(season, 1_000);
        learnHour(season, at, count, 60_000, scatter ** 2);
      }
      // on the slope, where an hour makes a third
      const slope = monday + Math.floor((at - monday) / dayMs) * dayMs + 13 * hourMs;
      if (at >= monday + 14 * dayMs && at < leaps && Math.abs(seasonAt(season, slope) / steep(slope) - 1) > 0.15) moved.push(`${seed}: ${new Date(at).toISOString()}`);
      if (at >= leaps && follows === 0 && Math.abs(seasonAt(season, at + 2 * hourMs) / steep(at + 3 * hourMs) - 1) < 0.05 && Math.abs(steep(at + 3 * hourMs) / steep(at + 2 * hourMs) - 1) > 0.15) follows = at;
    }
    expect(follows, `seed ${seed}`).toBeGreaterThan(0);
  }
  expect(moved).toEqual([]);
});
