// `feed` against publishers on a real socket, well and unwell.
import { expect, test } from 'vitest';
import feed from '../ingest/sources/feed.ts';
import type { SourceDefinition } from '../ingest/source.ts';
import { createPolledRig, services, text, texts } from './contracts/polled-rig.ts';
import { expectOnceEach, sourceContract } from './contracts/source-contract.ts';
import { start, until, type House } from './contracts/source-house.ts';
import { openPublisher, withoutControls, type FakeEntry } from './fakes/feed.ts';

const definition = feed as unknown as SourceDefinition;
const rig = createPolledRig(definition, openPublisher);
const { aServer: aPublisher, aHouse } = rig;
/** Faster than people may ask. */
const optionsFor = (urls: readonly string[], more: object = {}) => ({ ...feed.options.parse({ urls, authors: 'entry' }), everyMs: 10, ...more });
const asRead = (text: string): string => withoutControls(text).replace(/[ \t\r\n\f]+/g, ' ').trim();

sourceContract('feed', { replays: true, told: true, retracts: false, polls: true, clips: true }, services, () => start + 60_000, async () => {
  const server = await openPublisher();
  const [main, other] = [server.feed('/main', 'atom', 300), server.feed('/other')];
  return {
    definition, options: optionsFor([main.url, other.url]), told: 'after',
    carries: (posts) => posts.map((post) => ({ ...post, text: asRead(post.text) })), known: (of) => asRead(of.text),
    async tell(posts, { source }) {
      await until(() => source.status().state !== 'blind' && server.asked.length >= 2);
      const entries = posts.map(({ id, ts, text, author }): FakeEntry => ({ key: `urn:${id}`, ts, text, author }));
      if (entries.length > 250) main.flow(entries, 150);
      else main.push(...entries);
    },
    async tellBad({ source }) {
      await until(() => source.status().posts === 5);
      main.edit('urn:post-0', 'whatsapp is up');
      main.push({ key: 'empty-1', text: '', ts: start }, { key: 'empty-2', text: ' <!-- --> ', ts: start }, { key: 'old', text: 'whatsapp', ts: start - 90_000_000 }, { key: 'older', text: 'whatsapp', ts: start - 900_000_000 });
      other.push({ key: 'urn:post-1', text: 'whatsapp is down for me, number 1', ts: start });
      return ['edited', 'no-text', 'old', 'old', 'repeated'];
    },
    close: server.close,
  };
});

const entry = (i: number, more: Partial<FakeEntry> = {}): FakeEntry => ({ key: `urn:e${i}`, text: text(i), ts: start, author: `amy-${i}`, ...more });
const live = (house: House, urls: readonly string[], more: object = {}) => rig.live(house, optionsFor(urls, more));

test('a feed that is read for the first time is history; what comes after is news, in every form', async () => {
  const server = await aPublisher();
  const house = aHouse();
  const feeds = (['atom', 'rss', 'rdf', 'json'] as const).map((form) => server.feed(`/${form}`, form));
  for (const [i, one] of feeds.entries()) one.push(entry(100 + i));
  const { source } = await live(house, feeds.map(({ url }) => url));
  for (const [i, one] of feeds.entries()) one.push(entry(i, { link: `https://forum.example/${i}` }));
  await until(() => house.seen().length === 4);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(4));
  expect(source.status().dropped).toEqual({ history: 4 });
  expect((await house.mentions()).find((mention) => mention.text === text(0))!.url).toBe('https://forum.example/0');
});

test('an entry without a date counts for when it was first seen, one from the future for now', async () => {
  const server = await aPublisher();
  const house = aHouse();
  const one = server.feed('/a');
  await live(house, [one.url]);
  one.push(entry(0, { ts: undefined }), entry(1, { ts: start + 10 * 3_600_000 }), entry(2, { ts: start - 1_000 }));
  await until(() => house.seen().length === 3);
  expect((await house.mentions()).map(({ text: words, ts }) => [words, ts]).toSorted()).toEqual([[text(0), start], [text(1), start], [text(2), start - 1_000]]);
});

test('one outlet is one reporter unless its entries are of people', async () => {
  for (const authors of ['feed', 'entry']) {
    const server = await aPublisher();
    const house = aHouse();
    const [one, two] = [server.feed('/a'), server.feed('/b')];
    await live(house, [one.url, two.url], { authors });
    one.push(entry(0), entry(1), entry(2));
    two.push(entry(3));
    await until(() => house.seen().length === 4);
    expect(new Set((await house.mentions()).map(({ author }) => author)).size).toBe(authors === 'feed' ? 2 : 4);
  }
});

test('while nothing is new the answer is brief, and says nothing twice', async () => {
  const server = await aPublisher();
  const house = aHouse();
  const one = server.feed('/a');
  const { source } = await live(house, [one.url]);
  one.push(entry(0));
  await until(() => house.seen().length === 1);
  const asked = server.asked.length;
  await until(() => server.asked.length > asked + 5);
  expect(server.asked.slice(asked + 1).every(({ headers }) => headers['if-none-match'] !== undefined)).toBe(true);
  expect(source.status().posts).toBe(1);
});

