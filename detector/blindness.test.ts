// What is not seen is not calm: sources that go blind, wholly or for one service, and come back.
import { expect, test } from 'vitest';
import type { Frame } from '../shared/frame.ts';
import { arrivals, createRandom, foldFrame, framesOf, hourMs, minuteMs, monday, newDetector, type Run, runFrames, story, type TestPost } from './detector.fixture.ts';
import { createSight } from './sight.ts';

const onset = monday + 30 * minuteMs;
const empty = (): Run => ({ events: [], evidence: [], rollups: [], records: [] });

/** Thirty quiet minutes, then an outage of `minutes`, quiet until `hours` have passed. */
function outage(seed: number, minutes: number, hours: number): TestPost[] {
  const random = createRandom(seed);
  const times = arrivals(random, monday, monday + hours * hourMs, (t) => (t >= onset && t < onset + minutes * minuteMs ? 6 : 0.3), 6);
  return [monday + 1, ...times].map((ts, i) => ({ ts, id: `acme-${i}`, author: `acme-a${i}` }));
}

interface Cutoff {
  from: number;
  to: number;
  /** How it comes back. */
  back: 'live' | 'catching-up' | 'gap';
}

/**
 * `main` carries the posts and sees nothing between `from` and `to`; `reports` is live all the time and carries hardly any.
 * Frames of a minute each until `end`.
 */
function twoSources(posts: readonly TestPost[], end: number, cutoff: Cutoff | null): Frame[] {
  const of = (source: string, list: readonly TestPost[]): Frame[] => framesOf(list, { source, size: 20, beatMs: minuteMs, end }).slice(0, -1);
  const rare = Array.from({ length: Math.floor((end - monday) / (40 * minuteMs)) }, (_, i) => ({ ts: monday + 20 * minuteMs + i * 40 * minuteMs, id: `r${i}`, author: `r${i}` }));
  const steady = of('reports', rare);
  if (cutoff === null) return merged([...of('main', posts), ...steady]);
  const { from, to, back } = cutoff;
  const main = of('main', posts);
  const before = main.filter((f) => f.watermark < from);
  const last = before.at(-1)!;
  const hole = { ...last, mentions: [], reads: [] };
  const after = main.filter((f) => f.watermark >= to).map((f, i) => ({
    ...f,
    mentions: f.mentions.filter((m) => m.ts >= to),
    ...(back === 'gap' && i === 0 ? { gap: { from: last.watermark, to } } : {}),
  }));
  if (back !== 'gap') before.push({ ...hole, state: 'blind' });
  if (back === 'catching-up') for (const f of after.slice(0, 10)) f.state = 'catching-up';
  return merged([...before, ...after, ...steady]);
}

function merged(frames: readonly Frame[]): Frame[] {
  return frames.map((frame, i) => ({ frame, i })).sort((a, b) => a.frame.watermark - b.frame.watermark || a.i - b.i).map(({ frame }) => frame);
}

test('when the only source goes blind the incident is held, said to be blind, and not resolved', () => {
  const posts = outage(11, 20, 0.8);
  const frames = framesOf(posts, { size: 5 }).slice(0, -1);
  const last = frames.at(-1)!;
  const blind: Frame = { ...last, state: 'blind', mentions: [], reads: [] };
  const detector = newDetector();
  const before = runFrames([...frames, blind], detector);
  expect(before.events.at(-1)!.incident.blind).toBe(true);
  expect(before.events.at(-1)!.incident.state).toBe('confirmed');
  const back = last.watermark + 3 * hourMs;
  const run = empty();
  foldFrame(detector, { ...last, seq: last.seq + 1, mentions: [], reads: [], watermark: back + minuteMs, gap: { from: last.watermark, to: back } }, 900, run);
  foldFrame(detector, { ...last, seq: last.seq + 1, mentions: [], reads: [], watermark: back + 3 * minuteMs }, 901, run);
  expect(run.events.map((e) => [e.change, e.incident.state, e.incident.blind])).toEqual([['updated', 'confirmed', false]]);
  foldFrame(detector, { ...last, seq: last.seq + 2, mentions: [], reads: [], watermark: back + 60 * minuteMs }, 902, run);
  expect(run.events.at(-1)!.change).toBe('resolved');
  expect(run.rollups.some((r) => r.blind)).toBe(true);
});

