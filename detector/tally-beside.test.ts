import { expect, test } from 'vitest';
import type { Frame } from '../shared/frame.ts';
import { tallyFrame } from './beside.fixture.ts';
import { arrivals, createRandom, dayMs, framesOf, hourMs, minuteMs, monday, newDetector, runFrames, story, type Run } from './detector.fixture.ts';

const onset = monday + 2 * dayMs + 12 * hourMs;
const end = onset + 3 * hourMs;

/** A crowd in one source of two: too small to be confirmed by it alone. */
function posts(): Frame[] {
  const random = createRandom(4);
  const rate = (at: number): number => (at >= onset && at < onset + 40 * minuteMs ? 1 : 0.02);
  const own = framesOf([{ ts: monday }, ...arrivals(random, monday, end, rate, 1).map((ts) => ({ ts }))], { size: 1, end });
  const other = framesOf([{ ts: monday, text: 'hello', service: 'acme' }], { source: 'other', end });
  return [...own, ...other].sort((a, b) => a.watermark - b.watermark);
}

/** What is counted each five minutes, `posts` a minute from the onset on. */
function counts(surge: number): Frame[] {
  const frames: Frame[] = [];
  for (let at = monday + 5 * minuteMs; at <= end; at += 5 * minuteMs) {
    frames.push(tallyFrame(at, Array.from({ length: 5 }, (_, i) => ({ service: 'acme', minute: at - (5 - i) * minuteMs, posts: at > onset && at <= onset + hourMs ? surge : 2 }))));
  }
  return frames;
}

const merged = (tallies: readonly Frame[]): Frame[] => [...tallies, ...posts()].sort((a, b) => a.watermark - b.watermark || Number(b.carries === 'tallies') - Number(a.carries === 'tallies'));
const run = (frames: readonly Frame[]): Run => runFrames(frames, newDetector({ minReporters: 8 }));
const alone = run(posts());

test('a surge that is only counted opens nothing', () => {
  const quiet = framesOf([{ ts: monday }], { end });
  expect(runFrames([...quiet.slice(0, -1), ...counts(500), quiet.at(-1)!].sort((a, b) => a.watermark - b.watermark)).events).toEqual([]);
});

test('a clear surge elsewhere stands by a source that is alone: confirmed sooner, with the figures in each event', () => {
  const confirmedAt = (one: Run) => one.events.find(({ change }) => change === 'confirmed')?.at ?? Infinity;
  expect(story(alone)[0]).toBe('acme suspected');
  const surge = run(merged(counts(20)));
  expect(confirmedAt(surge)).toBeLessThan(confirmedAt(alone));
  expect(surge.events[0]!.at).toBe(alone.events[0]!.at);
  const { tallied } = surge.events.find(({ change }) => change === 'confirmed')!.incident;
  expect(tallied).toMatchObject({ windowMs: 15 * minuteMs });
  expect(tallied!.observed).toBeGreaterThan(100);
  expect(tallied!.expected).toBeLessThan(40);
});

test('counts that are as usual change nothing but what is shown of them', () => {
  const usual = run(merged(counts(2)));
  expect(usual.events.map(({ change, at }) => [change, at])).toEqual(alone.events.map(({ change, at }) => [change, at]));
  expect(usual.events[0]!.incident.tallied!.observed).toBe(30);
  expect(alone.events[0]!.incident.tallied).toBe(undefined);
});
