// `bluesky` against a Jetstream on a real socket that is unwell in every way that a server can be.
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createChance } from '../ingest/demo/chance.ts';
import { sources } from '../ingest/sources/index.ts';
import { serviceSchema } from '../shared/service.ts';
import { expectOnceEach } from './contracts/source-contract.ts';
import { createHouse, start, until, type House } from './contracts/source-house.ts';
import { commitEvent, dictionaryFile, goldenEvents, openJetstream, type Jetstream } from './fakes/jetstream.ts';

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
  // the deaf one never opens: live is it by the other
  await until(() => source.status().state === 'live');
  expect(source.status().detail).toContain(new URL(well.url).host);
  well.push(aPost(1));
  await until(() => house.seen().length === 1 && deaf.sockets() === 0);
  expect((await house.frames()).map((frame) => frame.state)).toEqual(expect.arrayContaining(['blind', 'live']));
});

test('while no server answers it is blind and says why', async () => {
  const server = await aServer();
  server.behave({ refuse: 503 });
  const { source } = await open(aHouse(), [server]);
  await until(() => server.connections() > 3 && source.status().detail.includes('answered 503 instead of a stream'));
  expect(source.status().state).toBe('blind');
});

test('a connection that falls silent is blind, and is left; pings keep it', async () => {
  const server = await aServer();
  server.behave({ silent: true, pingMs: 20 });
  const house = aHouse();
  const { source } = await open(house, [server], { silenceMs: 200 });
  await until(() => source.status().state === 'live');
  // one connection lives through more than twice the silence; one that nothing kept would see no more than ten pings
  let [connections, pingsBefore] = [0, 0];
  await until(() => {
    if (server.connections() !== connections) [connections, pingsBefore] = [server.connections(), server.pings()];
    return server.pings() - pingsBefore >= 25;
  });
  const blindFrames = async () => (await house.frames()).filter((frame) => frame.state === 'blind').length;
  const blindBefore = await blindFrames();
  server.behave({ silent: true });
  server.drop();
  const before = server.connections();
  await until(() => server.connections() >= before + 2);
  // once for the break and once for the silence, in each of four partitions
  await until(async () => (await blindFrames()) >= blindBefore + 8);
});

test('a server that pings and sends no event is left for another: silence is not calm', async () => {
  const [hollow, well] = [await aServer(), await aServer()];
  hollow.behave({ pingMs: 10 });
  let n = 0;
  const pushing = setInterval(() => well.push(aPost(n++)), 10);
  closers.push(async () => clearInterval(pushing));
  const house = aHouse();
  const { source } = await open(house, [hollow, well], { quietMs: 100, silenceMs: 10_000 });
  await until(() => source.status().state === 'live' && source.status().detail.includes(new URL(well.url).host));
  await until(() => house.seen().length > 0);
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
  await until(() => server.open() > 0 && server.connections() >= 2);
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
  await until(() => server.open() > 0 && server.connections() >= 2 && source.status().state === 'catching-up');
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

test('the v2 dialect brings the same posts and deletions at the time when the server saw them, and no noise', async () => {
  const server = await aServer();
  const house = aHouse(() => start + 1_000);
  const { source } = await open(house, [server], { dialect: 'v2' });
  await until(() => server.open() > 0);
  server.say('{"$type":"message","payload":{"$type":"network.bsky.jetstream.subscribeEvents#info","name":"OutdatedCursor"}}');
  server.push(aPost(0), aPost(1), JSON.stringify({ did: 'did:plc:a', time_us: start * 1000 + 1, kind: 'sync' }), commitEvent((start + 2) * 1000, 'did:plc:a0', 'k0', undefined), '{"$type":"message"}');
  await until(() => house.seen().length === 2 && (source.status().dropped['not-an-event'] ?? 0) > 0);
  const mentions = await house.mentions();
  expect(mentions.map(({ text, ts, lang }) => [text, ts, lang])).toEqual(texts(2).map((text, i) => [text, start + i, 'en']));
  const deleted = async () => (await house.frames()).flatMap((frame) => frame.deletions.map((gone) => gone.id));
  // it may come in a frame of its own, after that of the posts
  await until(async () => (await deleted()).length >= 4);
  expect(await deleted()).toEqual(Array(4).fill(mentions[0]!.id));
  expect(source.status().dropped).toEqual({ 'server-info': 1, 'other-kind': 1, 'not-an-event': 1 });
  expect([...server.asked[0]!]).toEqual([['kinds', 'commit'], ['collections', 'app.bsky.feed.post'], ['maxMessageSizeBytes', '1048576']]);
  server.say('{"$type":"error","error":"ConsumerTooSlow","message":"<b>"}');
  await until(() => server.connections() >= 2 && server.open() === 1);
  expect(Number(server.asked[1]!.get('cursor'))).toBeGreaterThan(1e15);
  server.push(aPost(2));
  await until(() => house.seen().length === 3);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(3));
});

test('packed messages are the same posts in fewer bytes, whoever gives the dictionary; without one they come plain', async () => {
  const figures: Record<string, number> = {};
  for (const [name, more, manner] of [
    ['plain', {}, {}], ['v1 with a file', { compress: true, dictionaryFile }, {}], ['v1 without', { compress: true }, { deflate: true }], ['v2', { dialect: 'v2', compress: true }, {}],
  ] as const) {
    const server = await aServer();
    server.behave(manner);
    const house = aHouse();
    const { source } = await open(house, [server], more);
    await until(() => server.open() > 0);
    for (let i = 0; i < 300; i++) server.push(aPost(i));
    server.say('{');
    await until(() => house.seen().length === 300 && source.status().dropped['not-json'] === 1);
    expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(300));
    figures[name] = server.bytes();
    await house.stop();
  }
  expect(figures['v1 with a file']!).toBeLessThan(figures['plain']! / 2);
  // its dictionary was made of the other dialect's messages
  expect(figures['v2']!).toBeLessThan(0.7 * figures['plain']!);
});

