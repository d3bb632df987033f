// `mastodon` against an instance on a real socket that is unwell in every way that one can be.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sources } from '../ingest/sources/index.ts';
import type { Post } from '../shared/post.ts';
import { serviceSchema } from '../shared/service.ts';
import { expectOnceEach, sourceContract } from './contracts/source-contract.ts';
import { createHouse, start, until, type House } from './contracts/source-house.ts';
import { fakeStatus, idAt, openMastodon, token, type FakeStatus, type Mastodon } from './fakes/mastodon.ts';

const services = [{ id: 'whatsapp', name: 'WhatsApp', hashtags: ['#whatsappdown'] }, { id: 'telegram', name: 'Telegram' }].map((one) => serviceSchema.parse(one));
const mastodon = sources['mastodon']!;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function anInstance(clock: () => number = () => start): Promise<Mastodon> {
  const server = await openMastodon(clock);
  closers.push(server.close);
  return server;
}
function aHouse(clock: () => number = () => start): House {
  const house = createHouse(services, clock);
  closers.push(house.close);
  return house;
}
const optionsFor = (server: Mastodon, more: object = {}) => mastodon.options.parse({ instance: server.url, accessToken: token, hashtags: ['whatsapp'], retryMs: 1, settleMs: 0, ...more });
const open = (house: House, server: Mastodon, more: object = {}) => house.open(mastodon, optionsFor(server, more));
const aPost = (i: number, atMs: number = start + i, more: Parameters<typeof fakeStatus>[4] = {}): FakeStatus => fakeStatus(`n${i}`, atMs, `a${i % 97}`, `whatsapp is down ${i}`, { n: i, ...more });
const texts = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `whatsapp is down ${from + i}`);
/** For so long that an instance which is merely down is tried again and again. */
async function whileAnotherTries(): Promise<void> {
  const down = await anInstance();
  down.behave({ refuse: 503 });
  await open(aHouse(), down);
  await until(() => down.connections() > 5);
}
const gapsOf = async (house: House) => (await house.frames()).filter((_, i) => i % 4 === 0).flatMap((frame) => (frame.gap === undefined ? [] : [frame.gap]));

const statusOf = (post: Post): FakeStatus => fakeStatus(post.id, post.ts, post.author, post.text);

sourceContract('mastodon', { replays: true, told: true, retracts: true }, services, () => start, async () => {
  const server = await openMastodon(() => start);
  return {
    definition: mastodon, options: optionsFor(server, { retryMs: 5 }),
    carries: (posts) => posts.map((post) => ({ ...post, author: `https://social.example/@${post.author}` })), known: (of) => of.text, told: 'after',
    async tell(posts, { source }) {
      if (source.status().state !== 'closed') await until(() => server.open() > 0 && source.status().state === 'live');
      server.push(...posts.map(statusOf));
    },
    async tellBad() {
      const bad = (body: Record<string, unknown>) => JSON.stringify({ stream: ['public'], event: 'update', payload: JSON.stringify({ ...fakeStatus('bad', start, 'bad', 'whatsapp').body, ...body }) });
      server.say(
        'not json', '[]', 'null', '{"event":"party"}', Buffer.from('{"event":"update"}'), `"${'x'.repeat(5_000_000)}"`, '{"event":"update","payload":{}}', '{"event":"update","payload":"{"}', '{"event":"update","payload":"7"}',
        bad({ id: '../1' }), bad({ uri: '' }), bad({ created_at: 'yesterday' }), bad({ account: null }), bad({ content: null }), bad({ visibility: 'direct' }), '{"event":"filters_changed"}', '{"event":"delete","payload":"../1"}', '{"event":"delete","payload":"77"}',
      );
      return [
        'not-json', 'not-an-event', 'not-an-event', 'not-an-event', 'binary', 'too-long', 'payload-not-json', 'payload-not-json', 'not-a-status',
        'bad-id', 'no-uri', 'no-time', 'bad-author', 'no-text', 'not-public', 'other-event', 'bad-id', 'deletion-of-unknown',
      ];
    },
    async retract(post) {
      server.remove(statusOf(post).id);
    },
    close: server.close,
  };
});

