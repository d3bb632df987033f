// `telegram` against a Bot API on a real socket, well and unwell.
import { expect, test } from 'vitest';
import type { SourceDefinition } from '../ingest/source.ts';
import telegram from '../ingest/sources/telegram.ts';
import { createPolledRig, services, text, texts } from './contracts/polled-rig.ts';
import { expectOnceEach, sourceContract } from './contracts/source-contract.ts';
import { start, until, type House } from './contracts/source-house.ts';
import { group, openTelegram, type Telegram } from './fakes/telegram.ts';

const definition = telegram as unknown as SourceDefinition;
const rig = createPolledRig(definition, openTelegram);
const { aServer, aHouse } = rig;
const optionsFor = (server: Telegram, more: object = {}) => ({ ...telegram.options.parse({ token: server.token, apiUrl: server.url }), holdMs: 0, ...more });
const idOf = (author: string): number => 1_000_000_000 + [...author].reduce((sum, one) => (sum * 31 + one.charCodeAt(0)) % 900_000_000, 0);

sourceContract('telegram', { replays: true, told: true, retracts: false, polls: true }, services, () => start + 60_000, async () => {
  const server = await openTelegram();
  return {
    definition, options: optionsFor(server), told: 'after',
    carries: (posts) => posts.map((post) => ({ ...post, ts: Math.floor(post.ts / 1000) * 1000, author: String(idOf(post.author)) })), known: (of) => of.text,
    async tell(posts, { source }) {
      await until(() => ['live', 'closed'].includes(source.status().state));
      for (const { ts, text, author } of posts) server.write({ ts, text, from: idOf(author) });
    },
    async tellBad() {
      server.raw('text');
      server.raw({ message: {} });
      for (const more of [{ chat: { id: 5, type: 'private' } }, { from: { id: 9, is_bot: true } }, { from: undefined }, { date: 'now' }, { text: undefined }, { chat: undefined }]) server.write({ ts: start, text: 'whatsapp', more });
      server.write({ ts: start, text: 'whatsapp is up', kind: 'edited_message' });
      server.write({ ts: start, text: 'whatsapp is up', kind: 'poll' });
      return ['no-id', 'no-id', 'private-chat', 'bot', 'bad-author', 'no-time', 'no-text', 'other-kind', 'edited', 'other-kind'];
    },
    close: server.close,
  };
});

const live = (house: House, server: Telegram, more: object = {}) => rig.live(house, optionsFor(server, more));

test('a first start reads nothing of what waited before; later a message knows what it answers and forwards', async () => {
  const server = await aServer();
  for (let i = 0; i < 5; i++) server.write({ ts: start, text: `whatsapp was down ${i}` });
  const house = aHouse();
  const { source } = await live(house, server);
  server.write({ ts: start, text: undefined, more: { caption: text(0), reply_to_message: { message_id: 3 }, forward_origin: { type: 'channel', chat: { id: -100_5 }, message_id: 8 }, chat: { id: group, type: 'supergroup', username: 'support_group' } } });
  await until(() => house.seen().length === 1);
  expect((await house.mentions())[0]).toMatchObject({ text: text(0), replyTo: `tg-${group}-3`, repostOf: 'tg--1005-8', url: 'https://t.me/support_group/6' });
  expect(source.status().posts).toBe(1);
});

test('only chats that are wanted are heard', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server, { chats: [group] });
  server.write({ ts: start, text: 'whatsapp elsewhere', more: { chat: { id: -7, type: 'group' } } });
  server.write({ ts: start, text: text(0) });
  await until(() => house.seen().length === 1);
  expect(source.status().dropped).toEqual({ 'other-chat': 1 });
});

test('the server is told that something was read only once it is durable', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server);
  const release = house.hold();
  for (let i = 0; i < 30; i++) server.write({ ts: start, text: text(i) });
  await until(() => source.status().posts === 30);
  const asked = server.asked.length;
  const stopping = house.stop();
  await until(() => server.open() === 0);
  expect([server.asked.length, server.waiting()]).toEqual([asked, 30]);
  release();
  await stopping;
});

test('while the server holds the question it is live, and a stop does not wait for the answer', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server, { holdMs: 50_000 });
  server.behave(() => ({ mute: true }));
  await until(() => server.asked.some(({ body }) => body.includes('timeout=50')));
  expect(source.status().state).toBe('live');
  await house.stop();
  await until(() => server.open() === 0);
});

