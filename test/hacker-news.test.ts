// `hacker-news` against a Hacker News on a real socket, well and unwell.
import { expect, test } from 'vitest';
import hackerNews from '../ingest/sources/hacker-news.ts';
import type { SourceDefinition } from '../ingest/source.ts';
import { createPolledRig, services, text, texts } from './contracts/polled-rig.ts';
import { expectOnceEach, sourceContract } from './contracts/source-contract.ts';
import { start, until, type House } from './contracts/source-house.ts';
import { openHackerNews, type HackerNews } from './fakes/hacker-news.ts';

const definition = hackerNews as unknown as SourceDefinition;
const rig = createPolledRig(definition, openHackerNews);
const { aServer, aHouse } = rig;
/** Faster than people may ask a public server. */
const optionsFor = (server: HackerNews, more: object = {}, everyMs = 10) => ({ ...hackerNews.options.parse({ apiUrl: server.url, ...more }), everyMs, changesEveryMs: 0 });
const oneLine = (text: string): string => text.replace(/[ \t\r\n\f]+/g, ' ').trim();

sourceContract('hacker-news', { replays: true, told: true, retracts: true, polls: true }, services, () => start + 60_000, async () => {
  const server = await openHackerNews();
  const numbers = new Map<string, number>();
  return {
    definition, options: optionsFor(server, { catchUpItems: 100_000 }),
    carries: (posts) => posts.map((post) => ({ ...post, ts: Math.floor(post.ts / 1000) * 1000, text: oneLine(post.text) })),
    known: (of) => oneLine(of.text), told: 'after',
    async tell(posts, { source }) {
      await until(() => ['live', 'closed'].includes(source.status().state));
      for (const { id, ts, text, author } of posts) numbers.set(id, server.push({ ts, text, by: author }));
    },
    async tellBad() {
      for (const body of ['not json', '[]', '"text"', '{"id":1}', '{']) server.pushRaw(body);
      server.push({ ts: start, text: 'whatsapp', type: 'job' });
      server.push({ ts: start, text: 'whatsapp', type: 'pollopt' });
      server.push({ ts: start, text: 'whatsapp', type: 'new' });
      server.push({ ts: start, text: 7 });
      server.push({ ts: start, text: 'whatsapp', by: 'a b' });
      server.push({ ts: start, text: 'whatsapp', deleted: true });
      server.push({ ts: start, text: 'whatsapp', dead: true });
      server.push({ ts: -1, text: 'whatsapp' });
      server.push({ ts: start, text: 'x'.repeat(5_000_000) });
      return ['not-json', 'not-json', 'not-an-item', 'not-an-item', 'not-an-item', 'job', 'pollopt', 'other-kind', 'no-text', 'bad-author', 'deleted', 'dead', 'no-time', 'too-long'];
    },
    async retract(post) {
      server.put(numbers.get(post.id)!, { ts: post.ts, deleted: true });
    },
    close: server.close,
  };
});

const live = (house: House, server: HackerNews, more: object = {}, everyMs?: number) => rig.live(house, optionsFor(server, more, everyMs));

test('a story is its title and text, a comment knows what it answers, and both have an address', async () => {
  const server = await aServer();
  const house = aHouse();
  await live(house, server);
  const story = server.push({ ts: start, type: 'story', title: 'Ask HN: Is WhatsApp down & out?', text: 'For me <i>it</i> is', by: 'amy' });
  server.push({ ts: start, text: 'WhatsApp works here', parent: story });
  await until(() => house.seen().length === 2);
  const [first, second] = await house.mentions();
  expect([first!.text, first!.url, first!.replyTo]).toEqual(['Ask HN: Is WhatsApp down & out?\nFor me <i>it</i> is', `https://news.ycombinator.com/item?id=${story}`, undefined]);
  expect(second!.replyTo).toBe(first!.id);
});

test('a first start reads nothing of what was there before', async () => {
  const server = await aServer();
  for (let i = 0; i < 50; i++) server.push({ ts: start, text: `whatsapp was down ${i}` });
  const house = aHouse();
  const { source } = await live(house, server);
  server.push({ ts: start, text: text(0) });
  await until(() => house.seen().length > 0);
  expect(source.status().posts).toBe(1);
});

test('items that are not there yet are asked for again and come late; those that never come are passed by and counted', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server);
  const late = server.push(null);
  server.push(null);
  server.push({ ts: start, text: text(1) });
  // as soon as it was read, however long the disk takes to write it: twelve rounds are short here
  await until(() => source.status().posts === 1);
  server.put(late, { ts: start, text: text(0) });
  await until(() => house.seen().length === 2 && source.status().dropped['absent'] === 1);
  const asked = server.asked.length;
  await until(() => server.asked.length > asked + 20);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(2));
  expect(server.asked.filter(({ path }) => path.endsWith(`${late + 1}.json`)).length).toBe(12);
});

test('an item that was not there before a restart is read after it', async () => {
  const server = await aServer();
  const house = aHouse();
  // twelve rounds are long enough for any disk
  await live(house, server, {}, 1_000);
  const late = server.push(null);
  server.push({ ts: start, text: text(1) });
  await until(() => house.seen().length === 1);
  await house.kill();
  server.put(late, { ts: start, text: text(0) });
  await live(house, server);
  await until(() => house.seen().length === 2);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(2));
});

