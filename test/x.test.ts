// `x` against an X API on a real socket that is unwell in every way that such a server can be.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createChance } from '../ingest/demo/chance.ts';
import type { SourceDefinition } from '../ingest/source.ts';
import xSource from '../ingest/sources/x.ts';
import type { Mention } from '../shared/observation.ts';
import type { Post } from '../shared/post.ts';
import { catalogPath, parseCatalog } from '../shared/catalog/catalog.ts';
import { serviceSchema } from '../shared/service.ts';
import { expectOnceEach, sourceContract } from './contracts/source-contract.ts';
import { createHouse, start, until, type House } from './contracts/source-house.ts';
import { aTweet, openX, operationalDisconnect, tooManyConnections, xId, xToken, type XFake, type XManner, type XMessage } from './fakes/x.ts';

const x = xSource as unknown as SourceDefinition;
const services = [{ id: 'whatsapp', name: 'WhatsApp' }, { id: 'telegram', name: 'Telegram' }].map((one) => serviceSchema.parse(one));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const generous = { perDay: 1e6, perMonth: 1e6 };
const optionsFor = (server: XFake, more: object = {}) =>
  x.options.parse({
    bearerToken: xToken, apiUrl: server.url, languages: ['en'], retryMs: 1, settleMs: 0, connects: 100_000, spend: generous, gapFillPosts: 1_000_000, gapFillRequests: 100_000, ...more,
  });
async function aServer(): Promise<XFake> {
  const server = await openX();
  closers.push(server.close);
  return server;
}
function aHouse(clock: () => number = () => start, watched = services): House {
  const house = createHouse(watched, clock);
  closers.push(house.close);
  return house;
}
const open = (house: House, server: XFake, more: object = {}) => house.open(x, optionsFor(server, more));
const aPost = (i: number, ms = start + i) => aTweet(ms, `whatsapp is down ${i}`, { n: i % 4_096 });
const texts = (n: number) => Array.from({ length: n }, (_, i) => `whatsapp is down ${i}`);
const textsOf = (mentions: readonly Mention[]) => mentions.map((mention) => mention.text);

// numbers, as X's authors are
const authorOf = (author: string) => `7700000000${author.replace(/\D/g, '').padStart(5, '0')}${[...author].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)}`;

sourceContract('x', { replays: true, told: true, retracts: false }, services, () => start + 60_000, async () => {
  const server = await openX();
  server.behave({ now: () => start + 120_000 });
  let told = 0;
  const tweetOf = (post: Post): XMessage => aTweet(post.ts, post.text, { n: told++ % 4_096, author_id: authorOf(post.author) });
  return {
    definition: x, options: optionsFor(server),
    carries: (posts) => posts.map((post) => ({ ...post, author: authorOf(post.author) })), known: (of) => of.text, told: 'after',
    async tell(posts, { source }) {
      if (source.status().state !== 'closed') await until(() => server.open() > 0);
      server.push(...posts.map(tweetOf));
    },
    async tellBad() {
      const tweet = aTweet(start + 4, 'whatsapp');
      const bad = (data: object | undefined, more: object = {}) => `${JSON.stringify({ ...(data === undefined ? {} : { data }), ...more })}\r\n`;
      server.push(
        'not json\r\n', '[1]\r\n', '"text"\r\n', '{}\r\n', bad({ ...tweet.data, id: '../../etc' }), bad({ ...tweet.data, id: 7 }), bad({ ...tweet.data, text: ['whatsapp'] }),
        bad({ id: '1', text: 'whatsapp' }, { matching_rules: [{ id: '1', tag: 'somebody' }] }),
        bad(undefined, { errors: [{ title: 'x', type: 'https://api.x.com/2/problems/resource-not-found' }] }), bad(undefined, { errors: [null, { type: '<script>' }] }),
        bad({ ...tweet.data, text: `whatsapp ${'y'.repeat(5_000_000)}` }),
      );
      return ['not-json', 'not-an-object', 'not-an-object', 'no-post', 'no-id', 'no-id', 'no-text', 'other-rule', 'problem-resource-not-found', 'problem-other', 'problem-other', 'too-long'];
    },
    close: server.close,
  };
});

