import { expect, test } from 'vitest';
import { arrivals, createRandom } from './detector.fixture.ts';
import { createTallyLevel, decodeTallies, encodeTallies, takeTally, type TallyLevel, tallySum } from './tally-level.ts';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const monday = Date.UTC(2024, 2, 4);

/** Posts a minute by day and night: twice as many at noon as on average, next to none at midnight. */
const usual = (at: number): number => 3 * (1 - Math.cos((2 * Math.PI * (at % dayMs)) / dayMs));

/** So many days of counts; `rate` at a time, per minute. */
function feed(tallies: TallyLevel, from: number, to: number, rate: (at: number) => number, seed: number, calm = true): void {
  const times = arrivals(createRandom(seed), from, to, rate, 60);
  let next = 0;
  for (let minute = from; minute < to; minute += minuteMs) {
    let posts = 0;
    while (next < times.length && times[next]! < minute + minuteMs) {
      posts++;
      next++;
    }
    takeTally(tallies, minute, posts, calm);
  }
}

function learnt(): TallyLevel {
  const tallies = createTallyLevel();
  feed(tallies, monday, monday + 5 * dayMs, usual, 1);
  return tallies;
}

test('after some days what is expected follows the hours of the day', () => {
  const tallies = learnt();
  for (const hour of [3, 9, 12, 18]) {
    const at = monday + 5 * dayMs + hour * 60 * minuteMs;
    const copy = decodeTallies(JSON.parse(JSON.stringify(encodeTallies(tallies))));
    feed(copy, monday + 5 * dayMs, at, usual, 2);
    expect(Math.abs(tallySum(copy, at)!.expected / (15 * usual(at - 7.5 * minuteMs)) - 1), `at ${hour}`).toBeLessThan(0.25);
  }
});

test('three times the usual is clear within a quarter of an hour, and no quarter of a usual week is', () => {
  const tallies = learnt();
  const from = monday + 5 * dayMs;
  let clear = 0;
  for (let minute = from; minute < from + 7 * dayMs; minute += 15 * minuteMs) {
    feed(tallies, minute, minute + 15 * minuteMs, usual, minute / minuteMs);
    if (tallySum(tallies, minute + 15 * minuteMs)!.clear) clear++;
  }
  expect(clear).toBe(0);
  const noon = from + 7 * dayMs + 12 * 60 * minuteMs;
  feed(tallies, from + 7 * dayMs, noon, usual, 3);
  feed(tallies, noon, noon + 15 * minuteMs, (at) => 3 * usual(at), 4);
  expect(tallySum(tallies, noon + 15 * minuteMs)).toMatchObject({ clear: true });
});

test('on the first day nothing is clear, and what is long past says nothing of now', () => {
  const tallies = createTallyLevel();
  feed(tallies, monday, monday + 600 * minuteMs, () => 1, 5);
  feed(tallies, monday + 600 * minuteMs, monday + 615 * minuteMs, () => 50, 6);
  expect(tallySum(tallies, monday + 615 * minuteMs)).toMatchObject({ clear: false });
  expect(tallySum(tallies, monday + 660 * minuteMs)).toBe(null);
  expect(tallySum(createTallyLevel(), monday)).toBe(null);
});

test('an hour of an incident teaches little, and a minute counts once', () => {
  const from = monday + 5 * dayMs + 12 * 60 * minuteMs;
  const [calm, failing] = [learnt(), learnt()];
  for (const one of [calm, failing]) feed(one, monday + 5 * dayMs, from, usual, 7);
  feed(calm, from, from + 120 * minuteMs, (at) => 8 * usual(at), 8, true);
  feed(failing, from, from + 120 * minuteMs, (at) => 8 * usual(at), 8, false);
  const expectedOf = (tallies: TallyLevel) => tallySum(tallies, from + 120 * minuteMs)!.expected;
  expect(expectedOf(failing)).toBeLessThan(1.3 * 15 * usual(from));
  expect(expectedOf(failing)).toBeLessThan(expectedOf(calm));
  const before = JSON.stringify(encodeTallies(failing));
  expect(takeTally(failing, from + 119 * minuteMs, 1_000, true)).toBe(false);
  expect(JSON.stringify(encodeTallies(failing))).toBe(before);
});
