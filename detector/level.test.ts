import { expect, test } from 'vitest';
import { createLevel, doubtScatter, learn, learnHourScatter, learnMinuteScatter, levelDoubt, levelPerMinute, levelShare, minuteScatter, readLevel, spanScatter, storeLevel, tideOf, type Level } from './level.ts';

const dayMinutes = 1_440;

/** A level that has learnt so many days of exactly `perMinute`, with `times` as much on the last `lastMinutes`. */
function steady(perMinute: number, days: number, times = 1, lastMinutes = 0): Level {
  const level = createLevel(0);
  for (let minute = 0; minute < days * dayMinutes; minute++) {
    const now = minute >= days * dayMinutes - lastMinutes ? times : 1;
    learn(level, 1, perMinute * now, 1, levelPerMinute(level, 1e9), 1);
  }
  return level;
}

test('a tide of hours shows at once where counts are many, and hardly where they are few', () => {
  expect(tideOf(steady(50, 10))).toBeCloseTo(1, 2);
  expect(tideOf(steady(50, 10, 1.3, 180))).toBeGreaterThan(1.15);
  expect(tideOf(steady(0.2, 10, 1.3, 180))).toBeLessThan(1.02);
});

test('a level that doubles over a month lags by a few parts in a hundred', () => {
  for (const [perMinute, most] of [[0.05, 0.07], [5, 0.03]] as const) {
    const level = createLevel(0);
    let rate = perMinute;
    for (let minute = 0; minute < 30 * dayMinutes; minute++) {
      rate = perMinute * 2 ** (minute / (30 * dayMinutes));
      learn(level, 1, rate, 1, levelPerMinute(level, 1e9), 1);
    }
    expect(1 - levelPerMinute(level, 1e9) / rate).toBeLessThan(most);
  }
});

test('what minutes scatter is averaged over a span, what hours scatter by the root only', () => {
  const level = createLevel(0);
  for (let i = 0; i < 5_000; i++) learnMinuteScatter(level, i % 2 === 0 ? 30 : 70, 50, 30 * dayMinutes);
  expect(minuteScatter(level)).toBeCloseTo(0.14, 2);
  expect(spanScatter(level, 10)).toBeLessThan(0.03);
  for (let i = 0; i < 500; i++) learnHourScatter(level, i % 2 === 0 ? 2_100 : 3_900, 3_000, 30 * dayMinutes);
  expect(spanScatter(level, 60)).toBeCloseTo(0.09, 1);
  expect(spanScatter(level, 240) / spanScatter(level, 60)).toBeCloseTo(0.5, 1);
});

test('hours of few counts do not make a service look wild', () => {
  const level = createLevel(0);
  for (let i = 0; i < 240; i++) learnHourScatter(level, i % 6 === 0 ? 7 : 2, 3, 30 * dayMinutes);
  expect(spanScatter(level, 60)).toBeLessThan(0.05);
});

test('what a busy first day scattered is soon outweighed', () => {
  const level = createLevel(0);
  for (let i = 0; i < dayMinutes; i++) learnMinuteScatter(level, i % 2 === 0 ? 200 : 1_800, 1_000, i);
  doubtScatter(level);
  for (let i = 0; i < 60; i++) learnMinuteScatter(level, i % 2 === 0 ? 970 : 1_030, 1_000, dayMinutes + i);
  expect(minuteScatter(level)).toBeLessThan(0.001);
});

test('a level that was kept before there was a tide goes on without one', () => {
  const { tide: _tide, tideExpected: _expected, ...older } = storeLevel(steady(1, 2));
  expect(tideOf(readLevel(older))).toBe(1);
});

test('a level that was kept before there was a shorter memory goes on as it stood', () => {
  const { lately: _lately, latelyMinutes: _minutes, ...older } = storeLevel(steady(1, 20, 1.5, 3 * dayMinutes));
  const level = readLevel(older);
  expect(levelPerMinute(level, 1e9)).toBeCloseTo(older.count / older.minutes, 2);
  for (let minute = 0; minute < 5 * dayMinutes; minute++) learn(level, 1, 1.5, 1, levelPerMinute(level, 1e9), 1);
  expect(levelPerMinute(level, 1e9)).toBeGreaterThan(1.4);
  expect(levelPerMinute(level, 1e9)).toBeLessThan(1.6);
});

test('while the shorter memory speaks fewer counts stand behind a level, and each counts for more', () => {
  const calm = steady(1, 40);
  const risen = steady(1, 40, 1.5, 2 * dayMinutes);
  expect(levelDoubt(risen, 1e9)).toBeGreaterThan(1.5 * levelDoubt(calm, 1e9));
  expect(levelShare(risen)).toBeGreaterThan(1.5 * levelShare(calm));
});