test('20,000 posts over a connection that breaks at 100 random bytes are taken once each', async () => {
  const server = await aServer();
  const late = () => start + 600_000;
  const house = aHouse(late);
  const chance = createChance('x-disconnects');
  let cuts = 0;
  server.behave({
    now: late,
    cutAfterBytes() {
      if (cuts >= 100) return undefined;
      cuts += 1;
      return 1 + chance.below(60_000);
    },
  });
  const { source } = await open(house, server);
  await until(() => server.open() > 0);
  for (let i = 0; i < 20_000; i += 160) {
    await until(() => server.open() > 0);
    server.push(...Array.from({ length: 160 }, (_, k) => aPost(i + k, start + (i + k) * 20)));
  }
  await until(() => house.seen().length >= 20_000);
  expectOnceEach(textsOf(await house.mentions()), texts(20_000));
  expect(cuts).toBe(100);
  expect(server.most()).toBe(1);
  expect(source.status().posts).toBe(20_000);
  expect((await house.frames()).filter((frame) => frame.gap !== undefined)).toEqual([]);
});

test('a character split at any byte is whole', async () => {
  const server = await aServer();
  const house = aHouse();
  await open(house, server);
  await until(() => server.open() > 0);
  const said = ['whatsapp ダウンしてる 👩‍👩‍👧', 'whatsapp лежит ✊🏽', 'whatsapp çöktü 😭😭'];
  for (const [i, pieceBytes] of [1, 2, 3].entries()) {
    server.behave({ pieceBytes });
    server.push(aTweet(start + i, said[i]));
    await until(() => house.seen().length === i + 1);
  }
  expect(textsOf(await house.mentions())).toEqual(said);
});

test('a server that takes the connection and never answers is given up and said, and is tried again', async () => {
  const server = await aServer();
  server.behave({ mute: ['stream'] });
  const house = aHouse();
  const { source } = await open(house, server, { connectMs: 500 });
  // a slow machine may have said in between that rules came too late
  await until(() => server.asked('stream').length > 2 && source.status().detail === 'X: no answer within 1 s');
  expect(source.status().state).toBe('blind');
  server.behave({});
  await until(() => source.status().state === 'live');
});

test('rules that can not be read do not keep from connecting: X may still have those of before', async () => {
  const server = await aServer();
  server.setRules([{ id: '1', value: 'whatsapp', tag: 'outcry/under-test' }]);
  server.behave({ refuse: (call) => (call === 'rules' ? { status: 503, body: '<html>' } : undefined) });
  const house = aHouse();
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live');
  server.push(aPost(1));
  await until(() => house.seen().length === 1);
  server.behave({});
  await until(() => server.rules().length > 1);
  expect(server.connections()).toBe(1);
});

test('a connection that falls silent is blind, and is left; signs of life keep it', async () => {
  const server = await aServer();
  for (const keepAlive of ['\r\n', '\n']) {
    const house = aHouse();
    server.behave({ keepAliveMs: 20, keepAlive });
    const { source } = await open(house, server, { silenceMs: 200 });
    await until(async () => (await house.frames()).some((frame) => frame.watermark > 0));
    // a second, in looks: a machine that stands still for longer than the silence breaks a connection too
    let [kept, connections] = [0, 0];
    await until(() => {
      kept = source.status().state === 'live' && server.connections() === connections ? kept + 1 : 0;
      connections = server.connections();
      return kept >= 200;
    });
    expect(source.status().dropped).toEqual({});
    const blind = async () => (await house.frames()).filter((frame) => frame.state === 'blind').length;
    const blindBefore = await blind();
    server.behave({ silent: true });
    server.drop();
    await until(() => server.connections() - connections >= 3);
    // in each of the four partitions, for each of the two that were left
    await until(async () => (await blind()) >= blindBefore + 8);
    await house.stop();
  }
});

