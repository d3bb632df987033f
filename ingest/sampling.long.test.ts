import { expect, test } from 'vitest';
import { createIntakeHouse, start } from './intake.fixture.ts';
import { authorHash, createSampling, isTaken, type Sampling } from './sampling.ts';

const second = 1_000;
const hashOf = (name: string, seed = 7): number => authorHash(Buffer.from(name), 0, Buffer.byteLength(name), seed);

/** Posts by people of their own, `perSecond` for `seconds`: how many were handed on, and for how many they stand. */
function feed(sampling: Sampling, fromMs: number, seconds: number, perSecond: number, people = 'a'): { read: number; stoodFor: number; n: number } {
  let read = 0;
  let stoodFor = 0;
  let n = 1;
  for (let i = 0; i < seconds * perSecond; i++) {
    n = sampling.count(0, fromMs + Math.floor((i / perSecond) * second));
    if (!isTaken(hashOf(`${people}${i}`), n)) continue;
    read++;
    stoodFor += n;
  }
  return { read, stoodFor, n };
}

test('a service of whom as much is said as of any on a great day is read in full', () => {
  const sampling = createSampling(['acme']);
  expect(feed(sampling, start, 120, 999)).toEqual({ read: 119_880, stoodFor: 119_880, n: 1 });
  expect([sampling.stored(), sampling.inPart[0]]).toEqual([undefined, 0]);
});

test('of a flood a bounded number is read, and it stands for the whole', () => {
  for (const perSecond of [3_000, 50_000]) {
    const sampling = createSampling(['acme']);
    const early = feed(sampling, start, 10, perSecond, 'early');
    expect(early.read).toBeLessThan(10_000 + 2_600 * Math.log2(perSecond / 500));
    feed(sampling, start + 10 * second, 20, perSecond, 'then');
    const { read, stoodFor, n } = feed(sampling, start + 30 * second, 20, perSecond);
    expect(read).toBeLessThan(20 * 2_100);
    expect(read).toBeGreaterThan(20 * 450);
    expect(Math.abs(stoodFor / (20 * perSecond) - 1)).toBeLessThan(4 / Math.sqrt(read));
    expect([Math.log2(n) % 1, sampling.inPart[0]]).toEqual([0, 1]);
  }
});

test('when the flood is over everybody is read again, and late posts change nothing', () => {
  const sampling = createSampling(['acme']);
  feed(sampling, start, 30, 20_000);
  const n = sampling.peek(0, start + 29 * second);
  expect(n).toBeGreaterThan(8);
  expect(sampling.peek(0, start - 3_600 * second)).toBe(n);
  expect(sampling.count(0, start - 3_600 * second)).toBe(n);
  expect(feed(sampling, start + 30 * second, 120, 50).n).toBe(1);
  expect(sampling.inPart[0]).toBe(0);
  const gone = createSampling(['acme']);
  feed(gone, start, 30, 20_000);
  expect(gone.peek(0, start + 3_600 * second)).toBe(1);
});

test('who is one in 2n is one in n, and another seed takes others', () => {
  const names = Array.from({ length: 4_000 }, (_, i) => `did:plc:${i}`);
  const taken = (n: number, seed?: number): string[] => names.filter((name) => isTaken(hashOf(name, seed), n));
  expect(taken(8).every((name) => taken(4).includes(name))).toBe(true);
  expect(Math.abs(taken(8).length - 500)).toBeLessThan(100);
  expect(taken(8, 1).filter((name) => taken(8, 2).includes(name)).length).toBeLessThan(150);
});

test('a restart goes on where it stopped, and forgets a service that is not watched any more', () => {
  const whole = createSampling(['acme', 'globex']);
  feed(whole, start, 15, 10_000);
  const again = createSampling(['other', 'acme'], JSON.parse(JSON.stringify(whole.stored())));
  for (let i = 0; i < 100_000; i++) {
    const at = start + 15 * second + i;
    expect(again.count(1, at)).toBe(whole.count(0, at));
  }
  expect(createSampling(['other'], whole.stored()).stored()).toBeUndefined();
});

const text = (i: number): string => ['Acme is down', 'is acme ok?', 'acme \u00e4 \ud83e\udd8b', 'Acme and Globex'][i % 4]!;
const flood = Array.from({ length: 60_000 }, (_, i) => ({ id: `p${i}`, ts: start + Math.floor(i / 5), text: text(i), author: i % 3 === 0 ? `did:plc:\u00e4${i}` : `u${i}"${i}` }));