test('over a restart nothing comes twice and nothing is lost, also what is older than what was read; without a date nobody knows', async () => {
  const server = await aPublisher();
  let now = start;
  const house = aHouse(() => now);
  const one = server.feed('/a');
  await live(house, [one.url]);
  one.push(entry(0), entry(1));
  await until(() => house.seen().length === 2);
  await house.kill();
  now += 3_600_000;
  one.push(entry(2, { ts: start + 1_000 }), entry(3, { ts: start - 60_000 }), entry(4, { ts: undefined }));
  const { source } = await live(house, [one.url]);
  await until(() => house.seen().length === 4);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(4));
  expect(source.status().dropped).toEqual({ undated: 1 });
  expect((await house.frames()).some((frame) => frame.state === 'catching-up')).toBe(true);
});

test('an entry that comes with a date before all that a restart remembers is counted', async () => {
  const server = await aPublisher();
  const house = aHouse();
  // of each of so many feeds a cursor has room for four entries
  const feeds = Array.from({ length: 30 }, (_, i) => server.feed(`/${i}`));
  feeds[0]!.push(...Array.from({ length: 6 }, (_, i) => entry(100 + i, { ts: start - 60_000 + i * 1_000 })));
  await live(house, feeds.map(({ url }) => url));
  await house.stop();
  feeds[0]!.push(entry(1, { ts: start - 59_000 }));
  const { source } = await live(house, feeds.map(({ url }) => url));
  expect(source.status().dropped).toEqual({ beyond: 3 });
  feeds[0]!.push(entry(2));
  await until(() => house.seen().length === 1);
  expect(source.status().dropped).toEqual({ beyond: 3 });
});

test('killed between what two feeds brought after a pause, it reads nothing twice and loses nothing', async () => {
  const server = await aPublisher();
  const at = { ms: start };
  const house = aHouse(() => at.ms);
  // the second has lost something, which is told before what it has
  const feeds = [server.feed('/a'), server.feed('/b', 'atom', 5)];
  for (const [i, feed] of feeds.entries()) feed.push(entry(100 + i));
  await live(house, feeds.map(({ url }) => url));
  await house.stop();
  at.ms = start + 600_000;
  for (let i = 0; i < 3; i++) feeds[0]!.push(entry(i, { ts: start + 1_000 }));
  for (let i = 3; i < 8; i++) feeds[1]!.push(entry(i, { ts: start + 300_000 }));
  const killed = new Promise<void>((resolve) => {
    house.onPublish((count) => {
      if (count === 1) void house.kill().then(resolve);
    });
  });
  await house.open(definition, optionsFor(feeds.map(({ url }) => url)));
  await killed;
  house.onPublish(() => {});
  await live(house, feeds.map(({ url }) => url));
  await until(() => house.seen().length >= 8);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(8));
});

test('a feed that holds nothing known any more has lost something: a gap with its length', async () => {
  const server = await aPublisher();
  let now = start;
  const house = aHouse(() => now);
  const one = server.feed('/a', 'atom', 10);
  await live(house, [one.url]);
  one.push(entry(0));
  await until(() => house.seen().length === 1);
  await house.stop();
  now += 3_600_000;
  for (let i = 1; i <= 30; i++) one.push(entry(i, { ts: start + i * 60_000 }));
  await live(house, [one.url]);
  await until(() => house.seen().length === 11);
  expect((await house.frames()).find((frame) => frame.gap !== undefined)?.gap).toEqual({ from: start, to: start + 21 * 60_000 });
});

test('one feed that fails is named and holds back no other; all of them failing is blindness', async () => {
  const server = await aPublisher();
  const house = aHouse();
  const [well, gone] = [server.feed('/well'), `${server.url}/missing?token=secret`];
  const { source } = await live(house, [well.url, gone]);
  const host = new URL(server.url).host;
  await until(() => source.status().detail.includes('answered 404'));
  // after some failures it also says when it asks again
  expect(source.status().detail.replace(/ \(asked again in .*\)$/, '')).toBe(`reading a feed; not read: ${host} (2): answered 404: there is nothing at this address`);
  well.push(entry(0));
  await until(() => house.seen().length === 1);
  server.behave(() => ({ instead: { status: 503 } }));
  await until(() => source.status().state === 'blind');
  expect(source.status().detail).toContain('answered 503');
  expect(source.status().detail).not.toContain('secret');
});

test('a feed that says it is gone is not asked again', async () => {
  const server = await aPublisher();
  const house = aHouse();
  const [one, two] = [server.feed('/a'), server.feed('/b')];
  const { source } = await live(house, [one.url, two.url]);
  server.behave(({ path }) => (path === '/a' ? { instead: { status: 410 } } : undefined));
  await until(() => source.status().detail.includes('gone for good'));
  const asked = server.asked.filter(({ path }) => path === '/a').length;
  const all = server.asked.length;
  await until(() => server.asked.length > all + 10);
  expect(server.asked.filter(({ path }) => path === '/a').length).toBe(asked);
  server.behave(() => ({ instead: { status: 410 } }));
  await until(() => source.status().state === 'blind');
});