test('a storm of refusals of every kind is outlasted, and what was posted meanwhile is found', async () => {
  const server = await aServer();
  const late = () => start + 60_000;
  const house = aHouse(late);
  const storm = [
    { status: 503, body: '<html>over capacity</html>' }, { status: 500, body: { errors: [null] } }, { status: 429, body: { title: 'Too Many Requests' }, headers: { 'x-rate-limit-reset': String(Math.floor(start / 1000)) } },
    { status: 502, body: 'x'.repeat(100_000) }, tooManyConnections, { status: 418, body: [] }, { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, { status: 503, body: { errors: 'no list' } },
  ];
  server.behave({ now: late });
  const { source } = await open(house, server);
  await until(() => server.open() > 0);
  server.push(aPost(0));
  await until(() => house.seen().length === 1);
  const before = server.asked('stream').length;
  server.behave({ now: late, refuse: (call, nth) => (call === 'stream' ? storm[nth - before] : undefined) });
  server.drop();
  await until(() => source.status().state === 'blind');
  server.push(aPost(1));
  await until(() => house.seen().length === 2);
  expect(server.asked('stream').length).toBe(before + storm.length + 1);
  expectOnceEach(textsOf(await house.mentions()), texts(2));
});

test('what no wait mends is said, and not tried again and again', async () => {
  const server = await aServer();
  const cases = [
    [{ status: 401, body: { title: 'Unauthorized' } }, /refuses the token \(401\): check `bearerToken`; looks again at 2026-05-03 /],
    [{ status: 403, body: { title: 'Client Forbidden', type: 'https://api.x.com/2/problems/client-forbidden' } }, /may not use this \(403\).*looks again/],
    [{ status: 429, body: { title: 'UsageCapExceeded', type: 'https://api.x.com/2/problems/usage-capped' } }, /own cap of usage at X is reached.*looks again/],
  ] as const;
  for (const [answer, said] of cases) {
    const house = aHouse();
    const before = server.asked('stream').length;
    server.behave({ refuse: (call) => (call === 'stream' ? answer : undefined) });
    const { source } = await open(house, server, { retryMs: 100 });
    await until(() => said.test(source.status().detail));
    expect(source.status().state).toBe('blind');
    await house.stop();
    expect(server.asked('stream').length).toBe(before + 1);
  }
});

test('a stream without rules gets them again', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live');
  server.setRules([]);
  server.drop();
  await until(() => server.rules().length > 0 && server.open() > 0);
  server.push(aPost(1));
  await until(() => house.seen().length === 1);
});

test('rules that somebody takes away while the stream is open are set again, and what they would have brought is found', async () => {
  const server = await aServer();
  const at = { ms: start };
  server.behave({ match: true, now: () => at.ms + 60_000, keepAliveMs: 10 });
  const house = aHouse(() => at.ms);
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live' && server.open() > 0);
  server.push(aPost(0));
  await until(() => house.seen().length === 1);
  at.ms = start + 60_000;
  const [theirs] = server.rules();
  server.setRules([{ id: '7', value: 'cats', tag: 'cats' }]);
  server.push(aPost(1, start + 10_000), aPost(2, start + 20_000));
  await until(() => server.rules().some(({ value, tag }) => value === theirs!.value && tag === theirs!.tag));
  await until(() => house.seen().length === 3);
  await until(() => source.status().state === 'live' && server.open() > 0);
  server.push(aPost(3, start + 60_001));
  await until(() => house.seen().length === 4);
  expectOnceEach(textsOf(await house.mentions()), texts(4));
  expect(server.rules().some(({ tag }) => tag === 'cats')).toBe(true);
  expect((await house.frames()).filter((frame) => frame.gap !== undefined)).toEqual([]);
});

test('while rules are as they should be they are only looked at', async () => {
  const server = await aServer();
  const watched = [...services, serviceSchema.parse({ id: 'odd', name: 'is:nullcast' })];
  server.behave({ forbid: (value) => (value.includes('nullcast"') ? 'no operators' : undefined), keepAliveMs: 10 });
  const { source } = await open(aHouse(() => start, watched), server);
  await until(() => source.status().state === 'live' && server.open() > 0);
  const changes = server.asked('change').length;
  const looks = server.asked('rules').length;
  await until(() => server.asked('rules').length >= looks + 3);
  expect([server.asked('change').length, server.connections()]).toEqual([changes, 1]);
  expect(source.status().dropped).toEqual({ 'rule-invalid': 1 });
});

test('an end that X announces, and one in order, are nothing but an end', async () => {
  const server = await aServer();
  const late = () => start + 60_000;
  server.behave({ now: late });
  const house = aHouse(late);
  const { source } = await open(house, server);
  await until(() => server.open() > 0);
  server.push(aPost(0), operationalDisconnect as XMessage);
  await until(() => server.connections() === 2 && server.open() > 0);
  server.push(aPost(1));
  server.finish();
  await until(() => server.connections() === 3 && server.open() > 0);
  server.push(aPost(2));
  await until(() => house.seen().length === 3);
  expect(source.status().dropped).toMatchObject({ 'problem-operational-disconnect': 1 });
  expectOnceEach(textsOf(await house.mentions()), texts(3));
});

test('duplicates, disorder and problems beside a post change nothing', async () => {
  const server = await aServer();
  server.behave({ times: 3 });
  const house = aHouse(() => start + 5_000);
  const { source } = await open(house, server);
  await until(() => server.open() > 0);
  const posts = Array.from({ length: 500 }, (_, i) => aPost(i, start + ((i * 7_919) % 500) * 5));
  server.push(...posts, { ...aPost(500), errors: [{ type: 'https://api.x.com/2/problems/resource-not-found', title: 'Not Found Error' }] });
  // the last copy of the last one
  await until(() => house.seen().length >= 501 && source.status().dropped['problem-beside-post'] === 3);
  expectOnceEach(textsOf(await house.mentions()), texts(501));
  expect(source.status().dropped).toEqual({ repeated: 1_002, 'problem-beside-post': 3 });
});

