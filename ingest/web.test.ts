import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { createWeb, retryAfterMs, type Web } from './web.ts';
import { redirectTarget } from './web-guard.ts';

const now = Date.UTC(2026, 0, 1);
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(answer: RequestListener, clock = () => now): Promise<{ url: string; web: Web; server: Server }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const web = createWeb({ userAgent: 'a test', clock });
  closers.push(() => web.close(), async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, web, server };
}
// no deadline that a process which stood still could miss: the first question also waits for the client to be loaded
const limits = { maxBytes: 1_000, deadlineMs: 600_000 };

test('a body comes unpacked, and the next question asks for news only', async () => {
  const asked: (string | undefined)[] = [];
  const { url, web } = await serve((request, response) => {
    asked.push(request.headers['if-none-match']);
    if (request.headers['if-none-match'] === '"one"') return void response.writeHead(304).end();
    response.writeHead(200, { etag: '"one"', 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'));
  });
  const first = await web.ask({ url, ...limits, onlyNews: true });
  expect(first.kind === 'body' && new TextDecoder().decode(first.bytes)).toBe('{"a":1}');
  expect((await web.ask({ url, ...limits, onlyNews: true })).kind).toBe('unchanged');
  expect((await web.ask({ url, ...limits })).kind).toBe('body');
  expect(asked).toEqual([undefined, '"one"', undefined]);
});

test('a refusal tells its status and how long to stay away', async () => {
  const { url, web } = await serve((_request, response) => void response.writeHead(429, { 'retry-after': '7' }).end('slow down'));
  expect(await web.ask({ url, ...limits })).toMatchObject({ kind: 'refused', status: 429, retryAfterMs: 7_000 });
});

test('more than may be read is not read, packed or not', async () => {
  const { url, web } = await serve((request, response) => {
    if (request.url === '/packed') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(2_000_000)));
    else response.end('x'.repeat(1_001));
  });
  expect(await web.ask({ url, ...limits })).toMatchObject({ kind: 'failed', why: expect.stringContaining('more than') });
  expect(await web.ask({ url: `${url}packed`, ...limits })).toMatchObject({ kind: 'failed', why: expect.stringContaining('more than') });
});

test('a server that never answers, or nobody at all, is a reason without the address', async () => {
  const { url, web } = await serve(() => {});
  const silent = await web.ask({ url: `${url}?token=secret`, ...limits, deadlineMs: 50 });
  expect(silent).toEqual({ kind: 'failed', why: 'no whole answer in time' });
  // a port that nobody is ever given, unlike one that was free a moment ago
  expect(await web.ask({ url: 'http://127.0.0.1:2/?token=secret', ...limits })).toEqual({ kind: 'failed', why: 'nothing listens there' });
});

test('a body that was of no use is asked for whole again, not taken for known', async () => {
  const { url, web } = await serve((request, response) => {
    if (request.headers['if-none-match'] === '"maintenance"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"maintenance"' }).end('<html>');
  });
  const kinds: string[] = [];
  for (let i = 0; i < 3; i++) {
    kinds.push((await web.ask({ url, ...limits, onlyNews: true })).kind);
    if (i === 1) web.forget(url);
  }
  expect(kinds).toEqual(['body', 'unchanged', 'body']);
});

test('a redirect is followed, but not for ever, not out of https and not into a house that we were not in', async () => {
  const seen: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    seen.push(request.headers['x-token'] as string | undefined);
    response.end('there');
  });
  const { url, web } = await serve((request, response) => {
    seen.push(request.headers['x-token'] as string | undefined);
    const targets: Readonly<Record<string, string>> = { '/once': '/end', '/away': other.url, '/round': '/round', '/scheme': 'ftp://127.0.0.1/', '/nowhere': 'http://[' };
    const location = targets[request.url ?? ''];
    if (location === undefined) response.end('here');
    else response.writeHead(302, { location }).end();
  });
  const ask = async (path: string) => {
    const answer = await web.ask({ url: `${url}${path}`, ...limits, headers: { 'x-token': 'secret' } });
    return answer.kind === 'body' ? new TextDecoder().decode(answer.bytes) : answer.kind === 'failed' ? answer.why : answer.kind;
  };
  expect([await ask('once'), await ask('away')]).toEqual(['here', 'there']);
  expect(seen).toEqual(['secret', 'secret', 'secret', undefined]);
  expect([await ask('round'), await ask('scheme'), await ask('nowhere')]).toEqual(['it sends us on and on', 'it sends us out of https', 'it sends us nowhere']);
});