test('after a pause it is catching up, then live; further back than it reads is a gap with its length', async () => {
  const server = await aServer();
  let now = start;
  const house = aHouse(() => now);
  await live(house, server);
  server.push({ ts: start, text: text(0) });
  await until(() => house.seen().length === 1);
  await house.stop();
  now += 3_600_000;
  for (let i = 1; i <= 1_000; i++) server.push({ ts: start + i * 3_600, text: text(i) });
  await live(house, server, { catchUpItems: 400 });
  await until(() => house.seen().length === 401);
  const frames = await house.frames();
  expect(frames.some((frame) => frame.state === 'catching-up' && frame.mentions.length > 0)).toBe(true);
  const gap = frames.find((frame) => frame.gap !== undefined)?.gap;
  expect(gap!.from).toBe(start);
  expect(Math.abs(gap!.to - (start + 600 * 3_600))).toBeLessThan(60_000);
  expect(frames.flatMap((frame) => frame.mentions).filter((mention) => mention.late !== undefined)).toEqual([]);
});

test('while it is well its time follows the clock: a post found late is marked, and holds back nobody', async () => {
  const server = await aServer();
  const house = aHouse(() => start + 120_000);
  await live(house, server);
  await until(async () => (await house.frames()).some((frame) => frame.watermark === start + 118_000));
  server.push({ ts: start + 60_000, text: text(0) });
  server.push({ ts: start + 119_000, text: text(1) });
  await until(() => house.seen().length === 2);
  expect((await house.mentions()).map(({ text: words, late }) => [words, late])).toEqual([[text(0), start + 118_000], [text(1), undefined]]);
});

test('storms of 429 and 5xx, cut and endless answers: it is blind and says why, then loses nothing', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server, { deadlineMs: 1_500 });
  let n = 0;
  for (const [unwell, said] of [
    [{ instead: { status: 503 } }, /^item \d+: answered 503: it is not well itself$/],
    [{ instead: { status: 429, headers: { 'retry-after': '0' } } }, /^item \d+: answered 429: it wants to be asked less often \(/],
    [{ cutAfter: 5 }, /^item \d+: the connection failed \(/],
    [{ endless: true }, /^item \d+: no whole answer in time$/],
    [{ mute: true }, /^item \d+: no whole answer in time$/],
    [{ instead: { body: '<html>' } }, /^answered what is no number: is this the address of the Hacker News API\?$/],
  ] as const) {
    server.behave(({ path }) => (path.includes('/item/') || 'body' in (unwell.instead ?? {}) ? unwell : undefined));
    for (let i = 0; i < 100; i++) server.push({ ts: start, text: text(n++) });
    // on a slow machine what it says first may be that an answer came too late
    await until(() => source.status().state === 'blind' && said.test(source.status().detail));
    server.behave(() => undefined);
    await until(() => source.status().state === 'live' && house.seen().length === n);
  }
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(n));
});

test('one item that never comes whole does not stop the others', async () => {
  const server = await aServer();
  const house = aHouse();
  await live(house, server);
  const broken = server.push({ ts: start, text: 'whatsapp' });
  server.behave(({ path }) => (path.endsWith(`${broken}.json`) ? { instead: { status: 500 } } : undefined));
  server.push({ ts: start, text: text(0) });
  await until(() => house.seen().length === 1);
});

test('a stop during a question leaves nothing open', async () => {
  const server = await aServer();
  const house = aHouse();
  await live(house, server);
  server.behave(() => ({ mute: true }));
  const asked = server.asked.length;
  await until(() => server.asked.length > asked);
  await house.stop();
  await until(() => server.open() === 0);
  const before = server.asked.length;
  await new Promise(setImmediate);
  expect(server.asked.length).toBe(before);
});

test('a stop while the log stalls waits for no post to be taken', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server);
  const release = house.hold();
  for (let i = 0; i < 16_000; i++) server.push({ ts: start, text: `${text(i)} ${'and nobody answers me '.repeat(45)}` });
  await until(() => source.status().posts > 3_000);
  const stopping = house.stop();
  await until(() => server.open() === 0);
  release();
  await stopping;
});

test('a cursor of another server, whose numbers are far ahead, begins anew at the newest', async () => {
  const server = await aServer();
  const house = aHouse();
  for (let i = 0; i < 200; i++) server.push({ ts: start, text: 'nothing' });
  await live(house, server);
  await house.stop();
  const other = await aServer();
  await live(house, other);
  other.push({ ts: start, text: text(0) });
  await until(() => house.seen().length === 1);
});

test('doctor: each answer is explained', async () => {
  const server = await aServer();
  const checked = (more: object = {}) => definition.check(optionsFor(server, more), services);
  expect(await checked()).toEqual({ ok: true, detail: expect.stringContaining('its newest item is 40000000') as string });
  const said: string[] = [];
  for (const unwell of [{ instead: { status: 401 } }, { instead: { status: 404 } }, { instead: { status: 429, headers: { 'retry-after': '30' } } }, { instead: { body: 'null' } }, { mute: true }]) {
    server.behave(() => unwell);
    const { ok, detail } = await checked('mute' in unwell ? { deadlineMs: 500 } : {});
    expect(ok).toBe(false);
    said.push(detail.split(';')[0]!.replace(/^\S+ /, ''));
  }
  expect(said).toEqual([
    'answered 401: it wants other credentials', 'answered 404: there is nothing at this address', 'answered 429: it wants to be asked less often (again in 30 s)',
    'answered what is no number: is this the address of the Hacker News API?', 'no whole answer in time',
  ]);
});
