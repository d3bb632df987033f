import { expect, test } from 'vitest';
import type { Frame } from '../shared/frame.ts';
import { incidentEventSchema } from '../shared/incident.ts';
import { evidenceSchema } from '../shared/evidence.ts';
import { rollupSchema } from '../shared/rollup.ts';
import { arrivals, bytesOf, createRandom, cut, foldFrame, framesOf, hourMs, minuteMs, monday, newDetector, onset, outage, type Run, runFrames, story, type TestPost } from './detector.fixture.ts';

/** Posts in an order in which each comes at most `bound` ms later than the newest before it. */
function shuffled(posts: readonly TestPost[], bound: number, seed: number): TestPost[] {
  const random = createRandom(seed);
  return posts
    .map((post) => ({ post, at: post.ts + random() * bound }))
    .sort((a, b) => a.at - b.at)
    .map(({ post }) => post);
}

test('an outage is suspected within minutes, confirmed, eases and is resolved, and every record keeps to its schema', () => {
  const run = runFrames(framesOf(outage(1), { end: monday + 4 * hourMs }));
  expect(story(run)).toEqual(expect.arrayContaining(['acme suspected', 'acme confirmed', 'acme easing', 'acme resolved']));
  const first = run.events[0]!;
  expect(first.at - onset).toBeLessThan(4 * minuteMs);
  expect(first.incident.learning).toBe(true);
  for (const event of run.events) expect(incidentEventSchema.parse(event)).toEqual(event);
  for (const one of run.evidence) expect(evidenceSchema.parse(one)).toEqual(one);
  for (const one of run.rollups) expect(rollupSchema.parse(one)).toEqual(one);
  expect(run.events.map((e) => e.seq)).toEqual(run.events.map((_, i) => i + 1));
});

test('the estimated onset lies within a minute of the truth', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const run = runFrames(framesOf(outage(seed, { base: 0.5, up: 12 }), { end: monday + 3 * hourMs }));
    expect(Math.abs(run.events[0]!.incident.onset - onset)).toBeLessThanOrEqual(minuteMs);
  }
});

test('frames of one post and of a thousand give the same bytes', () => {
  const posts = outage(2);
  const single = bytesOf(runFrames(framesOf(posts, { size: 1, end: monday + 4 * hourMs })));
  expect(single).toContain('resolved');
  for (const size of [7, 1_000]) expect(bytesOf(runFrames(framesOf(posts, { size, end: monday + 4 * hourMs })))).toBe(single);
});

test('posts shuffled within the lateness bound give the same bytes', () => {
  const posts = outage(3);
  const straight = bytesOf(runFrames(framesOf(posts, { size: 10, end: monday + 4 * hourMs })));
  for (let seed = 1; seed <= 3; seed++) {
    expect(bytesOf(runFrames(framesOf(shuffled(posts, 1_999, seed), { size: 10, end: monday + 4 * hourMs })))).toBe(straight);
  }
});

test('one, four and sixteen partitions tell the same of every service', () => {
  const services = ['acme', 'bolt', 'cord', 'dune', 'echo', 'fern'];
  const posts = services.flatMap((service, i) => outage(10 + i, { service, hours: 3 })).sort((a, b) => a.ts - b.ts);
  const frames = framesOf(posts, { size: 50, end: monday + 3 * hourMs });
  const told = (partitions: number): string[] => {
    const runs = cut(frames, partitions).map((part, p) => runFrames(part, newDetector({}, services, String(p), partitions)));
    return runs
      .flatMap((run) => run.records)
      .filter((r) => r.key !== 'progress')
      .map((r) => `${r.topic} ${r.key} ${new TextDecoder().decode(r.value!)}`)
      .sort();
  };
  const one = told(1);
  expect(one.some((line) => line.includes('"confirmed"'))).toBe(true);
  expect(told(4)).toEqual(one);
  expect(told(16)).toEqual(one);
});

