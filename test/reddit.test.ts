// `reddit` against Reddit's API on a real socket, well and unwell.
import { expect, test } from 'vitest';
import reddit from '../ingest/sources/reddit.ts';
import type { SourceDefinition } from '../ingest/source.ts';
import { createPolledRig, services, text, texts } from './contracts/polled-rig.ts';
import { expectOnceEach, sourceContract } from './contracts/source-contract.ts';
import { start, until, type House } from './contracts/source-house.ts';
import { openReddit, type Reddit } from './fakes/reddit.ts';

const definition = reddit as unknown as SourceDefinition;
const rig = createPolledRig(definition, openReddit);
const { aServer, aHouse } = rig;
const secret = 'secret-of-the-client';
/** Faster than Reddit allows. */
const optionsFor = (server: Reddit, more: object = {}) => ({
  ...reddit.options.parse({ subreddits: ['outages'], clientId: 'client', clientSecret: secret, userAgent: 'server:outcry-test:1 (by /u/nobody)', apiUrl: server.url, tokenUrl: server.tokenUrl }),
  everyMs: 10, recheckMs: 0, ...more,
});

sourceContract('reddit', { replays: true, told: true, retracts: true, polls: true }, services, () => start + 60_000, async () => {
  const server = await openReddit();
  const fullnames = new Map<string, string>();
  return {
    definition, options: optionsFor(server), carries: (posts) => posts, known: (of) => of.text, told: 'after',
    async tell(posts, { source }) {
      await until(() => ['live', 'closed'].includes(source.status().state));
      if (posts.length > 900) server.flow(posts, 450);
      else for (const { id, ts, text, author } of posts) fullnames.set(id, server.post({ ts, text, author }));
    },
    async tellBad() {
      const data = { id: '2abcde', author: 'a', created_utc: start / 1000, title: 'whatsapp' };
      for (const child of [null, 'text', { kind: 't1', data }, { kind: 't3' }, { kind: 't3', data: { ...data, id: '../x' } }, { kind: 't3', data: { ...data, created_utc: 'now' } }, { kind: 't3', data: { ...data, author: 7 } }, { kind: 't3', data: { ...data, title: '' } }]) server.raw(child);
      server.post({ ts: start, text: '[removed]' });
      server.post({ ts: start, text: 'whatsapp', author: '[deleted]' });
      return ['other-kind', 'other-kind', 'other-kind', 'no-id', 'no-id', 'no-time', 'bad-author', 'no-text', 'removed', 'deleted'];
    },
    async retract(post) {
      server.change(fullnames.get(post.id)!, { author: '[deleted]', selftext: '[deleted]' });
    },
    close: server.close,
  };
});

const live = (house: House, server: Reddit, more: object = {}) => rig.live(house, optionsFor(server, more));

test('a post is its title and text, a comment what it answers, a crosspost what it repeats; profiles have no address', async () => {
  const server = await aServer();
  const house = aHouse();
  await live(house, server);
  server.post({ ts: start, title: 'WhatsApp down?', text: 'For me *it* is', more: { author_fullname: 't2_abc', crosspost_parent: 't3_zzz' } });
  server.comment({ ts: start, text: 'WhatsApp works here' });
  server.post({ ts: start, title: 'WhatsApp on my profile', subreddit: 'u_amy_in_plain' });
  await until(() => house.seen().length === 3);
  const found = new Map((await house.mentions()).map((mention) => [mention.text, mention]));
  expect(found.get('WhatsApp down?\nFor me *it* is')).toMatchObject({ repostOf: 't3_zzz', url: expect.stringMatching(/^https:\/\/www\.reddit\.com\/r\/outages\/comments\//) as string });
  expect(found.get('WhatsApp works here')).toMatchObject({ replyTo: 't3_1abcd0' });
  expect(found.get('WhatsApp on my profile')!.url).toBeUndefined();
});

test('that a post was taken back is heard of each that counts, not of the newest alone', async () => {
  const server = await aServer();
  const house = aHouse();
  await live(house, server);
  const posts = Array.from({ length: 250 }, (_, i) => server.post({ ts: start, text: text(i) }));
  await until(() => house.seen().length === 250);
  server.change(posts[3]!, { author: '[deleted]', selftext: '[deleted]' });
  server.change(posts[140]!, { author: '[deleted]', selftext: '[deleted]' });
  await until(async () => {
    const gone = new Set((await house.frames()).flatMap((frame) => frame.deletions.map(({ id }) => id)));
    return gone.has(posts[3]!) && gone.has(posts[140]!);
  });
});

test('the newest known post may be deleted or unlisted: what comes after it is still read', async () => {
  const server = await aServer();
  const house = aHouse();
  await live(house, server);
  const names = [0, 1].map((i) => server.post({ ts: start, text: text(i) }));
  await until(() => house.seen().length === 2);
  for (const name of names) server.unlist(name);
  server.post({ ts: start, text: text(2) });
  await until(() => house.seen().length === 3);
  await house.kill();
  server.post({ ts: start, text: text(3) });
  await live(house, server);
  await until(() => house.seen().length === 4);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(4));
});

test('after a pause it reads back to what it knows; what Reddit no longer lists is a gap with its length', async () => {
  const server = await aServer();
  let now = start;
  const house = aHouse(() => now);
  await live(house, server);
  server.post({ ts: start, text: text(0) });
  await until(() => house.seen().length === 1);
  await house.stop();
  now += 1_600_000;
  for (let i = 1; i <= 1_500; i++) server.post({ ts: start + i * 1_000, text: text(i) });
  await live(house, server);
  await until(() => house.seen().length === 1_001);
  const frames = await house.frames();
  expect(frames.find((frame) => frame.gap !== undefined)?.gap).toEqual({ from: start, to: start + 501_000 });
  expect(frames.some((frame) => frame.state === 'catching-up')).toBe(true);
  expect(frames.flatMap((frame) => frame.mentions).filter((mention) => mention.late !== undefined)).toEqual([]);
});

test('a token that is refused is asked for once more; a client that is refused is told in words that name no secret', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server);
  server.revoke();
  await until(() => server.tokens() === 2);
  server.post({ ts: start, text: text(0) });
  await until(() => house.seen().length === 1);
  expect(source.status().state).toBe('live');
  server.behave(({ path }) => (path === '/api/v1/access_token' ? undefined : { instead: { status: 401 } }));
  await until(() => source.status().state === 'blind');
  expect(source.status().detail).toBe('Reddit refuses a token that it has just given: is the client still approved?');
  const refused = await house.openBeside(definition, optionsFor(server, { clientSecret: 'another-secret' }));
  await until(() => refused.source.status().detail.includes('clientId'));
  expect(refused.source.status().detail).not.toContain('another-secret');
  await refused.source.stop();
  await house.stop();
  await house.bus().close();
  for (const word of [secret, 'another-secret', 'token-1', 'token-2']) expect(house.bytes().includes(word)).toBe(false);
});

