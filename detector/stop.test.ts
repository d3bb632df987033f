// A worker that is stopped and started again leaves no trace in what is told.
import { expect, test } from 'vitest';
import type { Frame } from '../shared/frame.ts';
import { arrivals, createRandom, framesOf, hourMs, minuteMs, monday, runFrames, type Run, type TestPost } from './detector.fixture.ts';

const onset = monday + 30 * minuteMs;
const told = (run: Run): string[] => run.records.filter((r) => r.key !== 'progress').map((r) => `${r.topic} ${r.key} ${new TextDecoder().decode(r.value!)}`);

/** An outage whose posts come up to two seconds out of order. */
function outage(): TestPost[] {
  const random = createRandom(51);
  return arrivals(random, monday, monday + 3 * hourMs, (t) => (t >= onset && t < onset + 30 * minuteMs ? 8 : 0.3), 8)
    .map((ts, i) => ({ at: ts + random() * 1_999, post: { ts, id: `p${i}`, author: `a${i}` } }))
    .sort((a, b) => a.at - b.at)
    .map(({ post }) => post);
}

/** The same frames with a stop behind each whose number is in `stops`, and a start of a new worker after it. */
function withStops(frames: readonly Frame[], stops: ReadonlySet<number>): Frame[] {
  let epoch = 1;
  return frames.flatMap((frame, i) => {
    const own = { ...frame, epoch };
    if (!stops.has(i)) return [own];
    const empty = { ...own, mentions: [], reads: [], deletions: [], gap: undefined };
    epoch += 1;
    return [own, { ...empty, state: 'closed' as const }, { ...empty, epoch }];
  });
}

test('a source that is closed in the middle and opened again tells the same, byte for byte', () => {
  const frames = framesOf(outage(), { size: 1, end: monday + 3 * hourMs });
  const whole = told(runFrames(frames));
  expect(whole.some((line) => line.includes('"resolved"'))).toBe(true);
  const random = createRandom(52);
  const few = new Set(Array.from({ length: 20 }, () => Math.floor(random() * (frames.length - 1))));
  const first = new Set([0, 1, 2]);
  const all = new Set(frames.slice(0, -1).keys());
  for (const stops of [few, first, all]) expect(told(runFrames(withStops(frames, stops)))).toEqual(whole);
});
