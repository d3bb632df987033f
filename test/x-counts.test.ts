// `x-counts` against an X API on a real socket: what it asks for, what it hands over, what it spends.
import { afterEach, expect, test } from 'vitest';
import type { SourceDefinition } from '../ingest/source.ts';
import countsSource from '../ingest/sources/x-counts.ts';
import { serviceSchema } from '../shared/service.ts';
import { createHouse, start, until, type House } from './contracts/source-house.ts';
import { aTweet, openX, xToken, type XFake } from './fakes/x.ts';

const xCounts = countsSource as unknown as SourceDefinition;
const services = [{ id: 'whatsapp', name: 'WhatsApp' }, { id: 'telegram', name: 'Telegram' }, { id: 'line', name: 'Line', ordinary: ['Line'] }].map((one) => serviceSchema.parse(one));
const minute = 60_000;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function aServer(): Promise<XFake> {
  const server = await openX();
  closers.push(server.close);
  return server;
}
function aHouse(clock: () => number): House {
  const house = createHouse(services, clock);
  closers.push(house.close);
  return house;
}
const optionsFor = (server: XFake, more: object = {}) => xCounts.options.parse({ bearerToken: xToken, apiUrl: server.url, languages: ['en'], services: ['whatsapp', 'telegram'], ...more });
const tallies = async (house: House) => (await house.frames()).flatMap((frame) => frame.tallies ?? []);
const sameMinute = (a: { minute: number; service: string }, b: { minute: number; service: string }) => a.minute - b.minute || (a.service < b.service ? -1 : 1);

test('a week of minutes is counted at the first start, then those that are over, each once, over restarts', async () => {
  const server = await aServer();
  let now = start + 45_000;
  const house = aHouse(() => now);
  server.behave({ now: () => now, match: true });
  for (let i = 0; i < 50; i++) server.store(aTweet(start - 90_000 + i, `whatsapp is down ${i}`, { n: i }), aTweet(start - 4 * 24 * 60 * minute + i, 'telegram is down', { n: i + 50 }));
  server.store(aTweet(start - 80_000, 'whatsapp is nice'));
  const options = optionsFor(server);
  let opened = await house.open(xCounts, options);
  await until(() => opened.source.status().state === 'live');
  const days = Math.floor(6.9 * 1_440);
  let found: Awaited<ReturnType<typeof tallies>> = [];
  // live is said when all is counted; the last frame is written a moment later
  await until(async () => (found = await tallies(house)).length >= 2 * days);
  expect(found.length).toBe(2 * days);
  const told = (service: string, at: number) => found.filter((one) => one.service === service && one.minute === at).map((one) => one.posts);
  expect(told('whatsapp', start - 2 * minute)).toEqual([50]);
  expect(told('telegram', start - 4 * 24 * 60 * minute)).toEqual([50]);
  expect(told('telegram', start - 2 * minute)).toEqual([0]);
  for (const service of ['whatsapp', 'telegram']) {
    const minutes = found.filter((one) => one.service === service).map((one) => one.minute);
    expect(minutes).toEqual(Array.from({ length: days }, (_, i) => start - (days - i) * minute));
  }
  expect((await house.frames()).every((frame) => frame.carries === 'tallies')).toBe(true);
  await house.stop();
  server.store(aTweet(start + 70_000, 'telegram is down'));
  now = start + 3 * minute + 31_000;
  opened = await house.open(xCounts, options);
  await until(async () => (await tallies(house)).length > 2 * days);
  await house.stop();
  now += minute;
  opened = await house.open(xCounts, options);
  await until(async () => (found = await tallies(house)).length >= 2 * days + 5);
  const later = found.slice(2 * days).toSorted(sameMinute);
  expect(new Set(later.map((one) => `${one.service} ${one.minute}`)).size).toBe(later.length);
  expect(later.find((one) => one.posts === 1)).toEqual({ service: 'telegram', minute: start + minute, posts: 1 });
  await until(() => opened.source.status().state === 'live');
  expect(opened.source.status().detail).toMatch(/^2 services counted every 5 min; spent \$0\.\d\d of \$10\.00 today/);
});