test('a service that is added later is new, however long the others have been watched', () => {
  const detector = newDetector();
  runFrames(framesOf([{ ts: monday }, { ts: monday + 9 * hourMs }], { end: monday + 10 * hourMs }).slice(0, -1), detector);
  const grown = newDetector({}, ['acme', 'bolt']);
  grown.restore(detector.snapshot());
  const run: Run = { events: [], evidence: [], rollups: [], records: [] };
  const steady = Array.from({ length: 400 }, (_, i) => ({ ts: monday + 10 * hourMs + i * 10_000, service: 'bolt', id: `b${i}`, author: `b${i}` }));
  framesOf(steady).forEach((frame, i) => foldFrame(grown, { ...frame, epoch: 2 }, i, run));
  expect(run.rollups.some((r) => r.service === 'bolt')).toBe(true);
  expect(run.events).toEqual([]);
});

test('a snapshot of another version stops the process', () => {
  const value = new TextEncoder().encode(JSON.stringify({ v: 99 }));
  expect(() => newDetector().restore([{ key: 'fold', value }])).toThrow(/version 99/);
  expect(() => newDetector().restore([{ key: 'watch/acme', value: new TextEncoder().encode('{') }])).toThrow();
});

test('a second report of the same person within the hour is kept as a mention and not counted', () => {
  const posts = Array.from({ length: 30 }, (_, i) => ({ ts: onset + i * 1_000, author: 'same' }));
  const run = runFrames(framesOf([{ ts: monday }, ...posts], { end: onset + hourMs }));
  expect(run.events).toEqual([]);
  expect(run.rollups.reduce((sum, r) => sum + r.mentions, 0)).toBe(31);
  expect(run.rollups.reduce((sum, r) => sum + r.reports, 0)).toBe(2);
});

test('the same post delivered again is dropped', () => {
  const posts = outage(6);
  const again = posts.flatMap((post, i) => (i % 5 === 0 ? [post, post] : [post]));
  const run = (list: TestPost[]): unknown => runFrames(framesOf(list, { size: 40, end: monday + 3 * hourMs })).events;
  expect(run(again)).toEqual(run(posts));
});

test('the weights of all evidence of an incident sum up to its score', () => {
  for (const seed of [1, 2, 3]) {
    const run = runFrames(framesOf(outage(seed, { up: 30 }), { end: monday + 4 * hourMs }));
    const last = run.events.at(-1)!.incident;
    expect(last.state).toBe('resolved');
    const sum = run.evidence.filter((e) => e.incident === last.id).reduce((total, e) => total + e.weight, 0);
    expect(last.score).toBeGreaterThan(0);
    expect(sum).toBe(last.score);
    expect(last.evidence.length).toBe(20);
  }
});

test('under the minimum of reporters nothing is ever said', () => {
  const posts = Array.from({ length: 4 }, (_, i) => ({ ts: onset + i * 500 }));
  expect(runFrames(framesOf([{ ts: monday }, ...posts], { end: onset + 3 * hourMs })).events).toEqual([]);
  expect(runFrames(framesOf([{ ts: monday }, ...posts, { ts: onset + 2_500 }], { end: onset + 3 * hourMs })).events.length).toBeGreaterThan(0);
});

const wordings = ['BROKEN here since breakfast', 'is it BROKEN for you as well', 'my whole office says it is BROKEN', 'BROKEN again what a day', 'nothing loads all BROKEN', 'BROKEN on the phone and on the web', 'no luck for an hour BROKEN', 'can someone confirm it is BROKEN', 'BROKEN and the support is mute', 'tried three browsers BROKEN'];