test('a page outside may not send us inside, nor one inside be kept from its neighbours', () => {
  const inside = ['http://localhost/', 'https://127.0.0.1/', 'https://10.1.2.3/', 'https://192.168.0.1/', 'https://169.254.169.254/latest', 'https://172.20.0.1/', 'https://[::1]/', 'https://[fd00::1]/', 'https://db.internal/', 'https://0x7f000001/',
    'https://localhost./', 'https://metadata.google.internal./', 'https://redis:6379/', 'https://198.18.0.1/', 'https://224.0.0.1/', 'https://[::ffff:10.0.0.1]/', 'https://[64:ff9b::a00:1]/', 'https://[fe80::1]/'];
  for (const url of inside) expect(redirectTarget('http://status.example.com/', url)).toEqual({ why: 'it sends us to a private address' });
  expect(redirectTarget('https://10.0.0.1/', 'https://10.0.0.2/x')).toEqual({ url: 'https://10.0.0.2/x' });
  expect(redirectTarget('https://a.example/', 'https://10.example.com./')).toEqual({ url: 'https://10.example.com./' });
  expect(redirectTarget('https://a.example/', 'http://a.example/')).toEqual({ why: 'it sends us out of https' });
  expect(redirectTarget('https://a.example/x', '//b.example/y')).toEqual({ url: 'https://b.example/y' });
});

test('a name that leads inside is inside: nobody outside may send us there, and who is inside may', async () => {
  const { server } = await serve((request, response) => {
    const location = { '/away': `http://other.example:${port}/secret`, '/home': '/there' }[request.url ?? ''];
    if (location === undefined) response.end(request.url);
    else response.writeHead(302, { location }).end();
  });
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string, houses: Readonly<Record<string, string>>) => {
    const asked: string[] = [];
    // every name leads to this machine; what a name says when it is looked up for a judgement is another matter
    const web = createWeb({
      userAgent: 'a test', clock: () => now,
      resolve: async (host) => (asked.push(host), [{ address: houses[host] === 'outside' && asked.filter((one) => one === host).length > 1 ? '203.0.113.7' : '127.0.0.1', family: 4 }]),
    });
    closers.push(() => web.close());
    const answer = await web.ask({ url: `http://status.example:${port}${path}`, ...limits });
    return answer.kind === 'body' ? new TextDecoder().decode(answer.bytes) : answer.kind === 'failed' ? answer.why : answer.kind;
  };
  expect(await ask('/home', {})).toBe('/there');
  expect(await ask('/away', { 'status.example': 'outside' })).toBe('it sends us to a private address');
  expect(await ask('/away', {})).toBe('/secret');
});

test('a redirect is a refusal for who wants to stay', async () => {
  const { url, web } = await serve((_request, response) => void response.writeHead(302, { location: '/other' }).end());
  expect(await web.ask({ url, ...limits, stay: true })).toMatchObject({ kind: 'refused', status: 302 });
});

test('how far our clock is from the server\'s is known, where it says so and the answer is no copy', async () => {
  let age: Record<string, string> = {};
  const { url, web } = await serve((_request, response) => void response.writeHead(200, { date: new Date(now - 3_600_000).toUTCString(), ...age }).end());
  await web.ask({ url, ...limits });
  expect(web.clockAheadMs()).toBe(3_600_000);
  age = { age: '60' };
  await web.ask({ url, ...limits });
  expect(web.clockAheadMs()).toBe(0);
});

test('a clock that leaps between question and answer is not held against the server', async () => {
  for (const leapMs of [9 * 3_600_000, -9 * 3_600_000]) {
    let clock = now;
    let told = now;
    const { url, web } = await serve((_request, response) => {
      clock += leapMs;
      response.writeHead(200, { date: new Date(told).toUTCString() }).end();
    }, () => clock);
    for (told of [now, now + leapMs]) {
      clock = now;
      await web.ask({ url, ...limits });
      expect(web.clockAheadMs()).toBe(0);
    }
    told = now + 2 * leapMs;
    clock = now;
    await web.ask({ url, ...limits });
    expect(web.clockAheadMs()).toBe(-leapMs);
  }
});

test('closing ends what is under way', async () => {
  const { url, web } = await serve(() => void web.close());
  expect(await web.ask({ url, ...limits })).toEqual({ kind: 'failed', why: 'stopped' });
});

test('Retry-After is seconds or a date, and nothing else', () => {
  expect([retryAfterMs('120', now), retryAfterMs('Thu, 01 Jan 2026 00:00:30 GMT', now), retryAfterMs('soon', now), retryAfterMs(null, now), retryAfterMs('999999999', now)]).toEqual([120_000, 30_000, undefined, undefined, 86_400_000]);
});