test("a publisher's wish to be asked less often is kept", async () => {
  const server = await aPublisher();
  const house = aHouse();
  const [slow, fast] = [server.feed('/slow', 'rss'), server.feed('/fast', 'rss')];
  slow.channel = '<ttl>10</ttl>';
  await live(house, [slow.url, fast.url]);
  const asked = (path: string) => server.asked.filter((one) => one.path === path).length;
  await until(() => asked('/fast') > 20);
  expect(asked('/slow')).toBe(1);
});

test('storms, cut, endless, huge, silent and hostile answers: it is blind and says why, then loses nothing', async () => {
  const server = await aPublisher();
  const house = aHouse();
  const one = server.feed('/a', 'atom', 1_000);
  const { source } = await live(house, [one.url], { deadlineMs: 1_500 });
  const bomb = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss version="2.0"><channel><item><title>&b; whatsapp</title></item></channel></rss>';
  let n = 0;
  for (const [unwell, said] of [
    [{ instead: { status: 503 } }, 'answered 503: it is not well itself'],
    [{ instead: { status: 429, headers: { 'retry-after': '1' } } }, 'answered 429: it wants to be asked less often'],
    [{ cutAfter: 50 }, 'the connection failed'],
    [{ endless: true }, 'no whole answer in time'],
    [{ mute: true }, 'no whole answer in time'],
    [{ instead: { body: '<!DOCTYPE html><p>whatsapp' } }, 'a page for people, not a feed'],
    [{ instead: { body: bomb } }, 'a feed that declares entities of its own, which is not read'],
    [{ instead: { body: 'null' } }, 'neither RSS nor Atom nor JSON Feed'],
    [{ instead: { body: `<rss>${'x'.repeat(5_000_000)}` } }, 'it answers with more than 2048 KiB'],
  ] as const) {
    server.behave(() => unwell);
    for (let i = 0; i < 20; i++) one.push(entry(n++));
    // on a slow machine what it says first may be that an answer came too late
    await until(() => source.status().state === 'blind' && source.status().detail.replace(/^\S+ /, '').replace(/ \(.*\)/, '') === said);
    server.behave(() => ({ gzip: true }));
    await until(() => source.status().state === 'live' && house.seen().length === n);
  }
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(n));
});

test('what an address holds as user and password goes into a header, and nowhere else', async () => {
  const server = await aPublisher();
  const house = aHouse();
  const one = server.feed('/a');
  const { source } = await live(house, [one.url.replace('http://', 'http://amy:pass%20word@')]);
  expect(server.asked[0]!.headers.authorization).toBe(`Basic ${Buffer.from('amy:pass word').toString('base64')}`);
  one.push(entry(0));
  await until(() => house.seen().length === 1);
  await house.stop();
  await house.bus().close();
  expect(`${house.bytes().toString('latin1')}${source.status().detail}`).not.toContain('pass');
});

test('a stop during a question, or while the log stalls, leaves nothing open', async () => {
  const server = await aPublisher();
  const one = server.feed('/a');
  for (const stalls of [false, true]) {
    const house = aHouse();
    const { source } = await live(house, [one.url]);
    const release = stalls ? house.hold() : () => {};
    if (stalls) {
      one.push(entry(0));
      await until(() => source.status().posts === 1);
    } else {
      server.behave(() => ({ mute: true }));
      const asked = server.asked.length;
      await until(() => server.asked.length > asked);
    }
    const stopping = house.stop();
    await until(() => server.open() === 0);
    release();
    await stopping;
    server.behave(() => undefined);
  }
});

test('doctor: each answer is explained', async () => {
  const server = await aPublisher();
  const one = server.feed('/a');
  one.push(entry(0));
  const host = new URL(server.url).host;
  const checked = async (...urls: string[]) => definition.check(optionsFor(urls), services);
  expect(await checked(one.url)).toEqual({ ok: true, detail: `${host}: 1 entries` });
  expect(await checked(one.url, `${server.url}/b`)).toEqual({ ok: false, detail: `${host} (1): 1 entries; ${host} (2): answered 404: there is no feed at this address any more, or never was` });
  const said: string[] = [];
  for (const unwell of [{ instead: { status: 401 } }, { instead: { status: 403 } }, { instead: { status: 410 } }, { instead: { status: 429, headers: { 'retry-after': '60' } } }, { instead: { body: '<!DOCTYPE html><link rel="alternate" type="application/rss+xml" href="/feed.xml">' } }, { mute: true }]) {
    server.behave(() => unwell);
    const { detail } = 'mute' in unwell ? await definition.check(optionsFor([one.url], { deadlineMs: 500 }), services) : await checked(one.url);
    said.push(detail.replace(`${host}: `, '').replace(server.url, 'http://here'));
  }
  expect(said).toEqual([
    'answered 401: it wants a user and a password: write them as https://user:password@host/', 'answered 403: it lets us not in', 'answered 410: it is gone for good: take it out of `urls`',
    'answered 429: it wants to be asked less often (again in 60 s)', 'a page for people, not a feed; the page names http://here/feed.xml as its feed', 'no whole answer in time',
  ]);
});
