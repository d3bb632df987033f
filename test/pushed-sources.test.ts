// `webhook` and `facebook` over real sockets and a real log: whose requests are taken, in which form, and what becomes of
// what tools and strangers send.
import { createHmac } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { sources } from '../ingest/sources/index.ts';
import type { Post } from '../shared/post.ts';
import { serviceSchema } from '../shared/service.ts';
import { sourceContract } from './contracts/source-contract.ts';
import { createHouse, start, until, type House } from './contracts/source-house.ts';

const services = [{ id: 'whatsapp', name: 'WhatsApp' }, { id: 'telegram', name: 'Telegram' }, { id: 'acme', name: 'Acme Pay' }].map((one) => serviceSchema.parse(one));
const secret = 'a secret of the tool, long enough';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

type Answered = { status: number; body: Record<string, unknown> };

async function begin(type: string, options: object): Promise<{ house: House; address: string; send(path: string, body: string, headers?: Record<string, string>): Promise<Answered> }> {
  const house = createHouse(services, () => start);
  closers.push(house.close);
  const definition = sources[type]!;
  const { address } = await house.open(definition, definition.options.parse(options));
  return {
    house, address,
    async send(path, body, headers = {}) {
      const answer = await fetch(`${address}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
  };
}

const hub = (body: string, key = secret): Record<string, string> => ({ 'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}` });
const hook = '/v1/hooks/under-test';

test('a ticket system and a mailbox push their own forms: fields are found where the configuration says', async () => {
  const { house, send } = await begin('webhook', {
    secrets: [secret], signature: 'hub', items: 'tickets', service: 'acme',
    fields: { id: 'ticket.id', text: ['ticket.subject', 'ticket.body'], author: 'requester.email', ts: 'created', lang: 'requester.locale' },
  });
  const body = JSON.stringify({ tickets: [
    { ticket: { id: 7, subject: 'Payment', body: 'nothing works since this morning' }, requester: { email: 'someone@example.org', locale: 'en' }, created: start / 1000 - 1 },
    { ticket: { id: 8, subject: '', body: 'Telegram is down here' }, requester: { email: 'other@example.org' }, created: new Date(start).toUTCString() },
    { ticket: { id: 9 }, requester: {} },
  ] });
  expect(await send(hook, body, hub(body))).toEqual({ status: 202, body: { accepted: 2, dropped: 1, reasons: [{ item: 3, reason: 'no-text' }] } });
  const mentions = await house.mentions();
  expect(mentions.map(({ id, service, text, ts, lang }) => ({ id, service, text, ts, lang }))).toEqual([
    { id: '7', service: 'acme', text: 'Payment\nnothing works since this morning', ts: start - 1_000, lang: 'en' },
    { id: '8', service: 'acme', text: 'Telegram is down here', ts: start, lang: undefined },
    { id: '8', service: 'telegram', text: 'Telegram is down here', ts: start, lang: undefined },
  ]);
  expect(house.bytes().includes('someone@example.org')).toBe(false);
});

test('a body that has nothing where the posts should stand is counted and told, and is no error', async () => {
  const { house, send } = await begin('webhook', { secrets: [secret], signature: 'hub', items: 'tickets' });
  for (const body of ['{"ticket":[{"id":1,"text":"whatsapp"}]}', '{"tickets":null}', 'null']) {
    expect(await send(hook, body, hub(body))).toEqual({ status: 202, body: { accepted: 0, dropped: 1, reasons: [{ item: 0, reason: 'no-items' }] } });
  }
  expect(await send(hook, '{"tickets":[]}', hub('{"tickets":[]}'))).toEqual({ status: 202, body: { accepted: 0, dropped: 0 } });
  expect((await house.opened()).source.status().dropped).toEqual({ 'no-items': 3 });
});

test('a mailbox that posts a form is read like any other', async () => {
  const { house, send } = await begin('webhook', { secrets: [secret], signature: 'bearer', service: 'acme', fields: { id: 'Message-Id', text: ['subject', 'body-plain'], author: 'sender', ts: 'Date' } });
  const form = new URLSearchParams({ 'Message-Id': '<1@example.org>', subject: 'Help', 'body-plain': 'I can not log in', sender: 'a@example.org', Date: 'Sun, 03 May 2026 21:30:00 +0200' });
  const answer = await send(hook, form.toString(), { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${secret}` });
  expect(answer).toEqual({ status: 202, body: { accepted: 1, dropped: 0 } });
  expect((await house.mentions())[0]).toMatchObject({ id: '<1@example.org>', ts: start, service: 'acme', text: 'Help\nI can not log in' });
});

test('only who knows the secret is heard: an unsigned, forged or altered request is refused and counted', async () => {
  const { house, send } = await begin('webhook', { secrets: [secret], signature: 'hub' });
  const body = '{"id":"a","text":"whatsapp is down","author":"x"}';
  expect([
    (await send(hook, body)).status,
    (await send(hook, body, hub(body, 'another secret, as long as ours'))).status,
    (await send(hook, body.replace('down', 'fine'), hub(body))).status,
    (await send(hook, body, { 'x-hub-signature-256': 'sha256=' })).status,
  ]).toEqual([401, 401, 401, 401]);
  expect((await house.opened()).source.status().dropped).toEqual({ 'not-signed': 1, 'bad-signature': 3 });
  expect(await house.mentions()).toEqual([]);
});

test('Standard Webhooks: the library signs, an old or repeated delivery does nothing, either of two secrets holds', async () => {
  const [old, young] = [`whsec_${Buffer.alloc(32, 1).toString('base64')}`, `whsec_${Buffer.alloc(32, 2).toString('base64')}`];
  const { house, send } = await begin('webhook', { secrets: [old, young] });
  const body = '{"text":"whatsapp is down","author":"x"}';
  const headers = (id: string, at: number, key: string) => ({ 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at / 1000)), 'webhook-signature': new Webhook(key).sign(id, new Date(at), body) });
  expect((await send(hook, body, headers('one', start, old))).status).toBe(202);
  expect((await send(hook, body, headers('one', start, old))).status).toBe(202);
  expect((await send(hook, body, headers('two', start - 600_000, young))).status).toBe(401);
  expect((await send(hook, body, headers('three', start, young))).status).toBe(202);
  expect((await house.opened()).source.status().posts).toBe(2);
});

test('a key that every object has is no field, and a body that is no JSON is told so', async () => {
  const { send } = await begin('webhook', { secrets: [secret], signature: 'hub', fields: { text: '__proto__.text' } });
  for (const [body, status] of [['{"text":"whatsapp"}', 202], ['not json', 400], ['[]', 202], ['[null,[],"x"]', 202]] as const) {
    const answer = await send(hook, body, hub(body));
    expect([answer.status, answer.body['accepted'] ?? 0]).toEqual([status, 0]);
  }
});

test('an item without an id that is nested without end is a post like any other, and the same one is known again', async () => {
  const { send, house } = await begin('webhook', { secrets: [secret], signature: 'hub' });
  const deep = `{"text":"whatsapp is down","more":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  for (let i = 0; i < 2; i++) expect((await send(hook, deep, hub(deep))).status).toBe(202);
  const ids = (await house.frames()).flatMap((frame) => frame.mentions.map(({ id }) => id));
  expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
});

const app = { appSecret: 'the secret of the app at Meta', verifyToken: 'our own word', pages: { '111': 'acme' } };
const door = '/v1/facebook/under-test';
const comment = (id: string, message: string, more: object = {}) => ({ field: 'feed', value: { item: 'comment', verb: 'add', comment_id: id, post_id: '111_1', parent_id: '111_1', created_time: start / 1000, message, from: { id: '42', name: 'A Name' }, ...more } });
const delivery = (...changes: object[]) => JSON.stringify({ object: 'page', entry: [{ id: '111', time: start / 1000, changes }] });

test('Facebook: the address is proved by our own word, and by nothing else', async () => {
  const { address } = await begin('facebook', app);
  const ask = async (token: string) => {
    const answer = await fetch(`${address}${door}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${encodeURIComponent(token)}`);
    return [answer.status, await answer.text()];
  };
  expect(await ask(app.verifyToken)).toEqual([200, '1158201444']);
  expect((await ask('a guess'))[0]).toBe(403);
});

test('Facebook: behind a proxy a stranger who floods the address does not keep Meta out', async () => {
  const { send } = await begin('facebook', { ...app, behindProxy: true });
  const from = (caller: string) => ({ 'x-forwarded-for': `198.51.100.200, ${caller}` });
  const junk = async (): Promise<number> => (await send(door, '{}', from('192.0.2.66'))).status;
  while ((await Promise.all(Array.from({ length: 32 }, junk))).at(-1) !== 429);
  const body = delivery(comment('111_1_1', 'does not work at all'));
  expect((await send(door, body, { ...hub(body, app.appSecret), ...from('203.0.113.9') })).status).toBe(200);
  // thousands of requests before that
}, 1_200_000);

test('Facebook: comments of visitors count for the Page\'s service, its own do not, and what is removed is forgotten', async () => {
  const { house, send } = await begin('facebook', app);
  const body = delivery(
    comment('111_1_1', 'does not work at all'),
    comment('111_1_2', 'we are looking into it', { from: { id: '111' } }),
    comment('111_1_1', 'does not work at all!!', { verb: 'edited' }),
    { field: 'feed', value: { item: 'reaction', verb: 'add' } },
    comment('111_1_1', '', { verb: 'remove', message: undefined }),
    comment('111_1_3', 'dated between two moments', { created_time: -1 }),
    'garbage' as never,
  );
  expect(await send(door, body, hub(body, app.appSecret))).toEqual({ status: 200, body: { ok: true } });
  expect((await send(door, body, hub(body, 'not the secret of the app'))).status).toBe(401);
  const frames = await house.frames();
  const mentions = frames.flatMap((frame) => frame.mentions);
  expect(mentions.map(({ service, text, by }) => [service, text, by])).toEqual([['acme', 'does not work at all', 'field']]);
  expect(frames.flatMap((frame) => frame.deletions).map(({ id }) => id)).toContain(mentions[0]!.id);
  expect((await house.opened()).source.status().dropped).toMatchObject({ 'own-page': 1, edited: 1, 'not-a-comment': 1, 'change-bad-shape': 2, 'bad-signature': 1 });
});

async function pushed(path: string, { address }: { address: string }, body: string, headers: Record<string, string>): Promise<void> {
  for (;;) {
    const answer = await fetch(`${address}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    await answer.text();
    if (answer.status !== 503) return;
  }
}
const byText = (of: { text: string }) => of.text;
const batches = (posts: readonly Post[], size: number) => Array.from({ length: Math.ceil(posts.length / size) }, (_, i) => posts.slice(i * size, (i + 1) * size));

sourceContract('webhook', { replays: false, told: true, retracts: false }, services, () => start, async () => ({
  definition: sources['webhook']!, options: sources['webhook']!.options.parse({ secrets: [secret], signature: 'hub', requestsPerMinute: 1_000_000 }),
  carries: (posts) => posts, known: byText, told: 'after',
  async tell(posts, opened) {
    await Promise.all(batches(posts, 500).map((batch) => {
      const body = JSON.stringify(batch);
      return pushed(hook, opened, body, hub(body));
    }));
  },
  async tellBad(opened) {
    const body = '[1,{"id":"a"},{"id":"b","text":"x","ts":"yesterday"},{"text":" "},{"text":"x","ts":true}]';
    await pushed(hook, opened, body, hub(body));
    return ['not-an-object', 'no-text', 'bad-ts', 'no-text', 'bad-ts'];
  },
  close: async () => {},
}));

sourceContract('facebook', { replays: false, told: true, retracts: true }, services, () => start, async () => ({
  definition: sources['facebook']!, options: sources['facebook']!.options.parse({ ...app, pages: {} }),
  carries: (posts) => posts, known: byText, told: 'after',
  async tell(posts, opened) {
    await Promise.all(batches(posts, 500).map((batch) => {
      const body = delivery(...batch.map((post) => comment(post.id, post.text, { from: { id: post.author }, created_time: post.ts / 1000 })));
      return pushed(door, opened, body, hub(body, app.appSecret));
    }));
  },
  async tellBad(opened) {
    const body = delivery({ field: 'feed' }, comment('a', 'x', { from: undefined }), comment('b', ' '), comment('c', 'x', { comment_id: undefined }), { field: 'rating', value: { item: 'rating', verb: 'add' } });
    await pushed(door, opened, body, hub(body, app.appSecret));
    return ['change-bad-shape', 'no-author', 'no-text', 'no-id', 'not-a-comment'];
  },
  async retract(post, opened) {
    const body = delivery(comment(post.id, '', { verb: 'remove' }));
    await pushed(door, opened, body, hub(body, app.appSecret));
  },
  close: async () => {},
}));

test('what is pushed while the log stalls is sent away, not lost: the tool is told to try again', async () => {
  const { house, send } = await begin('webhook', { secrets: [secret], signature: 'hub' });
  const release = house.hold();
  const body = '{"id":"a","text":"whatsapp is down","author":"x"}';
  const first = await send(hook, body, hub(body));
  expect(first.status).toBe(503);
  release();
  await until(async () => (await send(hook, body, hub(body))).status === 202);
  expect(new Set((await house.mentions()).map(({ id }) => id))).toEqual(new Set(['a']));
});
