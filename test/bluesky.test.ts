// `bluesky` against a Jetstream on a real socket that is unwell in every way that a server can be.
import { afterEach, expect, test } from 'vitest';
import { createChance } from '../ingest/demo/chance.ts';
import { sources } from '../ingest/sources/index.ts';
import { serviceSchema } from '../shared/service.ts';
import { expectOnceEach } from './contracts/source-contract.ts';
import { createHouse, start, until, type House } from './contracts/source-house.ts';
import { commitEvent, goldenEvents, openJetstream, type Jetstream } from './fakes/jetstream.ts';

const services = [{ id: 'whatsapp', name: 'WhatsApp' }, { id: 'rsv', name: 'RSV' }].map((one) => serviceSchema.parse(one));
const bluesky = sources['bluesky']!;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function aServer(): Promise<Jetstream> {
  const server = await openJetstream();
  closers.push(server.close);
  return server;
}
function aHouse(clock: () => number = () => start): House {
  const house = createHouse(services, clock);
  closers.push(house.close);
  return house;
}
const open = (house: House, servers: readonly Jetstream[], more: object = {}) =>
  house.open(bluesky, bluesky.options.parse({ urls: servers.map((server) => server.url), retryMs: 1, ...more }));
const aPost = (i: number, atMs: number = start + i) => commitEvent(atMs * 1000, `did:plc:a${i % 97}`, `k${i}`, { text: `whatsapp is down ${i}`, langs: ['en'] });
const texts = (n: number) => Array.from({ length: n }, (_, i) => `whatsapp is down ${i}`);

test('20,000 posts over a connection that breaks at 100 random bytes are taken once each', async () => {
  const server = await aServer();
  const house = aHouse(() => start + 30_000);
  const chance = createChance('disconnects');
  let cuts = 0;
  server.behave({
    cutAfterBytes() {
      if (cuts >= 100) return undefined;
      cuts += 1;
      // past what is replayed, so that it gets on; short, so that 100 fit
      return 200 + chance.below(2_000_000);
    },
  });
  const { source } = await open(house, [server]);
  await until(() => server.open() > 0);
  for (let i = 0; i < 20_000; i++) server.push(aPost(i));
  await until(() => cuts >= 100 && house.seen().length >= 20_000);
  const mentions = await house.mentions();
  expectOnceEach(mentions.map((mention) => mention.text), texts(20_000));
  expect(server.connections()).toBeGreaterThan(100);
  expect(source.status().posts).toBe(20_000);
});

test('real captured events: the post is taken at the server\'s time with its language, the rest is read past for reasons', async () => {
  const server = await aServer();
  const house = aHouse(() => Date.parse('2026-05-25T14:23:31Z'));
  const { source } = await open(house, [server]);
  await until(() => server.open() > 0);
  server.push(...goldenEvents);
  await until(() => house.seen().length > 0 && Object.values(source.status().dropped).reduce((sum, n) => sum + n, 0) >= 9);
  const [mention] = await house.mentions();
  expect(mention).toMatchObject({ service: 'rsv', ts: 1_779_719_009_157, lang: 'en', text: 'Try RSV for a good time !!' });
  expect(mention!.replyTo).toMatch(/^at-[\w-]{16}$/);
  expect(source.status().dropped).toEqual({ 'other-collection': 7, identity: 1, account: 1 });
  await house.stop();
  await house.bus().close();
  const bytes = house.bytes();
  expect(bytes.includes('Try RSV')).toBe(true);
  expect(goldenEvents.map((line) => (JSON.parse(line) as { did: string }).did).filter((did) => bytes.includes(did))).toEqual([]);
  expect(bytes.includes('j76trmiofvaxxpvx2vnb2vwf')).toBe(false);
});

test('a server that takes the connection and never answers is given up, said, and the next one is taken', async () => {
  const [deaf, well] = [await aServer(), await aServer()];
  deaf.behave({ mute: true });
  const house = aHouse();
  const { source } = await open(house, [deaf, well], { connectMs: 50 });
  await until(() => well.open() > 0 && source.status().state === 'live');
  well.push(aPost(1));
  await until(() => house.seen().length === 1);
  expect(deaf.connections()).toBe(1);
  expect((await house.frames()).map((frame) => frame.state)).toEqual(expect.arrayContaining(['blind', 'live']));
});

test('while no server answers it is blind and says why', async () => {
  const server = await aServer();
  server.behave({ refuse: 503 });
  const { source } = await open(aHouse(), [server]);
  await until(() => server.connections() > 3);
  expect(source.status()).toMatchObject({ state: 'blind', detail: expect.stringContaining('answered 503 instead of a stream') as string });
});

test('a connection that falls silent is blind, and is left; pings keep it', async () => {
  const server = await aServer();
  server.behave({ silent: true, pingMs: 20 });
  const house = aHouse();
  const { source } = await open(house, [server], { silenceMs: 200 });
  await until(() => source.status().state === 'live');
  // through at least twice the silence
  await until(() => server.pings() >= 20);
  expect({ state: source.status().state, connections: server.connections() }).toEqual({ state: 'live', connections: 1 });
  server.behave({ silent: true });
  server.drop();
  await until(() => server.connections() >= 3);
  expect((await house.frames()).filter((frame) => frame.state === 'blind').length).toBeGreaterThan(1);
});

test('a server that pings and sends no event is left for another: silence is not calm', async () => {
  const [hollow, well] = [await aServer(), await aServer()];
  hollow.behave({ pingMs: 10 });
  const { source } = await open(aHouse(), [hollow, well], { quietMs: 100, silenceMs: 10_000 });
  await until(() => well.open() > 0 && source.status().state === 'live');
  expect(source.status().detail).toContain(new URL(well.url).host);
});