test('of an edited post the newest words hold, in whatever order its versions come', async () => {
  const server = await aServer();
  const house = aHouse(() => start + 60_000);
  const { source } = await open(house, server);
  await until(() => server.open() > 0);
  const versions = [0, 1, 2].map((i) => xId(start + i * 1_000));
  const version = (i: number, text: string) => aTweet(start + i * 1_000, text, { edit_history_tweet_ids: versions.slice(0, i + 1) });
  server.push(version(0, 'whatsapp is dwon'), version(2, 'whatsapp is down'), version(1, 'whatsapp is donw'), aPost(7, start + 9_000));
  await until(() => house.seen().some((mention) => mention.text.endsWith('7')));
  expect(textsOf(await house.mentions())).toEqual(['whatsapp is dwon', 'whatsapp is down', 'whatsapp is down 7']);
  expect(new Set((await house.frames()).flatMap((frame) => frame.deletions.map((gone) => gone.id)))).toEqual(new Set([versions[0]]));
  expect(source.status().dropped).toEqual({ edited: 1 });
});

test('a post is taken with what X says of it: time to the ms, language, place, what it repeats and answers, and its whole text', async () => {
  const server = await aServer();
  const house = aHouse(() => start + 60_000);
  await open(house, server, { links: true, reposts: true });
  await until(() => server.open() > 0);
  const full = `whatsapp is down ${'and so on '.repeat(60)}`;
  server.push(
    { data: { ...aTweet(start + 123, 'whatsapp is down …', { lang: 'in', created_at: new Date(start).toISOString() }).data!, geo: { place_id: 'p1' }, note_tweet: { text: full } }, includes: { places: [{ id: 'p1', country_code: 'id' }] } },
    aTweet(start + 200, 'RT @a: whatsapp is down', { lang: 'und', referenced_tweets: [{ type: 'retweeted', id: '17' }] }),
    aTweet(start + 300, 'whatsapp & <b> down', { referenced_tweets: [{ type: 'replied_to', id: '18' }, { type: 'quoted', id: '19' }] }),
  );
  await until(() => house.seen().length === 3);
  const [long, repost, reply] = await house.mentions();
  expect(long).toMatchObject({ ts: start + 123, text: full, lang: 'id', region: 'ID', url: `https://x.com/i/status/${xId(start + 123)}`, id: xId(start + 123) });
  expect(repost).toMatchObject({ repostOf: '17' });
  expect(repost!.lang).toBeUndefined();
  expect(reply).toMatchObject({ text: 'whatsapp & <b> down', replyTo: '18' });
  expect(server.rules().every((rule) => !rule.value.includes('is:retweet'))).toBe(true);
});

/** Asks and has its answer: all that connected before was let in before. */
const visit = (url: string) => new Promise<void>((resolve) => connect(Number(new URL(url).port), '127.0.0.1').on('close', () => resolve()).resume().end('GET / HTTP/1.0\r\n\r\n'));

test('a stop while it connects, waits or searches leaves nothing open and asks nothing more', async () => {
  const server = await aServer();
  const calls = ['stream', 'rules', 'change', 'search'] as const;
  const asked = () => calls.reduce((sum, call) => sum + server.asked(call).length, 0);
  const manners: readonly XManner[] = [{ mute: ['stream'] }, { mute: ['rules'] }, { mute: ['search'] }, { refuse: () => ({ status: 503 }) }];
  for (const manner of manners) {
    server.behave({});
    const house = aHouse(() => start + 60_000);
    const { source } = await open(house, server);
    await until(() => server.open() > 0);
    server.push(aPost(asked()));
    await until(() => house.seen().length > 0);
    const [call = 'stream'] = manner.mute ?? [];
    const before = server.asked(call).length;
    server.behave(manner);
    if (call === 'rules') server.setRules([]);
    server.drop();
    await until(() => server.asked(call).length > before + (manner.mute === undefined ? 1 : 0));
    await house.stop();
    // what was under way has come by the time that a later visitor is let in and all are gone
    await visit(server.url);
    await until(() => server.sockets() === 0);
    const after = asked();
    expect(source.status().state).toBe('closed');
    server.behave({});
    server.drop();
    await until(() => server.open() === 0);
    expect(asked()).toBe(after);
  }
});