test('after a quiet week updates are numbered anew, and are heard all the same', async () => {
  const server = await aServer();
  let now = start;
  const house = aHouse(() => now);
  const { source } = await live(house, server);
  server.write({ ts: start, text: text(0) });
  await until(() => house.seen().length === 1 && server.waiting() === 0);
  now += 7 * 24 * 3_600_000;
  await until(() => server.asked.at(-1)!.body.includes('offset=0&'));
  server.renumber(10);
  server.write({ ts: now, text: text(1) });
  server.write({ ts: now, text: text(2) });
  await until(() => house.seen().length === 3);
  expect(source.status().posts).toBe(3);
});

test('a server that numbers lower than it is asked for is heard, and one that tells the same for ever is asked at our own pace', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server);
  server.write({ ts: start, text: text(0) });
  await until(() => house.seen().length === 1 && server.waiting() === 0);
  server.renumber(6);
  server.forgets = false;
  server.write({ ts: start, text: text(1) });
  await until(() => source.status().posts >= 2);
  const before = server.asked.length;
  await until(() => source.status().posts >= 3);
  expect(server.asked.length - before).toBeLessThanOrEqual(2);
  await until(() => house.seen().length >= 2);
  expect([...new Set(house.seen().map((mention) => mention.text))]).toEqual(texts(2));
});

test('messages that are together too long for one answer are asked for a few at a time', async () => {
  const server = await aServer();
  const house = aHouse();
  await live(house, server);
  for (let i = 0; i < 90; i++) server.write({ ts: start, text: text(i), more: { reply_to_message: { message_id: 3, text: 'x'.repeat(80_000) } } });
  await until(() => house.seen().length === 90);
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(90));
});

test('more than a day away is a gap', async () => {
  const server = await aServer();
  let now = start;
  const house = aHouse(() => now);
  await live(house, server);
  await house.stop();
  now += 30 * 3_600_000;
  await live(house, server);
  await until(async () => (await house.frames()).some((frame) => frame.gap !== undefined));
  expect((await house.frames()).find((frame) => frame.gap !== undefined)!.gap).toEqual({ from: start, to: start + 6 * 3_600_000 });
});

test('storms, cut and silent answers: it is blind, says why without its token, and loses nothing', async () => {
  const server = await aServer();
  const house = aHouse();
  const { source } = await live(house, server, { deadlineMs: 1_500 });
  let n = 0;
  for (const [unwell, why] of [
    [{ instead: { status: 502 } }, 'answered 502: it is not well itself'],
    [{ instead: { status: 429, body: '{"ok":false,"error_code":429,"parameters":{"retry_after":1}}' } }, 'answered 429: it wants to be asked less often'],
    [{ cutAfter: 20 }, 'the connection failed'], [{ mute: true }, 'no whole answer in time'], [{ instead: { body: '<html>' } }, 'answered what is no answer of the Bot API'],
    [{ instead: { status: 409 } }, 'answered 409: someone else asks with this token, or a webhook is set for the bot'],
    [{ instead: { status: 401 } }, 'answered 401: it does not know this token: get one from @BotFather'],
  ] as const) {
    server.behave(() => unwell);
    for (let i = 0; i < 10; i++) server.write({ ts: start, text: text(n++) });
    // a question that this process was too slow for says otherwise, until the next
    await until(() => source.status().state === 'blind' && source.status().detail.replace(/ \(.*\)/, '') === why);
    server.behave(() => undefined);
    await until(() => source.status().state === 'live' && house.seen().length === n);
  }
  expectOnceEach((await house.mentions()).map((mention) => mention.text), texts(n));
  await house.stop();
  await house.bus().close();
  expect(house.bytes().includes(server.token.slice(7))).toBe(false);
});

test('doctor: each answer is explained', async () => {
  const server = await aServer();
  const checked = (more: object = {}) => definition.check(optionsFor(server, { deadlineMs: 120_000, ...more }), services);
  expect(await checked({ chats: [group] })).toEqual({ ok: true, detail: 'Telegram knows the bot, and it hears all messages of its groups' });
  expect((await checked({ chats: [group, -5] })).detail).toContain('it is no member of chat -5');
  expect((await checked({ token: `1234567:${'B'.repeat(35)}` })).detail).toContain('get one from @BotFather');
  server.webhook = 'https://example.org/hook';
  expect(await checked()).toMatchObject({ ok: false, detail: expect.stringContaining('deleteWebhook') as string });
  server.behave(() => ({ mute: true }));
  expect((await checked({ deadlineMs: 500 })).detail).toBe('Telegram: no whole answer in time');
});