test('it follows the hashtags of the services, those given first, and says how many of how many', async () => {
  const server = await anInstance();
  const { source } = await open(aHouse(), server, { hashtags: ['#Störung'], maxHashtags: 4 });
  await until(() => source.status().state === 'live' && server.subscribed.length === 4);
  expect(server.subscribed).toEqual(['hashtag störung', 'hashtag whatsappdown', 'hashtag telegramdown', 'hashtag whatsapp']);
  expect(source.status().detail).toMatch(/^follows 4 hashtags of 5 on 127/);
});

test('a post that stands under two hashtags that are followed is taken once', async () => {
  const server = await anInstance();
  const house = aHouse();
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live' && server.open() > 0);
  server.push(aPost(0, start, { tags: ['whatsapp', 'whatsappdown'] }), aPost(1));
  await until(() => house.seen().length >= 2);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(2));
  expect(source.status().dropped).toEqual({ repeated: 1 });
});

test('what was posted while it was away is read from the timelines of all hashtags in the order of time, before what comes now', async () => {
  const server = await anInstance();
  const house = aHouse(() => start + 30_000);
  const { source } = await open(house, server, { hashtags: ['whatsapp', 'b', 'cc', 'dd', 'ee', 'ff', 'gg', 'hh'] });
  await until(() => source.status().state === 'live' && server.open() > 0);
  server.push(aPost(0, start + 26_000));
  await until(() => house.seen().length === 1);
  server.behave({ refuse: 503 });
  server.drop();
  await until(() => source.status().state === 'blind');
  for (let i = 1; i <= 300; i++) server.push(aPost(i, start + 26_000 + i, { tags: [i % 2 === 0 ? 'whatsapp' : 'hh'] }));
  server.behave({});
  await until(() => source.status().state === 'live');
  server.push(aPost(301, start + 29_000));
  await until(() => house.seen().length >= 302);
  const mentions = await house.mentions();
  expect(mentions.map((mention) => mention.text)).toEqual(texts(302));
  expect(mentions.some((mention) => mention.late !== undefined)).toBe(false);
  expect(await gapsOf(house)).toEqual([]);
  expect((await house.frames()).map((frame) => frame.state)).toEqual(expect.arrayContaining(['blind', 'catching-up', 'live']));
});

test('killed again and again while it reads what it missed, it takes each post once and loses none', async () => {
  const now = { ms: start + 1_000 };
  const server = await anInstance(() => now.ms);
  const house = aHouse(() => now.ms);
  const options = optionsFor(server, { hashtags: ['whatsapp', 'telegram'] });
  const first = await house.open(mastodon, options);
  await until(() => first.source.status().state === 'live' && server.open() > 0);
  server.push(aPost(0));
  await until(() => house.seen().length === 1);
  await house.stop();
  now.ms = start + 1_800_000;
  for (let i = 1; i < 400; i++) server.push(aPost(i, start + 600_000 + i * 100));
  for (const deaths of [1, 1, 2, 1]) {
    let dying: Promise<void> | undefined;
    house.onPublish((count) => {
      if (count >= deaths) dying ??= house.kill();
    });
    const { source } = await house.open(mastodon, options);
    // a fast one may be through with fewer publishes
    await until(() => dying !== undefined || source.status().state === 'live');
    await (dying ??= house.kill());
    // and some more meanwhile
    for (let i = 0; i < 5; i++) server.push(aPost(400 + server.connections() * 5 + i, now.ms - 30_000 + i));
  }
  house.onPublish(() => {});
  const { source } = await house.open(mastodon, options);
  await until(() => source.status().state === 'live');
  await until(async () => new Set((await house.mentions()).map(({ text }) => text)).size >= 420);
  const found = (await house.mentions()).map(({ text }) => text);
  expect(found.length).toBe(new Set(found).size);
});

