// Posts with months between them: what is found does not depend on how the file was cut into frames.
import { expect, test } from 'vitest';
import type { Frame } from '../shared/frame.ts';
import { arrivals, createRandom, dayMs, framesOf, hourMs, minuteMs, monday, newDetector, type Run, runFrames, story, type TestPost } from './detector.fixture.ts';
import { stepOver } from './emptiness.ts';

const told = (run: Run): string[] => run.records.filter((r) => r.key !== 'progress').map((r) => `${r.topic} ${r.key} ${new TextDecoder().decode(r.value!)}`);
// A file has no heartbeats.
const fromFile = (posts: readonly TestPost[], size: number, latenessMs = 2_000): Frame[] => framesOf(posts, { size, latenessMs, beatMs: Infinity, end: posts.at(-1)!.ts + 1 });

/** A few words a day for `days`, and an outage of an hour on day `outageDay`. */
function sparse(days: number, outageDay: number): TestPost[] {
  const from = monday + outageDay * dayMs + 12 * hourMs;
  const chatter = Array.from({ length: days * 3 }, (_, i) => ({ ts: monday + i * 8 * hourMs + ((i * 7_919) % 7) * hourMs, id: `c${i}`, author: `c${i}`, text: 'a nice day with acme' }));
  const reports = arrivals(createRandom(3), from, from + hourMs, () => 4, 4).map((ts, i) => ({ ts, id: `r${i}`, author: `r${i}` }));
  return [...chatter, ...reports].sort((a, b) => a.ts - b.ts);
}

test('an outage in months of sparse posts is found, in frames of one post and of a thousand', () => {
  const posts = sparse(150, 100);
  const single = runFrames(fromFile(posts, 1));
  expect(story(single)).toEqual(expect.arrayContaining(['acme suspected', 'acme confirmed', 'acme resolved']));
  for (const size of [30, 1_000]) expect(told(runFrames(fromFile(posts, size)))).toEqual(told(single));
});

test('a pause of months is stepped over alike, whatever the frames and the lateness, and what stood before it ends in its time', () => {
  const before = sparse(5, 4).filter((p) => p.ts < monday + 4 * dayMs + 13 * hourMs);
  for (const pauseMs of [59 * dayMs, 90 * dayMs + 1, 90 * dayMs + 59_999]) {
    const after = sparse(5, 3).map((p) => ({ ...p, ts: p.ts + 5 * dayMs + pauseMs, id: `later-${p.id}`, author: `later-${p.author}` }));
    const posts = [...before, ...after];
    const single = runFrames(fromFile(posts, 1));
    const opened = single.events[0]!.incident.id;
    const ended = single.events.findLast((e) => e.incident.id === opened)!;
    expect(ended.change).toBe('resolved');
    expect(ended.at).toBeLessThan(before.at(-1)!.ts + 2 * hourMs);
    expect(new Set(single.events.map((e) => e.incident.id)).size).toBe(2);
    for (const [size, latenessMs] of [[1_000, 2_000], [1, 10 * minuteMs], [1_000, 10 * minuteMs]] as const) {
      expect(told(runFrames(fromFile(posts, size, latenessMs)))).toEqual(told(single));
    }
  }
});

test('posts that name nobody show that the source was there', () => {
  const posts = sparse(2, 1);
  const frames = fromFile(posts, 1_000);
  const [one, closed] = [frames[0]!, frames.at(-1)!];
  const last = posts.at(-1)!.ts;
  const days = Array.from({ length: 80 }, (_, i) => last + (i + 1) * dayMs);
  const read = (list: readonly number[], seq: number): Frame => ({ ...one, mentions: [], seq, reads: list.map((ts) => [Math.floor(ts / 1000), 5]), watermark: list.at(-1)! - 2_000 });
  const rest: Frame = { ...closed, seq: 9_999, watermark: days.at(-1)! + 1 };
  const stepwise = newDetector();
  const whole = newDetector();
  const runs = [runFrames([one, ...days.map((ts, i) => read([ts], 1_000 + i)), rest], stepwise), runFrames([one, read(days, 1_079), rest], whole)];
  expect(told(runs[0]!)).toEqual(told(runs[1]!));
  const exposure = stepwise.snapshot().map((part) => new TextDecoder().decode(part.value)).map((text) => /"exposure":(\d+)/.exec(text)?.[1]);
  expect(Number(exposure[0])).toBeGreaterThan((80 * dayMs) / minuteMs);
  expect(whole.snapshot().map((part) => new TextDecoder().decode(part.value)).map((text) => /"exposure":(\d+)/.exec(text)?.[1])).toEqual(exposure);
});

test('a minute is stepped over only in an emptiness whose end is known', () => {
  const here = monday + 8 * dayMs;
  expect(stepOver(here, monday, monday + 60 * dayMs, monday + 90 * dayMs)).toBe(here);
  expect(stepOver(monday + dayMs, monday, monday + 70 * dayMs, monday + 90 * dayMs)).toBe(monday + dayMs);
  expect(stepOver(here, monday, monday + 70 * dayMs + 5, monday + 90 * dayMs)).toBe(monday + 70 * dayMs - minuteMs);
  expect(stepOver(here, monday, monday + 70 * dayMs, monday + 70 * dayMs - 1)).toBe(null);
  expect(stepOver(here, monday, Infinity, monday + 70 * dayMs)).toBe(monday + 70 * dayMs - minuteMs);
});