test('a dictionary that the server has given up, or a file that is none, is told and is no end', async () => {
  const server = await aServer();
  server.behave({ retired: true });
  const { source } = await open(aHouse(), [server], { dialect: 'v2', compress: true });
  await until(() => source.status().detail.includes('UnknownZstdDictionary'));
  server.behave({});
  await until(() => source.status().state === 'live');
  const house = aHouse();
  const { source: other } = await open(house, [server], { compress: true, dictionaryFile: join(import.meta.dirname, 'bluesky.test.ts') });
  await until(() => other.status().state === 'live' && server.open() === 2);
  server.push(aPost(0));
  await until(() => house.seen().length === 1);
});

test('what is no packed message, or unpacks to more than any message, is dropped for a reason', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await open(house, [server], { compress: true, dictionaryFile });
  await until(() => server.open() > 0);
  server.push(Buffer.from('no zstd'), JSON.stringify({ text: 'a'.repeat(200_000_000) }), aPost(0));
  await until(() => house.seen().length === 1);
  expect(source.status().dropped).toEqual({ binary: 1, 'too-long': 1 });
});

test('while nothing comes its time goes on with the answers to pings, as late as its events were, but not while it is behind', async () => {
  const server = await aServer();
  let now = start + 4_000;
  const house = aHouse(() => now);
  const { source } = await open(house, [server]);
  await until(() => server.open() > 0);
  server.push(aPost(0), aPost(1));
  await until(() => house.seen().length === 2);
  // events came 4 s after their time, so 20 s later all until 16 s is here; a post may be 2 s late
  now = start + 24_000;
  await until(() => source.status().watermark === start + 18_000);
  server.push(aPost(2, start + 21_000));
  await until(() => house.seen().length === 3);
  expect((await house.mentions())[2]!.late).toBeUndefined();
  now = start + 60_000;
  server.push(aPost(3, start + 22_000));
  await until(() => source.status().state === 'catching-up');
  const before = source.status().watermark;
  const pongs = server.pongs();
  // two seconds lie between, and three make a stream quiet
  await until(() => server.pongs() >= pongs + 3);
  expect(source.status().watermark).toBe(before);
});

test('a server whose clock is ten minutes ahead is said and left for another; one that is behind is catching up', async () => {
  const [ahead, well] = [await aServer(), await aServer()];
  const house = aHouse();
  const { source } = await open(house, [ahead, well]);
  await until(() => ahead.open() > 0);
  for (let i = 0; i < 30; i++) ahead.push(aPost(i, start + 600_000 + i));
  await until(() => well.open() > 0 && source.status().state === 'live');
  expect(source.status().dropped['future']).toBeGreaterThanOrEqual(20);
  for (let i = 0; i < 30; i++) well.push(aPost(i, start - 600_000 + i));
  await until(() => house.seen().length === 30);
  expect(source.status().state).toBe('catching-up');
});

test('a server that brings an event and breaks, again and again, is left for another', async () => {
  const [sick, well] = [await aServer(), await aServer()];
  sick.behave({ cutAfterBytes: () => 800 });
  const house = aHouse();
  const { source } = await open(house, [sick, well]);
  await until(() => sick.open() > 0);
  sick.push(aPost(0), aPost(1), aPost(2));
  await until(() => house.seen().length > 0 && well.open() > 0 && source.status().state === 'live');
  well.push(aPost(3));
  await until(() => house.seen().some(({ text }) => text === 'whatsapp is down 3'));
  expect(sick.connections()).toBe(1);
});

test('a server that stands still, and only repeats what it said before, is left for another', async () => {
  const [still, well] = [await aServer(), await aServer()];
  const house = aHouse();
  await open(house, [still, well]);
  await until(() => still.open() > 0);
  for (let i = 0; i < 200; i++) still.push(aPost(i));
  await until(() => house.seen().length === 200);
  await house.stop();
  const { source } = await open(house, [still, well], { quietMs: 150 });
  await until(() => well.open() > 0 && source.status().state === 'live');
  // kept for whoever asks later, should it have left again
  well.push(aPost(200));
  await until(() => house.seen().some(({ text }) => text === 'whatsapp is down 200'));
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(201));
});

test('a server that asks to be left alone is left alone, and the next one is taken', async () => {
  const [busy, well] = [await aServer(), await aServer()];
  busy.behave({ refuse: 429, retryAfterS: 3_600 });
  const { source } = await open(aHouse(), [busy, well]);
  await until(() => source.status().state === 'live' && well.open() > 0);
  well.behave({ refuse: 503 });
  well.drop();
  await until(() => well.connections() > 4);
  expect(busy.connections()).toBe(1);
});
