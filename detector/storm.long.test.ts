// Slow rises and storms of talk: what must be found although no single minute stands out, and what must not.
import { expect, test } from 'vitest';
import { arrivals, createRandom, dayMs, foldFrame, framesOf, hourMs, minuteMs, monday, newDetector, type Run, runFrames, type TestPost } from './detector.fixture.ts';
import { shareRose } from './alarm.ts';

const onset = monday + 30 * minuteMs;
const storm = monday + 2 * dayMs;
const places = ['harbour', 'valley', 'old town', 'north side', 'campus', 'mill road', 'island', 'airport', 'market', 'hillside', 'station', 'docks'];
const times = ['since six', 'for an hour', 'all morning', 'again', 'since the thunder', 'right now', 'as of noon', 'the third time', 'since lunch', 'minutes ago', 'still', 'suddenly'];

/** Reports (or talk) at a rate, each by a person and in words of its own. */
function posts(seed: number, from: number, to: number, perMinute: (at: number) => number, most: number, report: boolean): TestPost[] {
  const random = createRandom(seed);
  return arrivals(random, from, to, perMinute, most).map((ts, i) => {
    const place = places[Math.floor(random() * places.length)]!;
    const time = times[Math.floor(random() * times.length)]!;
    return { ts, id: `${seed}-${i}`, author: `${seed}-${i}`, text: report ? `${place} ${time} BROKEN no ${i.toString(26)}` : `talk of ${place} ${time} ${i.toString(26)}` };
  });
}

test('a surge of posts with few reports among them is no outage', () => {
  const random = createRandom(3);
  const posted = arrivals(random, monday, monday + 2 * hourMs, (t) => (t < onset ? 3 : 60), 60);
  const surge = posted.map((ts, i) => ({ ts, text: random() < 0.04 ? `film scene BROKEN ${times[i % 12]!} ${i}` : `what a film ${i}` }));
  expect(runFrames(framesOf(surge, { end: monday + 3 * hourMs }), newDetector({ shareTest: true })).events).toEqual([]);
});

test('posts that address the service, well above normal, are evidence where reports give them direction', () => {
  const random = createRandom(5);
  const quiet = arrivals(random, monday, onset, () => 0.3, 1).map((ts, i) => ({ ts, by: 'handle' as const, text: `hello there ${i}` }));
  const trouble = arrivals(random, onset, onset + 30 * minuteMs, () => 4, 4).map((ts, i) => ({ ts, by: 'handle' as const, text: i % 6 === 0 ? `BROKEN ${times[(i / 6) % 12]!} ${places[(i / 6) % 11]!}` : `same ${i}` }));
  const run = runFrames(framesOf([...quiet, ...trouble], { end: onset + 2 * hourMs }), newDetector({ shareTest: true }));
  expect(run.events[0]?.change).toBe('suspected');
});

test('where half of what is said are reports, a storm is found although talk grows faster than reports', () => {
  const end = storm + 4 * hourMs;
  const reports = posts(1, monday, end, (t) => (t < storm ? 0.35 : 1.1), 1.1, true);
  const talk = posts(2, monday, end, (t) => (t < storm ? 0.35 : 1.8), 1.8, false);
  const run = runFrames(framesOf([...reports, ...talk].sort((a, b) => a.ts - b.ts), { end, size: 500 }), newDetector({ shareTest: true }));
  expect(run.events[0]?.change).toBe('suspected');
  expect(run.events[0]!.at).toBeGreaterThan(storm);
  expect(run.events[0]!.at - storm).toBeLessThan(90 * minuteMs);
});

test('the share that counts against a surge is what the judge may misread, not what people usually report', () => {
  expect(shareRose(40, 100, 0.5)).toBe(true);
  expect(shareRose(25, 100, 0.5)).toBe(false);
  expect(shareRose(15, 100, 0.1)).toBe(false);
  expect(shareRose(25, 100, 0.1)).toBe(true);
});

for (const base of [0.2, 1, 5]) {
  test(`a fivefold rise that takes an hour is found where ${base} reports a minute are usual`, () => {
    const learnt = monday + 7 * dayMs;
    const warm = newDetector();
    warm.restore([]);
    const history = arrivals(createRandom(31), monday, learnt, () => base, base).map((ts, i) => ({ ts, id: `h${i}`, author: `h${i}` }));
    runFrames(framesOf(history, { size: 2_000, end: learnt }).slice(0, -1), warm);
    const parts = warm.snapshot();
    for (const seed of [1, 2, 3]) {
      const onset = learnt + hourMs;
      const rate = (t: number): number => base * (1 + 4 * Math.min(1, Math.max(0, (t - onset) / hourMs)));
      const rise = arrivals(createRandom(seed), learnt, onset + 3 * hourMs, rate, 5 * base).map((ts, i) => ({ ts, id: `s${seed}-${i}`, author: `s${seed}-${i}` }));
      const detector = newDetector();
      detector.restore(parts);
      const run: Run = { events: [], evidence: [], rollups: [], records: [] };
      framesOf(rise, { size: 100 }).forEach((frame, i) => foldFrame(detector, { ...frame, epoch: 2 }, i, run));
      const first = run.events[0];
      expect(first?.change).toBe('suspected');
      expect(first!.at).toBeGreaterThan(onset);
      expect(first!.at - onset).toBeLessThan((base < 1 ? 120 : 60) * minuteMs);
    }
  });
}