test('200 copies from 20 accounts are no outage, 200 posts of 200 people are one', () => {
  const copies = Array.from({ length: 200 }, (_, i) => ({ ts: onset + i * 1_500, author: `bot${i % 20}`, text: `acme is completely BROKEN today, switch to something better ${i} https://x.example/${i}` }));
  const people = Array.from({ length: 200 }, (_, i) => ({ ts: onset + i * 1_500, text: `${wordings[i % 10]!} ${['friends', 'really', 'sigh', 'why', 'please'][i % 5]!}` }));
  const chatter = Array.from({ length: 60 }, (_, i) => ({ ts: monday + i * minuteMs, text: `lunch with acme people ${i}` }));
  const run = (posts: TestPost[]): Run => runFrames(framesOf([...chatter, ...posts].sort((a, b) => a.ts - b.ts), { end: onset + 2 * hourMs }), newDetector({ shareTest: true }));
  expect(run(copies).events).toEqual([]);
  expect(story(run(people))).toContain('acme confirmed');
});

test('a post and 500 reposts of it weigh no more than the cap', () => {
  const text = 'acme is BROKEN for all of us in the whole town since noon';
  const reposts = Array.from({ length: 500 }, (_, i) => ({ ts: onset + 1_000 + i * 200, repostOf: 'first', text: i % 2 === 0 ? text : `RT @someone: ${text}` }));
  const run = runFrames(framesOf([{ ts: monday }, { ts: onset, id: 'first', text }, ...reposts], { end: onset + hourMs }));
  expect(run.events).toEqual([]);
  expect(run.rollups.slice(1).reduce((sum, r) => sum + r.observed, 0)).toBeLessThanOrEqual(3);
});

test('reports of recovery shorten the way to resolved and never open an incident', () => {
  const posts = outage(7, { up: 10, minutes: 30 });
  const end = onset + 30 * minuteMs;
  const back = Array.from({ length: 60 }, (_, i) => ({ ts: end + i * 5_000, author: `r${i}`, id: `r${i}`, text: 'it works AGAIN' }));
  const resolvedAt = (list: TestPost[]): number => runFrames(framesOf([...list].sort((a, b) => a.ts - b.ts), { end: onset + 3 * hourMs })).events.at(-1)!.incident.resolvedAt!;
  expect(resolvedAt([...posts, ...back])).toBeLessThan(resolvedAt(posts) - 4 * minuteMs);
  const alone = runFrames(framesOf([{ ts: monday }, ...back], { end: onset + 3 * hourMs }));
  expect(alone.events).toEqual([]);
  expect(alone.rollups.reduce((sum, r) => sum + r.recoveries, 0)).toBe(60);
});

test('when reports stop and many say that it works again, easing follows within eight minutes and the end five minutes later at the earliest', () => {
  for (const seed of [31, 32, 33]) {
    const end = onset + 60 * minuteMs;
    const back = Array.from({ length: 260 }, (_, i) => ({ ts: end + i * 3_000, author: `r${i}`, id: `r${i}`, text: 'it works AGAIN' }));
    const posts = [...outage(seed, { up: 60, minutes: 60 }), ...back].sort((a, b) => a.ts - b.ts);
    const { events } = runFrames(framesOf(posts, { end: monday + 4 * hourMs }));
    const [easing, resolved] = ['easing', 'resolved'].map((change) => events.filter((e) => e.change === change));
    expect(easing!.map((e) => e.at > end && e.at - end <= 8 * minuteMs)).toEqual([true]);
    expect(resolved).toHaveLength(1);
    expect(resolved![0]!.at - easing![0]!.at).toBeGreaterThanOrEqual(5 * minuteMs);
    expect(resolved![0]!.at - end).toBeLessThanOrEqual(25 * minuteMs);
  }
});

test('a rate that swings up and down is one incident that opens once and closes once', () => {
  const random = createRandom(4);
  const swings = (t: number): number => (t < onset || t > onset + 3 * hourMs ? 0.3 : Math.floor((t - onset) / (10 * minuteMs)) % 2 === 0 ? 10 : 0.3);
  const posts = arrivals(random, monday, monday + 9 * hourMs, swings, 10).map((ts) => ({ ts }));
  const changes = runFrames(framesOf([{ ts: monday }, ...posts], { end: monday + 9 * hourMs })).events.map((e) => e.change);
  expect(changes.filter((c) => c === 'suspected' || c === 'reopened')).toEqual(['suspected']);
  expect(changes.filter((c) => c === 'resolved' || c === 'retracted')).toEqual(['resolved']);
});

