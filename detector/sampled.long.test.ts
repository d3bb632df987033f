// Of a service of whom too much is said ingest hands on one author in n (ingest/sampling.ts), whose posts stand for n.
import { expect, test } from 'vitest';
import { arrivals, bytesOf, createRandom, dayMs, framesOf, hourMs, minuteMs, monday, newDetector, outage, onset, runFrames, story, type TestPost } from './detector.fixture.ts';
import { explain } from './explain.ts';

/** One author in `n` of the posts from `fromMs` on. */
function thin(posts: readonly TestPost[], n: number, fromMs = 0, seed = 5): TestPost[] {
  const random = createRandom(seed);
  return posts.flatMap((post) => (post.ts < fromMs ? [post] : random() * n < 1 ? [{ ...post, standsFor: n }] : []));
}

const great = { base: 60, up: 400, minutes: 60, hours: 4 };
const end = monday + 4 * hourMs;

test('an outage that is read in part is the same one: its onset, its people, its figures', () => {
  for (const seed of [1, 2, 3]) {
    const all = outage(seed, great);
    const whole = runFrames(framesOf(all, { end }));
    for (const [n, fromMs] of [[8, 0], [4, onset + 2 * minuteMs], [32, onset + 3 * minuteMs]] as const) {
      const part = runFrames(framesOf(thin(all, n, fromMs), { end }));
      expect([n, story(part).filter((line) => !line.endsWith('updated'))]).toEqual([n, story(whole).filter((line) => !line.endsWith('updated'))]);
      const [one, other] = [part.events.at(-1)!.incident, whole.events.at(-1)!.incident];
      expect(Math.abs(one.openedAt - other.openedAt)).toBeLessThan(3 * minuteMs);
      for (const figure of ['reporters', 'score', 'mentions'] as const) expect(Math.abs(one[figure] / other[figure] - 1)).toBeLessThan(4 / Math.sqrt(other.reporters / n));
      const sum = (run: typeof whole): number => run.rollups.reduce((all, { observed }) => all + observed, 0);
      expect(Math.abs(sum(part) / sum(whole) - 1)).toBeLessThan(0.15);
      expect(Object.values(one.symptoms).reduce((a, b) => a + b, 0)).toBe(one.reporters);
      expect(one.named!.alone + one.named!.together).toBe(one.reporters);
    }
  }
});

test('its evidence adds up to its score, erased or not', () => {
  const posts = thin(outage(4, great), 4);
  const first = runFrames(framesOf(posts, { end })).evidence[10]!;
  const run = runFrames(framesOf([...posts, { ts: end - 1 }, { ts: end, takesBack: first.id }], { end: end + 1 }));
  const latest = [...new Map(run.evidence.map((one) => [one.id, one])).values()];
  expect(latest.find(({ id }) => id === first.id)).toMatchObject({ text: null, standsFor: 4 });
  const explained = explain(run.events.at(-1)!, latest, null);
  expect([explained.lines.at(-1), explained.sumOfWeights]).toEqual(['recomputed: the same verdict', explained.score]);
});

test('a sample scatters more than what it is of, and is no outage', () => {
  for (const seed of [1, 2]) {
    const random = createRandom(seed);
    const all = arrivals(random, monday, monday + 6 * dayMs, () => 8, 8).map((ts): TestPost => ({ ts, standsFor: 16 }));
    expect([seed, story(runFrames(framesOf(all, { end: monday + 6 * dayMs })))]).toEqual([seed, []]);
  }
});

test('one report that stands for many, among what is usual, is no outage, and in a real one it hides nobody', () => {
  const begin = monday + 20 * hourMs;
  for (const base of [0.5, 2]) {
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed);
      const usual = arrivals(random, monday, monday + 22 * hourMs, () => base, base).map((ts): TestPost => ({ ts }));
      const strange = [...usual, { ts: begin, standsFor: 64 }].toSorted((a, b) => a.ts - b.ts);
      expect([base, seed, story(runFrames(framesOf(strange, { end: monday + 22 * hourMs })))]).toEqual([base, seed, []]);
    }
  }
  const real = outage(3, { base: 1, up: 20, minutes: 30, hours: 4 });
  const chat = Array.from({ length: 240 }, (_, i): TestPost => ({ ts: monday + i * minuteMs, text: 'chat', standsFor: 64 }));
  const both = [...real, ...chat].toSorted((a, b) => a.ts - b.ts);
  expect(story(runFrames(framesOf(both, { end })))).toEqual(story(runFrames(framesOf(real, { end }))));
});

test('a text sent by many counts once for its sample, and those who repeat it for themselves', () => {
  const copies = Array.from({ length: 10 }, (_, i): TestPost => ({ ts: onset + i * 1_000, text: 'everybody must know that this service is BROKEN and nobody tells us why', standsFor: 64 }));
  const { rollups } = runFrames(framesOf([{ ts: monday }, ...copies, { ts: onset + 10 * minuteMs }], { end: onset + 10 * minuteMs }));
  const reports = rollups.filter(({ minute }) => minute >= onset - minuteMs).reduce((all, { reports: n }) => all + n, 0);
  expect(reports).toBeGreaterThanOrEqual(64);
  expect(reports).toBeLessThan(2 * 64);
});

test('a snapshot in the middle of a sample changes nothing', () => {
  const frames = framesOf(thin(outage(6, great), 8, onset + minuteMs), { end });
  const whole = runFrames(frames);
  for (const at of [0.2, 0.3, 0.5].map((share) => Math.floor(share * frames.length))) {
    const before = newDetector();
    const first = runFrames(frames.slice(0, at), before);
    const after = newDetector();
    after.restore(before.snapshot());
    const second = runFrames(frames.slice(at), after);
    expect([bytesOf(first), bytesOf(second)].filter((bytes) => bytes !== '').join('\n')).toBe(bytesOf(whole));
  }
});

test('a mention that stands for nothing whole is no mention', () => {
  for (const standsFor of [0, -4, 1.5, '8' as never, null as never]) {
    const detector = newDetector();
    runFrames(framesOf([{ ts: monday, standsFor }], { end: monday + minuteMs }), detector);
    expect(detector.figures()['mention-bad-shape']).toBe(1);
  }
});
