// What sources do of their own accord, and what people say besides complaints: from posts to incidents.
import { expect, test } from 'vitest';
import { arrivals, createRandom, dayMs, framesOf, hourMs, mentionOf, minuteMs, monday, newDetector, runFrames, type TestPost } from './detector.fixture.ts';
import type { Frame } from '../shared/frame.ts';

const syllables = 'abcdefghijklmnopqrst';
const words = Array.from({ length: 400 }, (_, i) => `w${syllables[i % 20]}${syllables[Math.floor(i / 20)]}`);

function sentence(random: () => number, word?: string): string {
  const pick = (): string => words[Math.floor(random() * words.length)]!;
  return `acme ${pick()} ${pick()} ${word ?? pick()} ${pick()} ${pick()}`;
}

/** What is left of posts when each run hands over the newest hundred since the last. */
function newestHundred(posts: readonly TestPost[], everyMinutes: number): TestPost[] {
  const byRun = Map.groupBy(posts, ({ ts }) => Math.floor(ts / (everyMinutes * minuteMs)));
  return [...byRun.values()].flatMap((run) => run.slice(-100));
}

/** Thirty posts a minute, one in seven of them a complaint; in the outage five times as many, seven in ten of them. */
function busy(seed: number, end: number, outage: number | null): TestPost[] {
  const random = createRandom(seed);
  const times = (at: number): number => (outage !== null && at >= outage ? 5 : 1);
  return arrivals(random, monday, end, (at) => 30 * times(at), 150).map((ts, i) => ({
    ts, id: `b${i}`, text: sentence(random, random() < (times(ts) === 1 ? 0.15 : 0.7) ? 'BROKEN' : undefined),
  }));
}

function openedIn(posts: readonly TestPost[], end: number): number[] {
  return runFrames(framesOf(posts, { end, size: 20 }), newDetector({ shareTest: true })).events.filter(({ change }) => change === 'suspected').map(({ at }) => at);
}

test('a search that is cut at its newest hundred looks like an outage once in its first days at most', () => {
  const end = monday + 3 * dayMs;
  const opened = [1, 2].map((seed) => openedIn(newestHundred(busy(seed, end, null), 15), end).length);
  expect(opened[0]! + opened[1]!).toBeLessThanOrEqual(1);
});

test('an outage behind such a cut is an incident by the second run', () => {
  const onset = monday + 2 * dayMs;
  for (const seed of [1, 2]) {
    const found = openedIn(newestHundred(busy(seed, onset + hourMs, onset), 15), onset + hourMs).find((at) => at >= onset);
    expect(found).toBeDefined();
    expect(found! - onset).toBeLessThan(30 * minuteMs);
  }
});

/** An unfiltered source of `perMinute` posts of which one in five hundred names acme, three times as many from `from` on. */
function firehose(perMinute: number, from: number, end: number): Frame[] {
  const random = createRandom(3);
  const frames: Frame[] = [];
  let seq = 0;
  for (let at = monday; at < end; at += minuteMs) {
    const times = at >= from ? 3 : 1;
    const own = arrivals(random, at, at + minuteMs, () => (perMinute / 500) * times, (perMinute / 500) * times);
    const mentions = own.map((ts) => mentionOf({ ts, text: sentence(random, random() < 0.25 ? 'BROKEN' : undefined) }, ++seq));
    const reads = Array.from({ length: 60 }, (_, second): [number, number] => [at / 1_000 + second, Math.round((perMinute * times) / 60)]);
    frames.push({ v: 1, source: 'fire', instance: 'one', epoch: 1, seq: ++seq, state: 'live', filtered: false, watermark: at + minuteMs - 1, cursor: '', reads, mentions, notices: [], deletions: [] });
  }
  return frames;
}

test('a firehose that triples, and stays so, is no outage of what it speaks of', () => {
  const from = monday + 4 * dayMs + 9 * hourMs;
  expect(runFrames(firehose(2_000, from, from + 8 * hourMs), newDetector({ shareTest: true })).events).toEqual([]);
});

