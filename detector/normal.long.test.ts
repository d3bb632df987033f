// An outage in a service's first days is over: what was normal before it is normal again.
import { expect, test } from 'vitest';
import { arrivals, createRandom, foldFrame, framesOf, hourMs, minuteMs, monday, newDetector, type Run, runFrames, type TestPost } from './detector.fixture.ts';

const onset = monday + 40 * minuteMs;
const everyday = 0.3;

/** Reports of a service that has been known for forty minutes when many come, for so long; then `after` a minute. */
function posts(outageMinutes: number, outage: number, after: number, seed = 7): TestPost[] {
  const end = onset + outageMinutes * minuteMs;
  const rate = (t: number): number => (t < onset ? everyday : t < end ? outage : after);
  return arrivals(createRandom(seed), monday, end + 3 * hourMs, rate, outage).map((ts) => ({ ts }));
}

const usualAfter = (run: Run, minutes: number): number => run.rollups.findLast((r) => r.minute <= onset + minutes * minuteMs)!.expected;

test('an outage of ninety minutes in the first hours leaves no trace in what is usual', () => {
  for (const seed of [7, 8, 9]) {
    const run = runFrames(framesOf(posts(90, 60, everyday, seed)));
    expect(run.events.filter(({ change }) => change === 'resolved')).toHaveLength(1);
    expect(usualAfter(run, 90)).toBeGreaterThan(3 * everyday);
    expect(usualAfter(run, 200)).toBeLessThan(2 * everyday);
  }
});

test('what stays after it is learnt, and is not suspected again', () => {
  for (const seed of [7, 8, 9]) {
    const run = runFrames(framesOf(posts(90, 60, 8 * everyday, seed)));
    expect(run.events.filter(({ change }) => change === 'suspected' || change === 'reopened')).toHaveLength(1);
  }
});

test('a fold that is restored in the middle of it puts the same back', () => {
  const frames = framesOf(posts(90, 60, everyday), { size: 50 });
  const whole = runFrames(frames);
  let detector = newDetector();
  detector.restore([]);
  const run: Run = { events: [], evidence: [], rollups: [], records: [] };
  frames.forEach((frame, offset) => {
    if (offset % 20 === 10) {
      const parts = detector.snapshot();
      detector = newDetector();
      detector.restore(parts);
    }
    foldFrame(detector, frame, offset, run);
  });
  expect(run.rollups).toEqual(whole.rollups);
});