test('what the timelines do not give is a gap with its length, and what they gave before is kept', async () => {
  let now = start;
  const server = await anInstance(() => now);
  const house = aHouse(() => now);
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live' && server.open() > 0);
  server.push(aPost(0));
  await until(() => house.seen().length === 1);
  // no answer is under way while the clock goes on
  await house.stop();
  for (let i = 1; i <= 200; i++) server.push(aPost(i, start + i * 1_000));
  now = start + 200_000;
  // ten are left to others
  server.behave({ requestsLeft: 12 });
  const { source: again } = await open(house, server);
  await until(() => again.status().state === 'live');
  server.push(aPost(201, now));
  await until(() => house.seen().some((mention) => mention.text.endsWith(' 201')));
  const [gap] = await gapsOf(house);
  expect(gap!.to).toBe(now);
  const heard = (await house.mentions()).map((mention) => mention.text);
  expect(heard.length).toBeGreaterThan(30);
  expect(heard.length).toBeLessThan(100);
  const missed = texts(200, 1).filter((text) => !heard.includes(text)).map((text) => start + Number(text.slice('whatsapp is down '.length)) * 1_000);
  expect(missed.filter((ms) => ms < gap!.from || ms > gap!.to)).toEqual([]);
});

test('an instance that does not give its timelines leaves the whole time away as a gap, and its stream is followed', async () => {
  for (const status of [401, 403, 422]) {
    let now = start;
    const server = await anInstance(() => now);
    const house = aHouse(() => now);
    const { source } = await open(house, server);
    await until(() => source.status().state === 'live' && server.open() > 0);
    await house.stop();
    now = start + 30_000;
    server.behave({ refuseRest: status });
    const { source: again } = await open(house, server);
    await until(async () => again.status().state === 'live' && (await gapsOf(house)).length > 0);
    expect(await gapsOf(house)).toEqual([{ from: start, to: now }]);
  }
});

test('further back than it may look is a gap, and what lies nearer is read', async () => {
  let now = start;
  const server = await anInstance(() => now);
  const house = aHouse(() => now);
  await open(house, server);
  await until(() => server.open() > 0);
  server.push(aPost(0));
  await until(() => house.seen().length === 1);
  await house.stop();
  server.push(aPost(1, start + 600_000), aPost(2, start + 7_000_000));
  now = start + 7_200_000;
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live' && house.seen().length >= 2);
  expect((await house.mentions()).map((mention) => mention.text)).toEqual(['whatsapp is down 0', 'whatsapp is down 2']);
  expect(await gapsOf(house)).toEqual([{ from: start, to: now - 3_600_000 }]);
});

test('an edit takes back what stood before and brings the new words; a deletion after a restart still finds its post', async () => {
  const server = await anInstance();
  const house = aHouse();
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live' && server.open() > 0);
  server.push(aPost(0), aPost(1));
  await until(() => house.seen().length === 2);
  const edited = { content: '<p>whatsapp works again</p>', edited_at: new Date(start + 5_000).toISOString() };
  server.edit(aPost(0, start, { body: edited }));
  server.edit(aPost(0, start, { body: edited }));
  await until(() => house.seen().length === 3);
  const [first, second, third] = await house.mentions();
  expect(third).toMatchObject({ text: 'whatsapp works again', ts: start + 5_000, author: first!.author });
  const deleted = async () => [...new Set((await house.frames()).flatMap((frame) => frame.deletions.map((gone) => gone.id)))];
  expect(await deleted()).toEqual([first!.id]);
  await house.stop();
  await until(() => server.open() === 0);
  const { source: again } = await open(house, server);
  await until(() => again.status().state === 'live' && server.open() > 0);
  server.remove(aPost(0).id);
  server.remove(aPost(1).id);
  await until(async () => (await deleted()).length === 3);
  expect(await deleted()).toEqual([first!.id, third!.id, second!.id]);
});