test('an event sent twice, and events from before the cursor, are taken once', async () => {
  const server = await aServer();
  server.behave({ times: 3, earlyUs: 60_000_000 });
  const house = aHouse(() => start + 20_000);
  const { source } = await open(house, [server]);
  await until(() => server.open() > 0);
  for (let i = 0; i < 500; i++) server.push(aPost(i, start + i * 20));
  await until(() => house.seen().length === 500);
  server.drop();
  await until(() => server.open() > 0 && server.connections() === 2);
  server.push(aPost(500, start + 10_000));
  await until(() => house.seen().length > 500);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(501));
  expect(source.status().dropped['repeated']).toBeGreaterThan(1_000);
});

test('another server that stamps the same events otherwise brings none of them twice and loses none', async () => {
  const [first, second] = [await aServer(), await aServer()];
  const house = aHouse(() => start + 20_000);
  await open(house, [first, second]);
  await until(() => first.open() > 0);
  const stamped = (i: number, skewMs: number) => commitEvent((start + i * 20 + skewMs) * 1000, 'did:plc:a', `k${i}`, { text: `whatsapp is down ${i}` }, { rev: `r${i}` });
  for (let i = 0; i < 300; i++) first.push(stamped(i, 0));
  for (let i = 0; i < 400; i++) second.push(stamped(i, 1_700));
  await until(() => house.seen().length === 300);
  first.behave({ refuse: 500 });
  first.drop();
  await until(() => house.seen().length >= 400);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(400));
});

test('when the server no longer has what came after the cursor, the first frame says from when to when it was blind', async () => {
  const server = await aServer();
  let now = start + 1_000;
  const house = aHouse(() => now);
  await open(house, [server]);
  await until(() => server.open() > 0);
  server.push(aPost(1));
  await until(() => house.seen().length === 1);
  await house.stop();
  server.push(aPost(2, start + 60_000), aPost(3, start + 7_200_000));
  server.behave({ oldestUs: (start + 3_600_000) * 1000 });
  now = start + 7_200_500;
  await open(house, [server]);
  await until(() => house.seen().length === 2);
  const gaps = (await house.frames()).flatMap((frame) => (frame.gap === undefined ? [] : [frame.gap]));
  expect(gaps).toEqual([1, 2, 3, 4].map(() => ({ from: start + 1, to: start + 7_200_000 })));
});

test('a replay is catching up until it is near the wall clock, and then live', async () => {
  const server = await aServer();
  let now = start;
  const house = aHouse(() => now);
  const { source } = await open(house, [server]);
  await until(() => server.open() > 0);
  server.push(aPost(0));
  await until(() => house.seen().length === 1);
  expect(source.status().state).toBe('live');
  now = start + 40_000;
  server.drop();
  await until(() => server.open() > 0 && server.connections() === 2 && source.status().state === 'catching-up');
  server.push(aPost(1, start + 25_000));
  await until(() => house.seen().length === 2);
  expect(source.status().state).toBe('catching-up');
  server.push(aPost(2, start + 39_900));
  await until(() => source.status().state === 'live');
  const [frame] = (await house.frames()).filter((one) => one.mentions.some((mention) => mention.text.endsWith('1')));
  expect(frame!.state).toBe('catching-up');
});

test('links and languages are what the options say', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await open(house, [server], { links: true, languages: ['de'] });
  await until(() => server.open() > 0);
  const say = (rkey: string, langs: readonly string[] | undefined) => commitEvent(start * 1000, 'did:plc:abc', rkey, { text: `whatsapp ${rkey}`, ...(langs === undefined ? {} : { langs }) });
  server.push(say('a', ['en']), say('b', ['de-AT']), say('c', undefined));
  await until(() => house.seen().length === 2);
  expect((await house.mentions()).map(({ text, url }) => [text, url])).toEqual([
    ['whatsapp b', 'https://bsky.app/profile/did:plc:abc/post/b'],
    ['whatsapp c', 'https://bsky.app/profile/did:plc:abc/post/c'],
  ]);
  expect(source.status().dropped).toEqual({ 'other-language': 1 });
});

test('posts in other languages move its time on, so that it holds nobody back', async () => {
  const server = await aServer();
  const house = aHouse(() => start + 60_000);
  const { source } = await open(house, [server], { languages: ['de'] });
  await until(() => server.open() > 0);
  const say = (rkey: string, lang: string, atMs: number) => commitEvent(atMs * 1000, 'did:plc:abc', rkey, { text: `whatsapp ${rkey}`, langs: [lang] });
  server.push(say('a', 'de', start), say('b', 'en', start + 30_000));
  await until(() => source.status().dropped['other-language'] === 1);
  expect(source.status().watermark).toBe(start + 28_000);
});

test('doctor\'s check says which server sends events, or what was tried and what to do', async () => {
  const [deaf, well] = [await aServer(), await aServer()];
  deaf.behave({ refuse: 502 });
  const pushing = setInterval(() => well.push(goldenEvents[1]!), 5);
  const both = await bluesky.check(bluesky.options.parse({ urls: [deaf.url, well.url] }), []);
  clearInterval(pushing);
  expect(both).toEqual({ ok: true, detail: `${new URL(well.url).host} sends events` });
  const none = await bluesky.check(bluesky.options.parse({ urls: [deaf.url] }), []);
  expect(none.ok).toBe(false);
  expect(none.detail).toMatch(/answered 502.*set `urls`/);
});