test('while another has the one connection it waits its turn, and takes over when that is gone', async () => {
  const server = await aServer();
  const [first, second] = [aHouse(), aHouse()];
  await open(first, server);
  await until(() => server.open() > 0);
  const { source } = await open(second, server);
  await until(() => server.crowded() > 2);
  expect(source.status()).toMatchObject({ state: 'blind', detail: expect.stringContaining('another connection with this token is open') as string });
  await first.stop();
  await until(() => source.status().state === 'live');
});

test('rules are brought into line by difference, and those of others are left alone', async () => {
  const server = await aServer();
  server.setRules([{ id: '1', value: 'cats has', tag: 'cats' }, { id: '2', value: 'dogs' }, { id: '3', value: 'old news', tag: 'outcry/under-test' }, { id: '4', value: 'theirs', tag: 'outcry/other-source' }]);
  const first = aHouse();
  const opened = await open(first, server);
  await until(() => opened.source.status().state === 'live');
  const set = server.rules();
  expect(set.filter((rule) => rule.tag !== 'outcry/under-test').map((rule) => rule.id)).toEqual(['1', '2', '4']);
  const ours = set.filter((rule) => rule.tag === 'outcry/under-test').map((rule) => rule.value);
  expect(ours.length).toBeGreaterThan(0);
  expect(ours).not.toContain('old news');
  expect(opened.source.status().detail).toMatch(new RegExp(`^2 of 2 services in ${ours.length} rules; spent \\$0.00 of`));
  await first.stop();
  const changes = server.asked('change').length;
  const again = aHouse();
  const same = await open(again, server);
  await until(() => same.source.status().state === 'live');
  expect(server.asked('change').length).toBe(changes);
  await again.stop();
  const one = await open(aHouse(), server, { services: ['telegram'] });
  await until(() => one.source.status().state === 'live');
  expect(server.rules().filter((rule) => rule.tag === 'outcry/under-test').every((rule) => /telegram/i.test(rule.value) && !/whatsapp/i.test(rule.value))).toBe(true);
  expect(one.source.status().detail).toMatch(/^1 of 1 services/);
});

test('the rules of the whole catalogue are set in a few requests, and a lot that is spoilt at the last moment is sent again without what spoils it', async () => {
  const server = await aServer();
  const read = parseCatalog(readFileSync(catalogPath, 'utf8'));
  if ('problems' in read) throw new Error('the catalogue is broken');
  // only when it is meant does it find this one bad
  let changes = 0;
  server.behave({ forbid: (value) => (changes > 10 && value.includes('Telegram') && value.includes('#') ? 'not today' : undefined), refuse: (call) => ((changes += call === 'change' ? 1 : 0), undefined) });
  const house = aHouse(() => start, read.services);
  const { source } = await open(house, server, { languages: undefined });
  await until(() => source.status().state === 'live');
  expect(server.rules().length).toBeGreaterThan(500);
  expect(server.rules().length).toBeLessThanOrEqual(1_000);
  expect(server.asked('change').length).toBeLessThanOrEqual(25);
  expect(source.status().detail).toMatch(new RegExp(`of ${read.services.length} services in \\d+ rules`));
});

test('a service that X does not take is left out and counted, and the others are heard; so is what finds no room', async () => {
  const server = await aServer();
  const watched = [...services, serviceSchema.parse({ id: 'odd', name: 'is:nullcast' }), serviceSchema.parse({ id: 'plain', name: 'Line', ordinary: ['Line'] }), serviceSchema.parse({ id: 'last', name: 'Lastexample' })];
  // quoted by us it is a phrase; a server that takes it for an operator refuses every rule that holds it
  server.behave({
    match: true,
    forbid: (value) => (value.includes('is:nullcast"') ? 'is:nullcast must be negated' : undefined),
  });
  const house = aHouse(() => start + 10_000, watched);
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live');
  expect(source.status()).toMatchObject({ detail: expect.stringMatching(/^3 of 5 services/) as string, dropped: { 'rule-invalid': 1, 'rule-no-name': 1 } });
  server.push(aPost(1), aTweet(start + 5, 'telegram is down'), aTweet(start + 6, 'lastexample is down'), aTweet(start + 7, 'whatsapp me'));
  await until(() => house.seen().length === 3);
  await house.stop();
  server.setRules([{ id: '1', value: 'cats' }]);
  server.behave({ ruleCap: 4, match: true });
  const many = Array.from({ length: 200 }, (_, i) => serviceSchema.parse({ id: `s${i}`, name: `Kwo${'abcdefghij'[Math.floor(i / 100)]}${'abcdefghij'[Math.floor(i / 10) % 10]}${'abcdefghij'[i % 10]} of the very long name` }));
  const crowded = await open(aHouse(() => start, many), server);
  await until(() => crowded.source.status().state === 'live');
  expect(server.rules().length).toBeLessThanOrEqual(4);
  expect(server.rules()[0]).toEqual({ id: '1', value: 'cats' });
  expect(crowded.source.status().dropped['rule-no-room']).toBeGreaterThan(100);
});

