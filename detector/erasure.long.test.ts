// What a person may expect who takes a post back: its words go from every place, its count stays, and when it happened
// depends on nothing but the stream.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivals, createRandom, cut, framesOf, hourMs, minuteMs, monday, newDetector, type Run, runFrames, type TestPost } from './detector.fixture.ts';

const onset = monday + 30 * minuteMs;
const end = monday + 3 * hourMs;
const wordings = ['since breakfast', 'for you as well', 'in my whole office', 'what a day', 'on the phone', 'no luck for an hour', 'can someone confirm', 'the support is mute'];

/** Half an hour of quiet and an outage; each post that `taken` picks is taken back `afterMs` later. */
function stream(seed: number, service: string, taken: (i: number) => boolean, afterMs: number): TestPost[] {
  const random = createRandom(seed);
  const times = arrivals(random, monday, end - hourMs, (t) => (t >= onset && t < onset + 30 * minuteMs ? 8 : 0.3), 8);
  const posts = [monday + 1, ...times].map((ts, i) => ({ ts, id: `${service}-${i}`, author: `${service}-a${i}`, service, text: `BROKEN ${wordings[i % 8]!} ${i.toString(26)}` }));
  const back = posts.filter((_, i) => taken(i)).map(({ ts, id }) => ({ ts: ts + afterMs, takesBack: id }));
  return [...posts, ...back].sort((a, b) => a.ts - b.ts);
}

function told(run: Run): string[] {
  return run.records.filter((r) => r.key !== 'progress').map((r) => `${r.topic} ${r.key} ${new TextDecoder().decode(r.value!)}`);
}

test('a post that its author takes back loses its words and its place in the list, and its count stays', () => {
  const posts = stream(13, 'acme', () => false, 0);
  const plain = runFrames(framesOf(posts, { end, size: 10 }));
  const gone = plain.events.find((e) => e.change === 'confirmed')!.incident.evidence[0]!;
  const at = onset + 15 * minuteMs;
  const withBack = [...posts, { ts: at, takesBack: gone.id }, { ts: at, takesBack: 'unknown' }].sort((a, b) => a.ts - b.ts);
  const run = runFrames(framesOf(withBack, { end, size: 10 }));
  const erased = run.events.filter((e) => e.change === 'erased');
  expect(erased).toHaveLength(1);
  expect(erased[0]!.incident.evidence.some((e) => e.id === gone.id)).toBe(false);
  expect(Math.abs(erased[0]!.at - at)).toBeLessThan(minuteMs);
  const records = run.evidence.filter((e) => e.id === gone.id);
  expect(records.at(-1)).toMatchObject({ text: null, url: null, author: '', weight: gone.weight });
  expect(run.events.at(-1)!.incident.score).toBe(plain.events.at(-1)!.incident.score);
});

test('a post that is taken back at once, before time has passed it, leaves no words behind', () => {
  const run = runFrames(framesOf(stream(14, 'acme', (i) => i % 4 === 0, 0), { end, size: 1 }));
  const last = new Map(run.evidence.map((one) => [one.id, one.text]));
  expect(last.size).toBeGreaterThan(100);
  for (const [id, text] of last) expect(text === null, id).toBe(Number(id.split('-')[1]) % 4 === 0);
});

test('an incident that is over still lets go of the words of a post that is taken back', () => {
  const posts = stream(15, 'acme', () => false, 0);
  const counted = runFrames(framesOf(posts, { end })).evidence[3]!;
  const day = monday + 12 * hourMs;
  const run = runFrames(framesOf([...posts, { ts: day - 1 }, { ts: day, takesBack: counted.id }], { end: day + hourMs }));
  expect(run.evidence.filter((e) => e.id === counted.id).map((e) => e.text === null)).toEqual([false, true]);
});

test('with posts taken back, framing and partitions change nothing', () => {
  const services = ['acme', 'bolt', 'cord'];
  const posts = services.flatMap((service, i) => stream(20 + i, service, (n) => n % 3 === 0, (7 + 13 * i) * minuteMs)).sort((a, b) => a.ts - b.ts);
  const whole = runFrames(framesOf(posts, { end, size: 40 }), newDetector({}, services));
  expect(whole.events.filter((e) => e.change === 'erased').length).toBeGreaterThan(5);
  const expected = told(whole);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.constantFrom(1, 2, 5), (size, partitions) => {
      const runs = cut(framesOf(posts, { end, size }), partitions).map((frames, p) => runFrames(frames, newDetector({}, services, String(p), partitions)));
      expect(runs.flatMap(told).sort()).toEqual([...expected].sort());
      if (partitions === 1) expect(told(runs[0]!)).toEqual(expected);
    }),
    { numRuns: 8 },
  );
});