test('a repost names what it repeats, a warning is part of the words, and an author is one person on every instance', async () => {
  const [one, other] = [await anInstance(), await anInstance()];
  const house = aHouse();
  const { source } = await open(house, one);
  await until(() => source.status().state === 'live' && one.open() > 0);
  const original = aPost(0);
  one.push(original, aPost(1, start + 1, { body: { content: '', reblog: original.body } }), aPost(2, start + 2, { body: { spoiler_text: 'outage' } }));
  await until(() => house.seen().length === 3);
  await house.stop();
  const { source: again } = await open(house, other);
  await until(() => again.status().state === 'live' && other.open() > 0);
  // there it has another id
  other.push(aPost(0, start + 900, { createdMs: start }));
  await until(() => house.seen().length === 4 || again.status().dropped['repeated'] === 1);
  const [first, repost, warned] = await house.mentions();
  expect(repost).toMatchObject({ repostOf: first!.id, text: first!.text });
  expect(warned!.text).toBe('outage\nwhatsapp is down 2');
  expect(again.status().dropped).toEqual({ repeated: 1 });
});

test('a token that is not accepted is said at once, and asked about again only after a long while', async () => {
  const server = await anInstance();
  const { source } = await open(aHouse(), server, { accessToken: 'of-somebody-else' });
  // the words, not the number: an address may hold 401 in its port
  await until(() => source.status().detail.includes('it does not know this access token'));
  expect(source.status().state).toBe('blind');
  expect(source.status().detail).not.toContain('of-somebody-else');
  await whileAnotherTries();
  expect(server.connections()).toBe(1);
});

test('a stream that the instance has turned off is said, whether on connecting or on subscribing', async () => {
  for (const manner of [{ refuse: 422 }, { refuseStream: 403 }, { refuseStream: 400 }]) {
    const server = await anInstance();
    server.behave(manner);
    const { source } = await open(aHouse(), server);
    await until(() => /answered 4/.test(source.status().detail));
    expect(source.status().state).toBe('blind');
  }
});

test('a stream that brings a post and breaks, again and again, is asked for less and less often', async () => {
  const server = await anInstance();
  server.behave({ cutAfterBytes: () => 6_000 });
  const house = aHouse();
  await open(house, server);
  let n = 0;
  const pushing = setInterval(() => server.push(aPost(n++)), 1);
  const began = performance.now();
  await until(() => server.connections() >= 12);
  clearInterval(pushing);
  // half of 2 + 4 + ... + 2,048 ms at least
  expect(performance.now() - began).toBeGreaterThan(1_900);
});

test('an instance that asks to be left alone is left alone for so long', async () => {
  const server = await anInstance();
  server.behave({ refuse: 429, retryAfterS: 3_600 });
  const { source } = await open(aHouse(), server);
  await until(() => source.status().detail.includes('answered 429'));
  await whileAnotherTries();
  expect(server.connections()).toBe(1);
});

test('while nothing is posted its time goes on with every answer to a ping, and stands when there is none', async () => {
  let now = start;
  const server = await anInstance(() => now);
  const house = aHouse(() => now);
  const { source } = await open(house, server, { silenceMs: 5_000 });
  await until(() => source.status().state === 'live' && server.open() > 0);
  now = start + 3_000;
  const marks = async () => (await house.frames()).map((frame) => frame.watermark);
  await until(async () => (await marks()).includes(start - 2_000));
  server.behave({ silent: true });
  now = start + 60_000;
  await until(() => source.status().state === 'blind');
  expect(Math.max(...(await marks()))).toBe(start - 2_000);
});

test('an instance whose clock is off by ten minutes brings its posts at our time', async () => {
  for (const aheadMs of [600_000, -600_000]) {
    const server = await anInstance(() => start + aheadMs);
    const house = aHouse();
    const { source } = await open(house, server);
    await until(() => source.status().state === 'live' && server.open() > 0);
    server.push(aPost(0, start + aheadMs));
    await until(() => house.seen().length === 1);
    server.drop();
    server.push(aPost(1, start + aheadMs + 1_000));
    await until(() => house.seen().length === 2);
    expect((await house.mentions()).map((mention) => mention.ts)).toEqual([start, start + 1_000]);
    // the second is heard while it still reads what it missed
    await until(() => source.status().detail.includes(`whose clock is 10 min ${aheadMs > 0 ? 'ahead' : 'behind'}`));
    expect(await gapsOf(house)).toEqual([]);
  }
});