test('a spending cap is kept to the post, over restarts and with a store that forgot, until the day and the month are over', async () => {
  const server = await aServer();
  let now = Date.UTC(2026, 10, 29, 12);
  const house = aHouse(() => now);
  server.behave({ now: () => now });
  const spend = { perDay: 0.1, perMonth: 0.25, postPrice: 0.005, requestPrice: 0.005 };
  let posted = 0;
  const say = (n: number) => server.push(...Array.from({ length: n }, () => aPost(++posted, now - 1_000 + posted)));
  const forgetful: SourceDefinition = { ...x, create: (options, deps) => x.create(options, { ...deps, store: { ...deps.store, get: async () => undefined } }) };
  let opened = await open(house, server, { spend });
  const capped = () => until(() => opened.source.status().detail.startsWith('spending cap'));
  await until(() => server.open() > 0);
  say(12);
  await until(() => house.seen().length === 12);
  expect(opened.source.status().spend).toEqual({ day: 0.06, month: 0.06, perDay: 0.1, perMonth: 0.25 });
  await house.stop();
  opened = await open(house, server, { spend });
  await until(() => server.connections() === 2 && server.open() > 0);
  say(8);
  await capped();
  expect(opened.source.status()).toMatchObject({ detail: 'spending cap of $0.10 a day reached; listens again at 2026-11-30 00:00 UTC' });
  expect(opened.source.status().dropped['spend-cap']).toBeGreaterThan(0);
  await until(() => server.open() === 0);
  await house.stop();
  expect(await house.mentions()).toHaveLength(20);
  // nothing but the cursor knows it now
  opened = await house.open(forgetful, optionsFor(server, { spend }));
  await capped();
  const asked = server.asked('stream').length;
  now = Date.UTC(2026, 10, 30, 0, 0, 1);
  await until(() => opened.source.status().state === 'live');
  expect(server.asked('stream').length).toBe(asked + 1);
  const gapsTo = async () => (await house.frames()).flatMap((frame) => (frame.gap === undefined ? [] : [frame.gap.to]));
  await until(async () => (await gapsTo()).includes(now));
  expect(Math.max(...(await gapsTo()))).toBe(now);
  say(20);
  await capped();
  expect(opened.source.status().detail).toContain('a day reached; listens again at 2026-12-01 00:00');
  now = Date.UTC(2026, 11, 1, 0, 0, 1);
  await until(() => opened.source.status().state === 'live');
  say(20);
  await capped();
  now = Date.UTC(2026, 11, 2, 1);
  await until(() => opened.source.status().state === 'live');
  say(20);
  await capped();
  now = Date.UTC(2026, 11, 3, 1);
  await until(() => opened.source.status().state === 'live');
  say(10);
  await capped();
  expect(opened.source.status().detail).toBe('spending cap of $0.25 a month reached; listens again at 2027-01-01 00:00 UTC');
});

test('a search reads no more than the cap has left, and what comes meanwhile costs too', async () => {
  const server = await aServer();
  let now = start;
  const house = aHouse(() => now);
  server.behave({ now: () => now + 120_000 });
  const spend = { perDay: 0.3, perMonth: 10, postPrice: 0.005, requestPrice: 0.005 };
  const first = await open(house, server, { spend });
  await until(() => first.source.status().state === 'live' && server.open() > 0);
  server.push(aPost(0));
  await until(() => house.seen().length === 1);
  await house.stop();
  now = start + 3_600_000;
  for (let i = 1; i <= 400; i++) server.store(aPost(i, start + 60_000 + i * 1_000));
  const { source } = await open(house, server, { spend });
  await until(() => source.status().detail.startsWith('spending cap'));
  const read = server.asked('search').reduce((sum, query) => sum + Number(query.get('max_results')), 0);
  expect(read).toBeLessThanOrEqual(59);
  expect(source.status().spend!.day).toBeLessThanOrEqual(0.3);
  await until(async () => (await house.frames()).some((frame) => frame.gap !== undefined));
});