/** Ten posts a minute, one in five a complaint; between two times away, and then, all at once, catching up. */
function awayAndBack(source: string, seed: number, away: readonly [from: number, to: number] | null, end: number): [arrival: number, Frame][] {
  const random = createRandom(seed);
  const frames: [number, Frame][] = [];
  let seq = 0;
  const frame = (watermark: number, state: Frame['state'], mentions: Frame['mentions']): Frame => ({
    v: 1, source, instance: 'one', epoch: 1, seq: ++seq, state, filtered: true, watermark, cursor: '', mentions, notices: [], deletions: [],
    reads: mentions.map(({ ts }) => [Math.floor(ts / 1_000), 1]),
  });
  for (let at = monday; at < end; at += minuteMs) {
    const missed = away !== null && at >= away[0] && at < away[1];
    if (away !== null && at === away[0]) frames.push([at + minuteMs, frame(at - 1, 'blind', [])]);
    const mentions = arrivals(random, at, at + minuteMs, () => 10, 10).map((ts) => mentionOf({ ts, id: `${source}${ts}`, author: `${source}${ts}`, text: sentence(random, random() < 0.2 ? 'BROKEN' : undefined) }, ++seq));
    frames.push([missed ? away[1] + (at - away[0]) / 100 : at + minuteMs, frame(at + minuteMs - 1, missed ? 'catching-up' : 'live', mentions)]);
  }
  return frames;
}

test('a source that was away for three hours and hands all of it over within two minutes is no outage, beside another one or alone', () => {
  const gone = monday + dayMs + 13 * hourMs;
  const end = gone + 6 * hourMs;
  const alone = awayAndBack('one', 1, [gone, gone + 3 * hourMs], end);
  for (const frames of [alone, [...alone, ...awayAndBack('other', 2, null, end)]]) {
    const inOrder = frames.toSorted(([a], [b]) => a - b).map(([, frame]) => frame);
    expect(runFrames(inOrder, newDetector({ shareTest: true })).events.filter(({ at }) => at >= gone)).toEqual([]);
  }
});

interface Talk {
  readonly reports: number;
  readonly same: number;
  readonly questions: number;
}

const everyday: Talk = { reports: 0.05, same: 0.1, questions: 0.05 };
const same = ['@acme same here', '@acme same', '@acme hello??', '@acme me too', '@acme here too please'];

/** Five days and an hour of everyday talk, one post a minute; then for two hours `times` as many, and what is more is `special`. */
function talk(times: number, special: Talk, seed: number): { posts: TestPost[]; onset: number } {
  const random = createRandom(seed);
  const onset = monday + 5 * dayMs + hourMs;
  const posts = arrivals(random, monday, onset + 2 * hourMs, (at) => (at < onset ? 1 : times), times).map((ts, i): TestPost => {
    const { reports, same: alike, questions } = ts >= onset && random() * times > 1 ? special : everyday;
    const kind = random();
    if (kind < reports) return { ts, id: `t${i}`, text: sentence(random, 'BROKEN') };
    if (kind < reports + alike) return { ts, id: `t${i}`, by: 'handle', text: same[i % same.length]! };
    return { ts, id: `t${i}`, text: sentence(random) + (kind < reports + alike + questions ? '?' : '') };
  });
  return { posts, onset };
}

test('an outage of which most people say no more than that they have it too is an incident within ten minutes', () => {
  for (const seed of [1, 2, 3]) {
    const { posts, onset } = talk(5, { reports: 0.15, same: 0.8, questions: 0.05 }, seed);
    const opened = openedIn(posts, onset + 2 * hourMs);
    expect(opened).toHaveLength(1);
    expect(opened[0]! - onset).toBeGreaterThan(0);
    expect(opened[0]! - onset).toBeLessThan(10 * minuteMs);
  }
});

test('a new film of which everybody speaks and asks is no outage', () => {
  for (const seed of [1, 2, 3]) {
    const { posts, onset } = talk(20, { reports: 0.002, same: 0.3, questions: 0.2 }, seed);
    expect(openedIn(posts, onset + 2 * hourMs).filter((at) => at >= onset)).toEqual([]);
  }
});

test('a scandal over which thousands are angry, a hundredth of them in words of an outage, is none', () => {
  for (const seed of [1, 2]) {
    const { posts, onset } = talk(30, { reports: 0.01, same: 0.3, questions: 0.2 }, seed);
    expect(openedIn(posts, onset + 2 * hourMs).filter((at) => at >= onset)).toEqual([]);
  }
});
