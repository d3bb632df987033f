import { expect, test } from 'vitest';
import { arrivals, createRandom, dayMs, framesOf, hourMs, minuteMs, monday, newDetector, runFrames, type TestPost } from './detector.fixture.ts';

const campaignAt = monday + 2 * dayMs;
const nouns = ['river', 'table', 'window', 'garden', 'coffee', 'winter', 'train', 'letter', 'music', 'bridge', 'kitchen', 'market', 'summer', 'doctor', 'paper', 'island', 'orange', 'cousin', 'ladder', 'pocket'];

/** Two days in which `readers` people talk of acme, twice a minute, one in twenty to complain. */
function ordinary(readers: number): TestPost[] {
  const random = createRandom(5);
  return arrivals(random, monday, campaignAt + hourMs, () => 2, 2).map((ts, i) => ({
    ts, author: `reader-${readers === Infinity ? i : Math.floor(random() * readers)}`,
    text: `acme ${pick(random)} ${pick(random)} ${i % 20 === 0 ? 'BROKEN' : pick(random)} ${pick(random)}`,
  }));
}

function pick(random: () => number): string {
  return nouns[Math.floor(random() * nouns.length)]!;
}

const slogans = Array.from({ length: 12 }, (_, i) => `acme is BROKEN ${nouns[i]} ${nouns[(i + 7) % 20]} ${nouns[(3 * i + 5) % 20]} leave it ${nouns[(11 * i + 2) % 20]}`);

function spun(random: () => number): string {
  const slot = (of: number): string => nouns[4 * of + Math.floor(random() * 4)]!;
  return `acme is ${slot(0)} BROKEN ${slot(1)} and they ${slot(2)} know ${slot(3)} ${slot(4)} it`;
}

/** Of every post a word that nobody else has. */
function own(random: () => number, i: number): string {
  const name = Array.from({ length: 6 }, (_, k) => 'bcdfghklmnprstvw'[Math.floor(random() * 16)]! + 'aeiou'[(i + k) % 5]!).join('');
  return `acme BROKEN ${pick(random)} ${name} ${pick(random)} so ${pick(random)} ${pick(random)}`;
}

/** 500 posts in ten minutes. */
function sudden(text: (random: () => number, i: number) => string, author: (i: number) => string): TestPost[] {
  const random = createRandom(9);
  return Array.from({ length: 500 }, (_, i) => ({ ts: campaignAt + i * 1_200, author: author(i), text: text(random, i) }));
}

/** Minutes from the beginning to the incident; null without one. */
function delayOf(...posts: TestPost[][]): number | null {
  const all = posts.flat().sort((a, b) => a.ts - b.ts).map((post, i) => ({ id: `p${i}`, ...post }));
  const { events } = runFrames(framesOf(all, { end: campaignAt + 2 * hourMs }), newDetector({ shareTest: true }));
  return events.length === 0 ? null : (events[0]!.at - campaignAt) / minuteMs;
}

const stranger = (i: number): string => `new-${i}`;

test('500 accounts of whom nobody ever heard, with twelve texts between them or one template, are no incident', () => {
  expect(delayOf(ordinary(2_000), sudden((_, i) => slogans[i % 12]!, stranger))).toBeNull();
  expect(delayOf(ordinary(2_000), sudden(spun, stranger))).toBeNull();
});

test('500 strangers who each find words of their own are an incident within two minutes', () => {
  const delay = delayOf(ordinary(2_000), sudden(own, stranger));
  expect(delay).not.toBeNull();
  expect(delay).toBeLessThan(2);
});

test('people who are known are believed at once, even if a dozen texts go round among them', () => {
  const delay = delayOf(ordinary(2_000), sudden((_, i) => slogans[i % 12]!, (i) => `reader-${3 * i}`));
  expect(delay).not.toBeNull();
  expect(delay).toBeLessThan(0.5);
});

test('where everybody is a stranger, strangers are as good as anybody', () => {
  const delay = delayOf(ordinary(Infinity), sudden((_, i) => slogans[i % 12]!, stranger));
  expect(delay).not.toBeNull();
  expect(delay).toBeLessThan(0.5);
});

test('when others talk of it too, a crowd of strangers is not heard out first', () => {
  const talk = sudden((random) => `is acme ${pick(random)} or ${pick(random)} ${pick(random)}`, (i) => `curious-${i}`);
  const delay = delayOf(ordinary(2_000), sudden(own, stranger), talk);
  expect(delay).not.toBeNull();
  expect(delay).toBeLessThan(0.5);
});

test('the campaign is forgotten with it: an outage half an hour later is one incident that begins when it began', () => {
  const later = sudden(own, (i) => `reader-${i}`).map((post) => ({ ...post, ts: post.ts + 30 * minuteMs }));
  const delay = delayOf(ordinary(2_000), sudden(spun, stranger), later);
  expect(delay).toBeGreaterThan(30);
  expect(delay).toBeLessThan(31);
});