test('what search can not make good is a gap with its length, told once', async () => {
  const server = await aServer();
  let now = start;
  const hour = 3_600_000;
  const house = aHouse(() => now);
  const gaps = async () => [...new Map((await house.frames()).flatMap((frame) => (frame.gap === undefined ? [] : [[JSON.stringify(frame.gap), frame.gap] as const]))).values()];
  let posted = 0;
  /** A stay away of so long, and what it told. */
  async function away(ms: number, manner: XManner, more: object): Promise<{ from: number; to: number }[]> {
    const before = (await gaps()).length;
    server.behave({ now: () => now });
    const there = await open(house, server, more);
    await until(() => server.open() > 0 && there.source.status().state === 'live');
    const own = `whatsapp is down ${++posted}`;
    server.push(aPost(posted, now));
    await until(() => house.seen().some((mention) => mention.text === own));
    await house.stop();
    server.store(...Array.from({ length: 40 }, () => aPost(++posted, now + 1_000 + posted)));
    now += ms;
    server.behave({ now: () => now, ...manner });
    const back = await open(house, server, more);
    await until(() => server.open() > 0 && back.source.status().state === 'live');
    await house.stop();
    now += hour;
    return (await gaps()).slice(before);
  }
  const lasted = (found: { from: number; to: number }[]) => found.map(({ from, to }) => to - from);
  expect(lasted(await away(hour, {}, {}))).toEqual([]);
  expect(lasted(await away(hour, {}, { gapFill: false }))).toContain(hour);
  expect(lasted(await away(hour, {}, { reposts: true }))).toContain(hour);
  expect(lasted(await away(hour, { refuse: (call) => (call === 'search' ? { status: 400, body: {} } : undefined) }, {}))).toContain(hour);
  expect(lasted(await away(hour, {}, { gapFillPosts: 12 }))).toContain(hour);
  expect(lasted(await away(9 * 24 * hour, {}, {}))).toContain(2 * 24 * hour + 600_000);
});

test('what was posted just before a connection stood is found once search knows it', async () => {
  const server = await aServer();
  let now = start;
  const house = aHouse(() => now);
  server.behave({ now: () => now });
  const { source } = await open(house, server, { settleMs: 500 });
  await until(() => server.open() > 0);
  server.push(aPost(0));
  await until(() => house.seen().length === 1);
  now = start + 60_000;
  const refuse: XManner['refuse'] = (call) => (call === 'stream' ? { status: 503 } : undefined);
  server.behave({ now: () => now, refuse });
  server.drop();
  await until(() => source.status().state === 'blind');
  server.store(aPost(1, start + 10_000), aPost(2, now - 200));
  // it knows of the last one only when all else was found
  server.behave({ searchLagMs: 400, now: () => (source.status().posts < 2 ? now : now + 60_000) });
  await until(() => house.seen().length === 3);
  expect(textsOf(await house.mentions())).toEqual(texts(3));
  expect((await house.frames()).filter((frame) => frame.gap !== undefined)).toEqual([]);
});

test('a first connection that breaks before anything came has missed what came after it', async () => {
  const server = await aServer();
  let now = start;
  const house = aHouse(() => now);
  server.behave({ now: () => now });
  const { source } = await open(house, server);
  await until(() => source.status().state === 'live');
  server.behave({ now: () => now, refuse: (call) => (call === 'stream' ? { status: 503 } : undefined) });
  server.drop();
  await until(() => source.status().state === 'blind');
  now = start + 120_000;
  server.store(aPost(0, start + 60_000));
  server.behave({ now: () => now });
  await until(() => house.seen().length === 1);
});

test('posts that come while it searches wait their turn, and no longer than they may', async () => {
  const server = await aServer();
  const late = () => start + 60_000;
  const house = aHouse(late);
  server.behave({ now: late });
  const { source } = await open(house, server, { holdMs: 1_000 });
  await until(() => server.open() > 0);
  server.push(aPost(0));
  await until(() => house.seen().length === 1);
  server.behave({ now: late, mute: ['search'] });
  server.drop();
  server.store(aPost(1));
  await until(() => server.asked('search').length > 0 && server.open() > 0);
  server.push(aPost(2));
  await until(() => house.seen().length === 2 && source.status().detail.includes('still searching'));
  expect(textsOf(house.seen())).toEqual(['whatsapp is down 0', 'whatsapp is down 2']);
});

test("times are of our clock, however far off X's is, and go on while it has nothing to send", async () => {
  for (const [offMs, said] of [[-10 * 60_000, "X's clock is 10 min behind ours"], [10 * 60_000, "X's clock is 10 min ahead of ours"], [-20_000, '']] as const) {
    const server = await aServer();
    const house = aHouse(() => start);
    server.behave({ date: () => start + offMs, keepAliveMs: 20 });
    const { source } = await open(house, server);
    await until(async () => (await house.frames()).some((frame) => frame.watermark > 0));
    // within what clocks may differ by, X's times stand as they are
    const own = said === '' ? start + offMs : start;
    expect(Math.max(...(await house.frames()).map((frame) => frame.watermark))).toBe(own - 13_000);
    server.push(aPost(1, start + offMs));
    await until(() => house.seen().length === 1);
    expect({ late: source.status().late, ts: house.seen()[0]!.ts, detail: source.status().detail.includes(said) }).toEqual({ late: 0, ts: own, detail: true });
    await house.stop();
  }
});