test('lines and posts of a flood are read alike, restarted or not, and no other service is lost in it', async () => {
  const asPosts = createIntakeHouse();
  const asLines = createIntakeHouse();
  let restarted = createIntakeHouse();
  const before = restarted.frames;
  const now = start + 60 * second;
  for (const house of [asPosts, asLines, restarted]) house.now.ms = now;
  const line = (post: object): Buffer => Buffer.from(JSON.stringify(post));
  for (const [i, post] of flood.entries()) {
    asPosts.intake.post(post);
    const bytes = line(post);
    asLines.intake.line(bytes, 0, bytes.length);
    if (i === 40_000) {
      restarted.intake.cursor('40000');
      await restarted.intake.accepted();
      restarted = createIntakeHouse(restarted.cursors.at(-1));
      restarted.now.ms = now;
    }
    restarted.intake.line(bytes, 0, bytes.length);
  }
  for (const { intake } of [asPosts, asLines, restarted]) await intake.accepted();
  const told = (frames: typeof before): unknown[] => frames.flatMap(({ mentions }) => mentions.map(({ id, service, standsFor = 1 }) => [id, service, standsFor]));
  const mentions = asPosts.frames.flatMap((frame) => frame.mentions);
  expect(told(asLines.frames)).toEqual(told(asPosts.frames));
  expect(told([...before, ...restarted.frames])).toEqual(told(asPosts.frames));
  const stoodFor = (service: string): number => mentions.filter((one) => one.service === service).reduce((sum, { standsFor = 1 }) => sum + standsFor, 0);
  const read = mentions.length;
  expect(read).toBeLessThan(40_000);
  expect(Math.abs(stoodFor('acme') / 60_000 - 1)).toBeLessThan(4 / Math.sqrt(read));
  expect(Math.abs(stoodFor('globex') / 15_000 - 1)).toBeLessThan(8 / Math.sqrt(read));
  // every post was read, as far as sight and lateness go
  expect([asLines.intake.counts.posts, asLines.frames.flatMap(({ reads }) => reads).reduce((sum, [, count]) => sum + count, 0)]).toEqual([60_000, 60_000]);
  expect([asLines.intake.counts.sampled, asLines.intake.counts.dropped.size]).toEqual([75_000 - read, 0]);
});

test('in a flood the few words about another service are all read', async () => {
  const { intake, frames, now } = createIntakeHouse();
  now.ms = start + 60 * second;
  const few = flood.map((post, i) => (i % 4 === 3 ? { ...post, text: i % 600 === 3 ? 'globex is down, acme too' : 'acme!' } : post));
  for (const post of few) {
    const bytes = Buffer.from(JSON.stringify(post));
    intake.line(bytes, 0, bytes.length);
  }
  await intake.accepted();
  const globex = frames.flatMap(({ mentions }) => mentions.filter(({ service }) => service === 'globex'));
  expect([globex.length, globex.every(({ standsFor }) => standsFor === undefined)]).toEqual([100, true]);
});

test('what answers a post that was read stands for as many as that, what answers one that was passed over for nothing', async () => {
  const { intake, frames, now } = createIntakeHouse();
  now.ms = start + 60 * second;
  for (const post of flood) intake.post(post);
  await intake.accepted();
  const parent = frames.flatMap(({ mentions }) => mentions).findLast(({ service }) => service === 'acme')!;
  for (let i = 0; i < 20; i++) intake.post({ id: `r${i}`, ts: start + 12 * second, text: 'same here', author: `r${i}`, replyTo: parent.id });
  const read = new Set(frames.flatMap(({ mentions }) => mentions.map(({ id }) => id)));
  const passedOver = flood.findLast(({ id }) => !read.has(id))!;
  for (let i = 0; i < 20; i++) intake.post({ id: `p${i}`, ts: start + 12 * second, text: 'same here', author: `p${i}`, replyTo: passedOver.id });
  await intake.accepted();
  const replies = frames.flatMap(({ mentions }) => mentions).filter(({ by, service }) => by === 'reply' && service === 'acme');
  expect([replies.length, new Set(replies.map(({ standsFor }) => standsFor))]).toEqual([20, new Set([parent.standsFor])]);
});

test('who is passed over is not parsed', async () => {
  const { intake, now } = createIntakeHouse();
  now.ms = start + 60 * second;
  for (const post of flood) intake.post(post);
  const at = (author: string): unknown => {
    // JSON has no number that begins with a zero
    const bytes = Buffer.from(`{"ts":${start + 12 * second},"text":"acme","author":"${author}","n":01}`);
    return intake.line(bytes, 0, bytes.length);
  };
  const answers = Array.from({ length: 256 }, (_, i) => JSON.stringify(at(`u${i}`)));
  const passed = answers.filter((answer) => answer === '{"outcome":"named","mentions":0}').length;
  expect(answers.filter((answer) => answer === '{"outcome":"dropped","reason":"not-json"}').length).toBe(256 - passed);
  expect(passed).toBeGreaterThan(200);
  expect(at('escaped\\n')).toEqual({ outcome: 'dropped', reason: 'not-json' });
});
