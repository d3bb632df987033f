// The detector over weeks, with stops anywhere, and with any reports.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { transitions } from '../shared/incident.ts';
import { arrivals, bytesOf, createRandom, dayMs, foldFrame, framesOf, hourMs, minuteMs, monday, newDetector, outage, type Run, runFrames, story, type TestPost } from './detector.fixture.ts';

test('a fold restored from its snapshot after any record goes on as if nothing had happened', () => {
  const posts = outage(4, { up: 10 }).concat(outage(5, { service: 'bolt' })).sort((a, b) => a.ts - b.ts);
  const frames = framesOf(posts, { size: 3, end: monday + 4 * hourMs });
  const services = ['acme', 'bolt'];
  const whole = bytesOf(runFrames(frames, newDetector({}, services)), 'outcry.incidents');
  const random = createRandom(9);
  for (let i = 0; i < 12; i++) {
    const stops = [random(), random(), random()].map((u) => Math.floor(u * frames.length));
    let detector = newDetector({}, services);
    const run: Run = { events: [], evidence: [], rollups: [], records: [] };
    detector.restore([]);
    frames.forEach((frame, offset) => {
      if (stops.includes(offset)) {
        const parts = detector.snapshot();
        detector = newDetector({}, services);
        detector.restore(parts.toReversed());
        expect(detector.snapshot()).toEqual(parts);
      }
      foldFrame(detector, frame, offset, run);
    });
    expect(bytesOf(run, 'outcry.incidents')).toBe(whole);
  }
});

test('fourteen quiet days with a strong daily cycle raise no alarm', () => {
  // The budget grants one alarm a service-year, so one in 25 seeds may have its own.
  for (const seed of [2, 3, 5]) {
    const random = createRandom(seed);
    const rate = (t: number): number => 1 + 0.9 * Math.sin((2 * Math.PI * t) / dayMs);
    const posts = arrivals(random, monday, monday + 14 * dayMs, rate, 2).map((ts) => ({ ts }));
    expect(story(runFrames(framesOf(posts, { size: 1_000 })))).toEqual([]);
  }
});

test('only listed steps occur, whatever the reports do', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.array(fc.record({ minutes: fc.integer({ min: 1, max: 60 }), rate: fc.constantFrom(0, 0.2, 1, 5, 30) }), { minLength: 1, maxLength: 12 }), (seed, spans) => {
      const random = createRandom(seed);
      const posts: TestPost[] = [{ ts: monday }];
      let at = monday;
      for (const { minutes, rate } of spans) {
        if (rate > 0) posts.push(...arrivals(random, at, at + minutes * minuteMs, () => rate, rate).map((ts) => ({ ts, ...(random() < 0.2 ? { text: 'AGAIN' } : {}) })));
        at += minutes * minuteMs;
      }
      const run = runFrames(framesOf(posts, { end: at + 2 * hourMs }));
      const states = new Map<string, (typeof run.events)[number]['incident']['state']>();
      for (const { change, incident } of run.events) {
        const before = states.get(incident.id);
        if (before === undefined) expect([change, incident.state]).toEqual(['suspected', 'suspected']);
        else if (before !== incident.state) expect(transitions[before]).toContain(incident.state);
        states.set(incident.id, incident.state);
      }
      for (const state of states.values()) expect(['resolved', 'retracted']).toContain(state);
    }),
    { numRuns: 40 },
  );
});
