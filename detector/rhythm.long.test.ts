import { expect, test } from 'vitest';
import { arrivals, createRandom, dayMs, framesOf, hourMs, minuteMs, monday, newDetector, runFrames, story, type TestPost } from './detector.fixture.ts';
import { createRhythm, longestSilence, noteArrival } from './rhythm.ts';

const words = ['river', 'table', 'window', 'garden', 'coffee', 'winter', 'train', 'letter', 'music', 'bridge'];

/** Posts over these hours, every sixth of them a complaint. */
function sitting(seed: number, from: number, hours: number, count = 100): TestPost[] {
  const random = createRandom(seed);
  const pick = (): string => words[Math.floor(random() * words.length)]!;
  return Array.from({ length: count }, () => from + Math.floor(random() * hours * hourMs))
    .sort((a, b) => a - b)
    .map((ts) => ({ ts, id: `s${seed}-${ts}`, text: `acme ${pick()} ${pick()} ${random() < 1 / 6 ? 'BROKEN' : pick()} ${pick()}` }));
}

function incidentsOf(posts: readonly TestPost[]): string[] {
  return story(runFrames(framesOf(posts, { end: posts.at(-1)!.ts + hourMs, beatMs: hourMs / 2 }), newDetector({ shareTest: true })));
}

test('a search that hands over its newest hundred once a week brings no incident by the days between that nobody saw', () => {
  for (const seed of [1, 2, 3]) {
    const weeks = Array.from({ length: 6 }, (_, week) => sitting(10 * seed + week, monday + week * 7 * dayMs + Math.floor(week * 2.5) * hourMs, 18 + week)).flat();
    const told = incidentsOf(weeks);
    const settled = weeks.filter(({ ts }) => ts < monday + 14 * dayMs);
    expect(told.slice(incidentsOf(settled).length)).toEqual([]);
  }
});

test('an outage within such a sitting, in which people speak far quicker, is an incident', () => {
  const before = Array.from({ length: 3 }, (_, week) => sitting(week, monday + week * 7 * dayMs, 20)).flat();
  const onset = monday + 21 * dayMs;
  const random = createRandom(99);
  const outage = arrivals(random, onset, onset + 2 * hourMs, () => 0.8, 0.8).map((ts, i) => ({ ts, id: `o${i}`, text: `acme ${words[i % 10]} ${words[(7 * i + 3) % 10]} ${random() < 0.7 ? 'BROKEN' : words[(3 * i) % 10]} ${i}` }));
  expect(incidentsOf([...before, ...outage])).toEqual(expect.arrayContaining(['acme suspected', 'acme confirmed']));
});

test('a silence is believed for six hours at least, and for as long as forty usual gaps', () => {
  const rhythm = createRhythm(0);
  expect(longestSilence(rhythm)).toBe(Infinity);
  for (let i = 1; i <= 200; i++) noteArrival(rhythm, i * 5 * minuteMs, true);
  expect(longestSilence(rhythm)).toBe(360);
  for (let i = 1; i <= 2_000; i++) noteArrival(rhythm, (1_000 + i * 60) * minuteMs, true);
  expect(longestSilence(rhythm)).toBeGreaterThan(2_300);
  expect(longestSilence(rhythm)).toBeLessThan(2_500);
});