test('where nothing comes but posts from the future it is blind, not calm, until its clock is right again', async () => {
  const server = await aServer();
  const house = aHouse(() => start);
  const { source } = await open(house, server);
  await until(() => server.open() > 0);
  server.push(...Array.from({ length: 20 }, (_, i) => aPost(i, start + 30 * 24 * 3_600_000)));
  await until(() => source.status().detail.includes('check it'));
  expect(source.status()).toMatchObject({ state: 'blind', dropped: { future: 20 } });
  server.push(aPost(1));
  await until(() => source.status().state === 'live');
});

test('an id from the future moves no place, whatever the post says of its time', async () => {
  const server = await aServer();
  const house = aHouse(() => start);
  const { source } = await open(house, server);
  await until(() => server.open() > 0);
  server.push(aTweet(start + 30 * 24 * 3_600_000, 'whatsapp is down, says 2050', { created_at: new Date(start).toISOString() }), aPost(1));
  await until(() => source.status().posts === 1);
  await house.stop();
  expect(source.status().dropped).toMatchObject({ future: 1 });
  expect((await house.mentions()).map(({ text }) => text)).toEqual(['whatsapp is down 1']);
  const { cursor } = (await house.frames()).findLast((frame) => frame.cursor !== '')!;
  expect(cursor).toContain(xId(start + 1, 1));
  expect(cursor).not.toContain(xId(start + 30 * 24 * 3_600_000));
});

test('the token is in no detail, no log line and nothing on disk, whatever X says', async () => {
  const server = await aServer();
  // each look at the clock is a minute later, so that no wait is long
  let looks = 0;
  const house = aHouse(() => start + ++looks * 60_000);
  const lines: string[] = [];
  const logged = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const heard: SourceDefinition = {
    ...x,
    create: (options, deps) => x.create(options, {
      ...deps, log: logged,
      intake: { ...deps.intake, state: (state, detail, gap) => (lines.push(detail), deps.intake.state(state, detail, gap)), dropped: (reason) => (lines.push(reason), deps.intake.dropped(reason)) },
    }),
  };
  const echo = { title: xToken, detail: `Bearer ${xToken}`, type: `https://api.x.com/2/problems/${xToken}`, errors: [{ message: xToken, value: xToken, details: [`Bearer ${xToken}`], title: xToken }], [xToken]: xToken };
  server.behave({ refuse: (_call, nth) => (nth < 12 ? { status: [400, 401, 403, 409, 429, 500][nth % 6]!, body: echo, headers: { 'x-echo': xToken } } : undefined) });
  await house.open(heard, optionsFor(server));
  await until(() => server.asked('stream').length > 6);
  server.behave({});
  await until(() => server.open() > 0);
  server.push({ errors: [echo] } as XMessage, `${xToken}\r\n`, aPost(1));
  await until(() => house.seen().length === 1);
  await house.stop();
  await house.bus().close();
  expect(lines.join('\n')).toContain('refuses the token (401)');
  expect(lines.filter((line) => line.includes(xToken))).toEqual([]);
  expect(house.bytes().includes(xToken)).toBe(false);
});

test("doctor's check asks what costs nothing, says what fits and what it may cost, or what is wrong and what to do", async () => {
  const server = await aServer();
  const check = (more: object = {}) => x.check(optionsFor(server, { spend: {}, ...more }), services);
  expect(await check()).toEqual({ ok: true, detail: expect.stringMatching(/^X answers; 2 of 2 services fit into \d+ of 1000 rules; caps of \$10 a day and \$200 a month$/) as string });
  expect((await check({ services: ['nobody'] })).ok).toBe(false);
  for (const [status, said] of [[401, /check `bearerToken`/], [403, /access to the filtered stream/], [429, /wait a quarter of an hour/], [503, /look at its status page/]] as const) {
    server.behave({ refuse: () => ({ status }) });
    expect(await check()).toEqual({ ok: false, detail: expect.stringMatching(said) as string });
  }
  // where nobody listens, and nobody begins to
  expect((await check({ apiUrl: 'http://127.0.0.1:1/2/' })).detail).toMatch(/it refuses connections: allow HTTPS out/);
  expect(server.asked('stream').length + server.asked('search').length).toBe(0);
});
