// A gap as a source tells it, through ingest and its log into the detector's fold: time that nobody saw, not calm.
import { afterEach, expect, test } from 'vitest';
import { arrivals, createRandom, hourMs, minuteMs, runFrames, type Run } from '../detector/detector.fixture.ts';
import { sources } from '../ingest/sources/index.ts';
import type { Frame } from '../shared/frame.ts';
import { serviceSchema } from '../shared/service.ts';
import { partitionOf } from '../shared/topics.ts';
import { gapsOf } from './contracts/stream-contract.ts';
import { createHouse, until } from './contracts/source-house.ts';
import { fakeStatus, openMastodon, token } from './fakes/mastodon.ts';

const begin = Date.UTC(2026, 4, 4);
const end = begin + 20 * hourMs;
const away = { from: begin + 9 * hourMs, to: begin + 18 * hourMs };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Twenty hours of one report a minute; with `gone` half of them while nobody listens, of which the timelines give nothing. */
async function heard(gone: boolean): Promise<{ frames: Frame[]; gaps: { from: number; to: number }[] }> {
  let now = begin;
  const services = [serviceSchema.parse({ id: 'acme', name: 'Acme' })];
  const server = await openMastodon(() => now);
  closers.push(server.close);
  const house = createHouse(services, () => now);
  closers.push(house.close);
  const definition = sources['mastodon']!;
  const { source } = await house.open(definition, definition.options.parse({ instance: server.url, accessToken: token, hashtags: ['acme'], retryMs: 1, settleMs: 0 }));
  await until(() => source.status().state === 'live' && server.open() > 0);
  const times = arrivals(createRandom(22), begin + minuteMs, end, () => 1, 1);
  let told = 0;
  for (let hour = begin; hour < end; hour += hourMs) {
    if (gone && hour === away.from) {
      server.behave({ refuse: 503 });
      server.drop();
      await until(() => source.status().state === 'blind');
    }
    if (gone && hour === away.to) {
      server.behave({ refuseRest: 422 });
      await until(() => source.status().state === 'live' && server.open() > 0);
    }
    now = hour + hourMs;
    const these = times.filter((ms) => ms >= hour && ms < now);
    server.push(...these.map((ms, i) => fakeStatus(`n${ms}`, ms, `a${ms}`, `acme is BROKEN ${ownWords(ms)}`, { n: i, tags: ['acme'] })));
    if (!gone || hour < away.from || hour >= away.to) told += these.length;
    await until(() => house.seen().length === told);
    if (gone && hour === away.to - hourMs) now = away.to;
  }
  await house.stop();
  const frames = (await house.frames()).filter((_, i) => i % 4 === partitionOf('acme', 4));
  return { frames, gaps: await gapsOf(house) };
}
/** Words of its own for each post: copies count for less. */
function ownWords(seed: number): string {
  const random = createRandom(seed);
  return Array.from({ length: 8 }, () => Array.from({ length: 6 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')).join(' ');
}
const usual = (run: Run): number => run.rollups.at(-1)!.expected;

test('nine hours that a source could not read do not teach what is usual', async () => {
  const seen = usual(runFrames((await heard(false)).frames));
  const { frames, gaps } = await heard(true);
  const run = runFrames(frames);
  expect(gaps.reduce((sum, { from, to }) => sum + to - from, 0)).toBeGreaterThan(8.9 * hourMs);
  expect(usual(run) / seen).toBeGreaterThan(0.85);
  expect(usual(run) / seen).toBeLessThan(1.15);
  // had nobody told the gap, the same posts would have taught that half a day is quiet
  const untold = frames.map((frame): Frame => ({ ...frame, gap: undefined, state: frame.state === 'blind' ? 'live' : frame.state }));
  expect(usual(runFrames(untold)) / seen).toBeLessThan(0.85);
});