for (const back of ['live', 'catching-up', 'gap'] as const) {
  test(`an incident is held while the source that carries the service is blind, though another one is live; it comes back by ${back}`, () => {
    const posts = outage(21, 30, 5);
    const cutoff = { from: onset + 20 * minuteMs, to: onset + 110 * minuteMs, back };
    const end = monday + 5 * hourMs;
    const held = runFrames(twoSources(posts, end, cutoff));
    const during = held.events.filter((e) => e.at > cutoff.from - 2 * minuteMs && e.at <= cutoff.to);
    expect(during.map((e) => [e.change, e.incident.state, e.incident.blind])).toEqual([['updated', 'confirmed', true]]);
    const blind = held.rollups.filter((r) => r.blind);
    expect(blind.length).toBeGreaterThan(80);
    for (const one of blind) expect(one.minute >= cutoff.from - 2 * minuteMs && one.minute <= cutoff.to + minuteMs).toBe(true);
    const after = held.events.filter((e) => e.at > cutoff.to);
    expect(after[0]!.incident).toMatchObject({ state: 'confirmed', blind: false });
    expect(after[0]!.at - cutoff.to).toBeLessThanOrEqual(2 * minuteMs);
    expect(after.find((e) => e.change === 'easing')!.at - cutoff.to).toBeGreaterThan(10 * minuteMs);
    expect(after.at(-1)!.change).toBe('resolved');
    // seen throughout, it would have been over long before
    const seen = runFrames(twoSources(posts, end, null));
    expect(seen.events.at(-1)!.change).toBe('resolved');
    expect(seen.events.at(-1)!.at).toBeLessThan(cutoff.to);
  });
}

test('while the source that carries the service is blind, its silence teaches nothing', () => {
  const random = createRandom(22);
  const posts = arrivals(random, monday, monday + 20 * hourMs, () => 1, 1).map((ts, i) => ({ ts, id: `p${i}`, author: `p${i}` }));
  const end = monday + 20 * hourMs;
  const expected = (cutoff: Cutoff | null): number => runFrames(twoSources(posts, end, cutoff)).rollups.at(-1)!.expected;
  const seen = expected(null);
  const cut = expected({ from: monday + 9 * hourMs, to: monday + 18 * hourMs, back: 'live' });
  expect(cut / seen).toBeGreaterThan(0.85);
  expect(cut / seen).toBeLessThan(1.15);
});

test('a source that carries little of a service may go without the service being out of sight', () => {
  const posts = outage(23, 30, 4);
  const frames = twoSources(posts, monday + 4 * hourMs, null).filter((f) => f.source === 'main' || f.watermark < onset);
  const last = frames.findLast((f) => f.source === 'reports')!;
  const run = runFrames(merged([...frames, { ...last, mentions: [], reads: [], state: 'blind', watermark: last.watermark + 1 }]));
  expect(run.rollups.some((r) => r.blind)).toBe(false);
  expect(story(run).at(-1)).toBe('acme resolved');
});

test('half of the usual posts are sight enough, and a few posts do not tell where a service is spoken of', () => {
  const sight = createSight();
  sight.note(monday + minuteMs, [['a', true], ['b', true]]);
  sight.note(monday + 2 * minuteMs, [['a', false], ['b', true]]);
  expect(sight.sees({ a: 50, b: 50 })).toBe(true);
  expect(sight.sees({ a: 51, b: 50 })).toBe(false);
  expect(sight.sees({ a: 2 })).toBe(true);
  expect(sight.minutes({ a: 60, b: 1 }, monday, monday + 2 * minuteMs)).toBe(1);
  expect(createSight(structuredClone(sight.encode())).minutes({ a: 60, b: 1 }, monday, monday + 2 * minuteMs)).toBe(1);
  sight.note(monday + 3 * minuteMs, [['a', false], ['b', false]]);
  expect(sight.sees({})).toBe(false);
});

test('a source that has been away for three days is not missed any more', () => {
  const sight = createSight();
  const days = 4_320;
  for (let i = 1; i <= days + 1; i++) sight.note(monday + i * minuteMs, [['a', false], ['b', true]]);
  expect(sight.sees({ a: 60, b: 1 })).toBe(true);
  expect(sight.minutes({ a: 60, b: 1 }, monday, monday + (days + 1) * minuteMs)).toBe(1);
});

test('a file that ended leaves the services it spoke of in sight of the sources that live', () => {
  const start = monday + 6 * hourMs;
  const file = arrivals(createRandom(31), monday, start - hourMs, () => 1, 1).map((ts, i) => ({ ts, id: `f${i}`, author: `f${i}`, text: 'lunch with acme' }));
  const trouble = outage(32, 30, 4).map((p) => ({ ...p, ts: p.ts + 6 * hourMs }));
  const live = framesOf([{ ts: monday + 1, id: 'first', author: 'first' }, ...trouble], { source: 'live', size: 10, end: start + 4 * hourMs }).slice(0, -1);
  const run = runFrames(merged([...framesOf(file, { source: 'file', size: 10 }), ...live]));
  expect(story(run)).toEqual(expect.arrayContaining(['acme suspected', 'acme confirmed', 'acme resolved']));
  expect(run.events.some((e) => e.incident.blind)).toBe(false);
  expect(run.rollups.filter((r) => r.minute > start).some((r) => r.blind)).toBe(false);
});

test('a source that ended is forgotten at once, and counts as away again when it came back and failed', () => {
  const sight = createSight();
  sight.note(monday + minuteMs, [['a', false], ['b', true]]);
  sight.note(monday + 2 * minuteMs, [['b', true]]);
  expect(sight.sees({ a: 60, b: 1 })).toBe(true);
  expect(sight.encode().awayFor).toEqual([['b', 0]]);
  sight.note(monday + 3 * minuteMs, [['a', false], ['b', true]]);
  expect(sight.sees({ a: 60, b: 1 })).toBe(false);
});