test('a post dated ahead by its author comes at the time when the instance got it', async () => {
  const server = await anInstance();
  const house = aHouse();
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live' && server.open() > 0);
  server.push(aPost(0, start, { createdMs: start + 86_400_000 }));
  await until(() => house.seen().length === 1);
  expect((await house.mentions())[0]!.ts).toBe(start);
});

test('real captured statuses are read alike from the stream and from the timelines: each once, its words, its time, no author', async () => {
  const captured = (JSON.parse(readFileSync(join(import.meta.dirname, 'data/mastodon/public_timeline.json'), 'utf8')) as (FakeStatus['body'] & { id: string; created_at: string })[]).toReversed();
  const statuses = captured.map((body): FakeStatus => ({ id: body.id, ms: Date.parse(body.created_at), tags: [], body }));
  let now = statuses[1]!.ms + 1_000;
  const server = await anInstance(() => now);
  const house = createHouse([{ id: 'kate', name: 'Kate' }, { id: 'ham', name: 'ham' }].map((one) => serviceSchema.parse(one)), () => now);
  closers.push(house.close);
  const { source } = await open(house, server, { streams: ['public'] });
  await until(() => source.status().state === 'live' && server.open() > 0);
  server.push(...statuses.slice(0, 2));
  await until(() => source.status().posts === 2);
  // away meanwhile: a clock that leaps while an answer is under way would be taken for the instance's
  await house.stop();
  now = statuses.at(-1)!.ms + 1_000;
  server.push(...statuses.slice(2));
  const { source: again } = await open(house, server, { streams: ['public'] });
  await until(async () => again.status().posts === 6 && again.status().state === 'live' && (await house.mentions()).length >= 2);
  expect((await house.mentions()).map(({ text, lang, ts, service }) => [service, lang, ts, text])).toEqual([
    ['ham', 'en', Date.parse('2026-08-01T13:51:05.238Z'), 'I have never stolen a ham in my life.'],
    ['kate', 'ja', Date.parse('2026-08-01T13:54:00.505Z'), 'the best editor? why, of course it is the KDE Advanced Text Editor, Kate'],
  ]);
  await house.stop();
  await house.bus().close();
  expect(house.bytes().includes('mastodonpy')).toBe(false);
});

test('an id that is no time is asked from as it is', async () => {
  const server = await anInstance();
  const house = aHouse();
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live' && server.open() > 0);
  server.push({ ...aPost(0), id: '9tAbCd', body: { ...aPost(0).body, id: '9tAbCd' } });
  await until(() => house.seen().length === 1);
  server.drop();
  await until(() => server.asked.some((path) => path.includes('min_id=9tAbCd')));
});

test("doctor's check says what would be followed, or what is wrong with the token", async () => {
  const server = await anInstance(Date.now);
  const { host } = new URL(server.url);
  expect(await mastodon.check(optionsFor(server), services)).toEqual({ ok: true, detail: `${host} takes the token; 4 of 4 hashtags would be followed` });
  server.behave({ refuseRest: 422 });
  expect((await mastodon.check(optionsFor(server), services)).detail).toContain('what is missed can\'t be read: it answered 422');
  const stranger = await mastodon.check(optionsFor(server, { accessToken: 'of-somebody-else' }), services);
  expect(stranger).toEqual({ ok: false, detail: `${host}: answered 401: it does not know this access token; make a token with the scope read:statuses under Preferences, Development` });
  expect((await mastodon.check(mastodon.options.parse({ instance: 'http://127.0.0.1:1', accessToken: 'x' }), services)).ok).toBe(false);
  expect(mastodon.options.safeParse({ instance: 'http://social.example', accessToken: 'x' }).success).toBe(false);
  expect(idAt(start)).toMatch(/^\d{18}$/);
});