test('what was paid for is kept: a history that costs more than a day allows is counted over several, each minute once', async () => {
  const server = await aServer();
  let now = start;
  const house = aHouse(() => now);
  server.behave({ now: () => now });
  const options = optionsFor(server, { historyDays: 5, services: ['whatsapp'], spend: { perDay: 0.01 } });
  let opened = await house.open(xCounts, options);
  for (const days of [2, 4]) {
    await until(() => opened.source.status().detail.startsWith('spending cap'));
    await house.stop();
    expect(await tallies(house)).toHaveLength(days * 1_440);
    now += 24 * 60 * minute;
    opened = await house.open(xCounts, options);
  }
  await until(async () => (await tallies(house)).length >= 6 * 1_440);
  const minutes = (await tallies(house)).map((one) => one.minute);
  expect(new Set(minutes).size).toBe(minutes.length);
});

test('its requests cost, and at the cap it is blind until the day is over, over restarts too', async () => {
  const server = await aServer();
  let now = start;
  const house = aHouse(() => now);
  server.behave({ now: () => now });
  const options = optionsFor(server, { historyDays: 0, everyMinutes: 1, services: ['whatsapp'], spend: { perDay: 0.015 } });
  let opened = await house.open(xCounts, options);
  const next = async (requests: number) => {
    await until(() => server.asked('counts').length === requests);
    await house.stop();
    now += 5 * minute;
    opened = await house.open(xCounts, options);
  };
  await next(1);
  await next(2);
  await next(3);
  await until(() => opened.source.status().state === 'blind' && opened.source.status().dropped['spend-cap'] === 1);
  expect(opened.source.status().detail).toBe('spending cap of $0.01 a day reached; counts again at 2026-05-04 00:00 UTC');
  expect(opened.source.status().spend).toMatchObject({ day: expect.closeTo(0.015) as number, perDay: 0.015 });
  expect(server.asked('counts').length).toBe(3);
  await house.stop();
  now = Date.UTC(2026, 4, 4, 0, 1);
  opened = await house.open(xCounts, options);
  await until(() => opened.source.status().state === 'live');
  expect(server.asked('counts').length).toBe(4);
});

test('answers that are no counts are dropped, refusals are said, and a stop while X is mute is a stop', async () => {
  const server = await aServer();
  const house = aHouse(() => start);
  const bad = { data: [{ start: 'yesterday', tweet_count: 1 }, { start: new Date(start - 120_000).toISOString(), tweet_count: -1 }, null, { start: new Date(start - 119_000).toISOString(), tweet_count: 1 }, { start: new Date(start - 120_000).toISOString(), tweet_count: 7 }], meta: [] };
  server.behave({ refuse: () => ({ status: 200, body: bad }) });
  const options = optionsFor(server, { historyDays: 0, services: ['whatsapp'] });
  let opened = await house.open(xCounts, options);
  await until(async () => opened.source.status().state === 'live' && (await tallies(house)).length > 0);
  expect(opened.source.status().dropped).toEqual({ 'bad-count': 4 });
  expect(await tallies(house)).toEqual([{ service: 'whatsapp', minute: start - 120_000, posts: 7 }]);
  await house.stop();
  for (const [status, said] of [[401, /check `bearerToken`/], [503, /trouble of its own/]] as const) {
    const another = aHouse(() => start);
    server.behave({ refuse: () => ({ status }) });
    opened = await another.open(xCounts, options);
    await until(() => said.test(opened.source.status().detail));
    expect(opened.source.status().state).toBe('blind');
  }
  server.behave({ mute: ['counts'] });
  const asked = server.asked('counts').length;
  const mute = aHouse(() => start);
  await mute.open(xCounts, options);
  await until(() => server.asked('counts').length > asked);
  await mute.stop();
});

test('the check says what it will cost, and that it is too much', async () => {
  const server = await aServer();
  const check = (more: object) => xCounts.check(optionsFor(server, more), services);
  expect(await check({})).toEqual({ ok: true, detail: 'X answers; 2 services are counted, which costs $2.88 a day of at most $10' });
  expect((await check({ everyMinutes: 1 })).detail).toContain('costs $14.40 a day of at most $10: raise `spend.perDay`');
  expect((await check({ services: ['line'] })).ok).toBe(false);
});