test('an incident that comes back within the quiet period is the same incident', () => {
  const second = outage(9, { base: 0.001, up: 10, minutes: 30, hours: 1 }).map((p) => ({ ...p, ts: p.ts + 3 * hourMs, id: `${p.id}-b`, author: `${p.author}-b` }));
  const posts = [...outage(8, { up: 10, minutes: 30 }), ...second.slice(1)].sort((a, b) => a.ts - b.ts);
  const run = runFrames(framesOf(posts, { end: monday + 7 * hourMs }));
  expect(story(run)).toContain('acme reopened');
  expect(new Set(run.events.map((e) => e.incident.id)).size).toBe(1);
});

test('a late post is evidence, and one that is over ten minutes late is no fresh report', () => {
  const posts: TestPost[] = [{ ts: monday }, { ts: onset }];
  for (let i = 0; i < 30; i++) posts.push({ ts: onset - 20 * minuteMs + i });
  expect(runFrames(framesOf(posts, { size: 10, end: onset + hourMs })).events).toEqual([]);
  const during = [...outage(12, { up: 10 }), { ts: onset + 5 * minuteMs, id: 'late', author: 'late' }];
  const order = during.map((p, i) => ({ p, at: i === during.length - 1 ? onset + 20 * minuteMs : p.ts })).sort((a, b) => a.at - b.at).map(({ p }) => p);
  const run = runFrames(framesOf(order, { size: 10, end: monday + 4 * hourMs }));
  expect(run.evidence.find((e) => e.id === 'late')).toMatchObject({ late: true, weight: 1 });
});

test('a fold that finds its log as it left it says nothing; one with other settings corrects the record', () => {
  const frames = framesOf(outage(14, { up: 10 }).filter((p) => p.ts < onset + 1.5 * minuteMs), { size: 2 }).slice(0, -1);
  const detector = newDetector();
  const run = runFrames(frames, detector);
  const published = run.records.filter((r) => r.topic === 'outcry.incidents').map((r, offset) => ({ topic: r.topic, partition: 0, offset, key: r.key, value: r.value, headers: {} }));
  const said: string[] = [];
  const hear = (r: { value: Uint8Array | null }): void => void said.push((JSON.parse(new TextDecoder().decode(r.value!)) as { change: string }).change);
  detector.live(published, hear);
  expect(said).toEqual([]);
  const strict = newDetector({ minReporters: 30 });
  runFrames(frames, strict);
  strict.live(published, hear);
  expect(said.at(-1)).toMatch(/resolved|retracted/);
});

test('frames and mentions that can not be read are counted and harm nothing', () => {
  const frames = framesOf(outage(15), { end: monday + 3 * hourMs });
  const clean = bytesOf(runFrames(frames));
  const detector = newDetector();
  const run: Run = { events: [], evidence: [], rollups: [], records: [] };
  detector.restore([]);
  const rubbish = ['', '{', 'null', '[]', '{"v":1}', '{"v":2}', JSON.stringify({ ...frames[0], mentions: 'x' }), JSON.stringify({ ...frames[0], watermark: 'now' }), JSON.stringify({ ...frames[0], watermark: 1e300 })];
  frames.forEach((frame, offset) => {
    const value = new TextEncoder().encode(rubbish[offset % rubbish.length]);
    detector.fold({ topic: 'outcry.observations', partition: 0, offset, key: '', value, headers: {} }, () => {});
    const extra = { ...frame, mentions: [...frame.mentions, null, { ...frame.mentions[0], ts: 'x' }, { ...frame.mentions[0], service: 'nobody', id: 'n' }] } as Frame;
    foldFrame(detector, extra, offset, run);
  });
  expect(bytesOf(run)).toBe(clean);
  expect(Object.keys(detector.figures())).toEqual(expect.arrayContaining(['frame-not-json', 'frame-bad-shape', 'mention-bad-shape', 'service-unknown']));
});