test('a quota that is used up is waited for', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server);
  server.quota = { left: 0, resetSeconds: 1 };
  await until(() => source.status().state === 'blind');
  expect(source.status().detail).toBe("the quota of Reddit's API is used up");
  const asked = server.asked.length;
  server.quota = undefined;
  await until(() => source.status().state === 'live');
  expect(server.asked.length).toBeGreaterThan(asked);
});

test('subreddits that are closed or not there are named, and the others are read on', async () => {
  for (const status of [403, 404, 302]) {
    const server = await aServer();
    const house = aHouse();
    server.closed.set('secretive', status);
    const { source } = await live(house, server, { subreddits: ['outages', 'secretive'] });
    expect(source.status().detail).toBe(`reading posts and comments of r/outages; not to be read: r/secretive: ${status === 403 ? 'private, or closed to this client' : 'banned, or not there'}`);
    server.post({ ts: start, text: text(0) });
    await until(() => house.seen().length === 1);
    server.closed.set('outages', 403);
    await until(() => source.status().state === 'blind');
    await until(() => source.status().detail.includes('no subreddit is to be read'));
  }
});

test('storms, cut, endless, huge and silent answers: it is blind and says why, then loses nothing', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server, { deadlineMs: 1_500 });
  let n = 0;
  for (const [unwell, said] of [
    [{ instead: { status: 503 } }, 'answered 503: it is not well itself'],
    [{ instead: { status: 429, headers: { 'retry-after': '0' } } }, 'answered 429: it wants to be asked less often'],
    [{ cutAfter: 50 }, 'the connection failed'],
    [{ endless: true }, 'no whole answer in time'],
    [{ mute: true }, 'no whole answer in time'],
    [{ instead: { body: '<html>' } }, 'answered what is no JSON'],
    [{ instead: { body: '{}' } }, 'answered what is no listing'],
    [{ instead: { body: `"${'x'.repeat(5_000_000)}"` } }, 'it answers with more than 4096 KiB'],
  ] as const) {
    server.behave(() => unwell);
    for (let i = 0; i < 50; i++) server.post({ ts: start, text: text(n++) });
    // on a slow machine what it says first may be that an answer came too late
    await until(() => source.status().state === 'blind' && source.status().detail.replace(/ \(.*\)/, '') === said);
    server.behave(() => ({ gzip: true }));
    await until(() => source.status().state === 'live' && house.seen().length === n);
  }
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(n));
});

test('a stop during a question, or while the log stalls, leaves nothing open', async () => {
  const server = await aServer();
  for (const stalls of [false, true]) {
    const house = aHouse();
    const { source } = await live(house, server);
    const release = stalls ? house.hold() : () => {};
    if (stalls) {
      for (let i = 0; i < 50; i++) server.post({ ts: start, text: text(i) });
      await until(() => source.status().posts === 50);
    } else server.behave(() => ({ mute: true }));
    const asked = server.asked.length;
    if (!stalls) await until(() => server.asked.length > asked);
    const stopping = house.stop();
    await until(() => server.open() === 0);
    release();
    await stopping;
    server.behave(() => undefined);
  }
});

test('doctor: each answer is explained', async () => {
  const server = await aServer();
  const checked = (more: object = {}) => definition.check(optionsFor(server, more), services);
  expect(await checked()).toEqual({ ok: true, detail: 'Reddit lets the client in and lists r/outages' });
  server.closed.set('secretive', 403);
  expect(await checked({ subreddits: ['outages', 'secretive'] })).toEqual({ ok: false, detail: 'Reddit lets the client in, but r/secretive: private, or closed to this client: take these out of `subreddits`' });
  expect((await checked({ clientSecret: 'wrong' })).detail).toContain('look at `clientId` and `clientSecret`');
  expect((await checked({ username: 'amy', password: 'wrong' })).detail).toContain('does not accept `username` and `password`');
  server.behave(() => ({ instead: { status: 429, headers: { 'retry-after': '60' } } }));
  expect((await checked()).detail).toBe('Reddit: asking for a token: answered 429: it wants to be asked less often (again in 60 s)');
  server.behave(() => ({ mute: true }));
  expect((await checked({ deadlineMs: 500 })).detail).toBe('Reddit: asking for a token: no whole answer in time');
});
