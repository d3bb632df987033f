// `http` over a real socket and a real log: what it promises, whom it refuses, and what strangers throw at it.
import { request } from 'node:http';
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { sources } from '../ingest/sources/index.ts';
import { serviceSchema } from '../shared/service.ts';
import { expectOnceEach } from './contracts/source-contract.ts';
import { createHouse, start, until, type House } from './contracts/source-house.ts';

const services = [{ id: 'whatsapp', name: 'WhatsApp' }].map((one) => serviceSchema.parse(one));
const http = sources['http']!;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

async function begin(options: object = {}): Promise<{ house: House; address: string; send(path: string, body: unknown, headers?: Record<string, string>, method?: string): Promise<Answered> }> {
  const house = createHouse(services, () => start);
  closers.push(house.close);
  const { address } = await house.open(http, http.options.parse(options));
  return {
    house, address,
    async send(path, body, headers = {}, method = 'POST') {
      const sent: RequestInit = { method, headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) };
      const answer = await fetch(`${address}${path}`, sent);
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, headers: answer.headers };
    },
  };
}

/** A request with headers that fetch does not let one set. */
function raw(address: string, path: string, headers: Record<string, string>, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${address}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

test('202 is given once the post is in the log, and not before', async () => {
  const { house, send } = await begin();
  const release = house.hold();
  let answered = false;
  const sending = send('/v1/posts', { id: 'a', text: 'whatsapp is down', author: 'someone' }).then((answer) => {
    answered = true;
    return answer;
  });
  await until(async () => (await fetch((await house.opened()).address)).status === 404);
  expect(answered).toBe(false);
  release();
  const { status, body } = await sending;
  expect({ status, body }).toEqual({ status: 202, body: { id: 'a', accepted: 1 } });
  expect((await house.mentions()).map(({ id, ts }) => [id, ts])).toEqual([['a', start]]);
});

test('good posts of a batch are taken, bad ones are told line by line', async () => {
  const { house, send } = await begin();
  const lines = ['{"id":"a","text":"whatsapp down"}', 'nonsense', '', '{"text":7}', '{"text":"whatsapp gone"}', '{"id":"f","text":"whatsapp","ts":"2099-01-01T00:00:00Z"}'].join('\n');
  const { status, body } = await send('/v1/posts', lines, { 'content-type': 'application/x-ndjson' });
  expect(status).toBe(400);
  expect(body).toMatchObject({ accepted: 2, refused: 3, errors: [{ line: 2, reason: 'not-json' }, { line: 4, reason: 'no-text' }, { line: 6, reason: 'future' }] });
  const array = await send('/v1/posts', [{ id: 'x', text: 'whatsapp' }, { id: 'y', text: 'nothing named' }]);
  expect(array).toMatchObject({ status: 202, body: { accepted: 2, ids: ['x', 'y'] } });
  expect((await house.mentions()).map(({ text }) => text)).toEqual(['whatsapp down', 'whatsapp gone', 'whatsapp']);
});

test('the same Idempotency-Key gets the same answer and is taken once, also when both come at the same time', async () => {
  const { house, send } = await begin();
  const post = { text: 'whatsapp is down', author: 'a' };
  const key = { 'idempotency-key': 'first' };
  const both = await Promise.all([send('/v1/posts', post, key), send('/v1/posts', post, key)]);
  const later = await send('/v1/posts', post, key);
  expect(both.map(({ status }) => status)).toEqual([202, 202]);
  expect([both[1].body, later.body]).toEqual([both[0].body, both[0].body]);
  expect(both[0].body['id']).toMatch(/^http-[\w-]{16}$/);
  const other = await send('/v1/posts', post, { 'idempotency-key': 'second' });
  expect(other.body['id']).not.toBe(both[0].body['id']);
  expect(await house.mentions()).toHaveLength(2);
});

test('a second report of the same person is kept under the same author, so that it counts once', async () => {
  const { house, send } = await begin();
  const first = await send('/v1/reports', { service: 'whatsapp', kind: 'login', region: 'de' });
  const second = await send('/v1/reports', { service: 'whatsapp', kind: 'login', note: 'no code comes' });
  const third = await send('/v1/reports', { service: 'whatsapp' });
  expect([first.status, second.status, third.status]).toEqual([202, 202, 202]);
  const mentions = await house.mentions();
  expect(mentions.map(({ text, by, region, ordinary }) => ({ text, by, region, ordinary }))).toEqual([
    { text: 'login', by: 'button', region: 'DE', ordinary: false },
    { text: 'no code comes', by: 'button', region: undefined, ordinary: false },
    { text: '', by: 'button', region: undefined, ordinary: false },
  ]);
  expect(new Set(mentions.map(({ author }) => author)).size).toBe(1);
  expect(new Set(mentions.map(({ id }) => id)).size).toBe(3);
  await house.stop();
  await house.bus().close();
  expect(house.bytes().includes('127.0.0')).toBe(false);
});

test('people behind a proxy are told apart by the address that it adds, and only when the options say so', async () => {
  const report = { service: 'whatsapp', kind: 'down' };
  const from = (address: string) => ({ 'x-forwarded-for': `10.1.1.1, ${address}` });
  const trusting = await begin({ behindProxy: true });
  for (const address of ['198.51.100.7', '198.51.100.8', '203.0.113.9', '2001:db8:1:2::1', '2001:db8:1:3::1']) await trusting.send('/v1/reports', report, from(address));
  expect(new Set((await trusting.house.mentions()).map(({ author }) => author)).size).toBe(3);
  const plain = await begin();
  for (const address of ['198.51.100.7', '203.0.113.9']) await plain.send('/v1/reports', report, from(address));
  expect(new Set((await plain.house.mentions()).map(({ author }) => author)).size).toBe(1);
});

test('a report that is none is refused in words, one of an unknown service with 404', async () => {
  const { house, send } = await begin();
  const answers = await Promise.all([
    send('/v1/reports', { service: 'nowhere' }), send('/v1/reports', {}), send('/v1/reports', 'x'), send('/v1/reports', { service: 'whatsapp', kind: 'sad' }),
    send('/v1/reports', { service: 'whatsapp', note: 'n'.repeat(281) }), send('/v1/reports', { service: 'whatsapp', region: '<b>' }), send('/v1/reports', { service: '<script>' }), send('/v1/reports', { service: 'anti-whatsapp' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 400, 400, 400, 400, 400, 400, 404]);
  expect(answers.every(({ body }) => typeof body['error'] === 'string')).toBe(true);
  expect(await house.mentions()).toEqual([]);
});

test('without a token only this machine may post: no proxy, no foreign name, no other site', async () => {
  const { house, address } = await begin();
  const body = '{"text":"whatsapp"}';
  expect(await raw(address, '/v1/posts', {}, body)).toBe(202);
  expect(await raw(address, '/v1/posts', { 'x-forwarded-for': '127.0.0.1' }, body)).toBe(403);
  expect(await raw(address, '/v1/posts', { host: 'rebound.example.com' }, body)).toBe(403);
  expect(await raw(address, '/v1/posts', { 'sec-fetch-site': 'cross-site' }, body)).toBe(403);
  expect(await raw(address, '/v1/reports', { 'sec-fetch-site': 'cross-site' }, '{"service":"whatsapp"}')).toBe(403);
  expect(await raw(address, '/v1/reports', { 'sec-fetch-site': 'same-origin' }, '{"service":"whatsapp"}')).toBe(202);
  expect(await house.mentions()).toHaveLength(2);
});

test('with a token, it and nothing else opens /v1/posts', async () => {
  const token = 'a-token-of-some-length';
  const { send } = await begin({ token });
  const post = { text: 'whatsapp' };
  const refused = await send('/v1/posts', post);
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect((await send('/v1/posts', post, { authorization: `Bearer ${token}x` })).status).toBe(401);
  expect((await send('/v1/posts', post, { authorization: `Bearer ${token}`, 'x-forwarded-for': '198.51.100.1' })).status).toBe(202);
  expect((await send('/v1/posts?id=a', '{}', {}, 'DELETE')).status).toBe(401);
});

test('what is too large, of another type or at another address is refused, and the next is taken', async () => {
  const { send } = await begin();
  const big = JSON.stringify({ text: `whatsapp ${'x'.repeat(1 << 20)}` });
  expect((await send('/v1/posts', big)).status).toBe(413);
  expect((await send('/v1/reports', { service: 'whatsapp', note: 'x'.repeat(5_000) })).status).toBe(413);
  expect(await send('/v1/posts', 'text', { 'content-type': 'text/plain' })).toMatchObject({ status: 415, body: { error: 'send the body as application/json or application/x-ndjson or application/ndjson' } });
  expect((await send('/v1/reports', '{}', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
  expect((await send('/v1/posts', { text: 'whatsapp' })).status).toBe(202);
});

test('too many requests of one block are answered 429 with the seconds to wait', async () => {
  const { send } = await begin({ reportsPerHour: 3, requestsPerMinute: 2 });
  const report = { service: 'whatsapp' };
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) statuses.push((await send('/v1/reports', report)).status);
  expect(statuses).toEqual([202, 202, 202, 429, 429]);
  const { headers } = await send('/v1/reports', report);
  // the clock stands at half past the hour
  expect(headers.get('retry-after')).toBe('1800');
  const posts = await Promise.all([1, 2, 3].map((i) => send('/v1/posts', { text: `whatsapp ${i}` })));
  expect(posts.map(({ status }) => status).sort()).toEqual([202, 202, 429]);
});

test('while the log refuses, the answer is 503 with a time to come again, and the retry is taken', async () => {
  const { house, send } = await begin();
  const release = house.hold();
  const key = { 'idempotency-key': 'k' };
  const refused = await send('/v1/posts', { text: 'whatsapp is down' }, key);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  release();
  const taken = await send('/v1/posts', { text: 'whatsapp is down' }, key);
  expect(taken.status).toBe(202);
  // both went into the log under one id, by which its readers drop the second
  expect(new Set((await house.mentions()).map(({ id }) => id))).toEqual(new Set([taken.body['id']]));
});

test('a second source on the same addresses is blind and says why; the options part them', async () => {
  const { house } = await begin({ posts: false });
  expect((await house.opened()).source.status()).toMatchObject({ state: 'live', detail: 'takes reports' });
  const { source } = await house.openBeside(http, http.options.parse({}));
  expect(source.status()).toMatchObject({ state: 'blind', detail: expect.stringContaining("can't add its addresses") as string });
  await source.stop();
});

test('whatever is thrown at it is answered as JSON and never as our fault', async () => {
  const { house, address, send } = await begin({ requestsPerMinute: 1_000_000, reportsPerHour: 1_000_000 });
  const type = fc.constantFrom('application/json', 'application/x-ndjson', 'text/html', 'application/json; charset=utf-16', '');
  const body = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.object().map((one) => JSON.stringify(one)), fc.record({ id: fc.anything(), ts: fc.anything(), text: fc.anything(), author: fc.anything(), service: fc.anything() }).map((one) => {
    try {
      return JSON.stringify(one);
    } catch {
      return '{';
    }
  }), fc.constant('['.repeat(50_000)));
  await fc.assert(fc.asyncProperty(fc.constantFrom('/v1/posts', '/v1/reports', '/v1/posts?id=%00'), type, body, fc.string(), async (path, contentType, text, key) => {
    const answer = await fetch(`${address}${path}`, { method: 'POST', headers: { 'content-type': contentType, 'idempotency-key': encodeURIComponent(key) }, body: text });
    const said: unknown = await answer.json();
    expect([202, 400, 404, 413, 415]).toContain(answer.status);
    expect(typeof said).toBe('object');
  }), { numRuns: 500, seed: 1 });
  expect((await send('/v1/posts', { id: 'last', text: 'whatsapp is still down' })).status).toBe(202);
  await until(() => house.seen().some(({ id }) => id === 'last'));
  expectOnceEach((await house.mentions()).filter(({ id }) => id === 'last').map(({ id }) => id), ['last']);
});
