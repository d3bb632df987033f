// Generated bad requests against a running Outcry over real sockets, and what people are shown of bad posts: the process
// stays up in a small heap, each whole request is answered, and strangers' words stay words on every way out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { startOutcry, type Child } from './child.ts';
import { openRaw } from './fakes/raw-http.ts';
import { openReceiver } from './fakes/receiver.ts';
import { openSlack } from './fakes/slack.ts';
import { attacks, hostilePost, hostileValue } from './generators/hostile-bytes.ts';
import { outageFile } from './generators/outage-lines.ts';

const closing = new Set<() => Promise<unknown>>();
afterEach(async () => {
  for (const close of [...closing].toReversed()) await close();
  closing.clear();
});

function folder(config: unknown): string {
  const place = mkdtempSync(join(tmpdir(), 'outcry-hostile-'));
  closing.add(async () => rmSync(place, { recursive: true, force: true }));
  writeFileSync(join(place, 'outcry.yaml'), JSON.stringify(config));
  return place;
}

async function start(place: string, env: NodeJS.ProcessEnv = {}): Promise<{ child: Child; url: string }> {
  const child = startOutcry(['run'], { cwd: place, env });
  closing.add(async () => {
    child.process.kill('SIGKILL');
    await child.ended;
  });
  const url = (await child.line(/^Board: (\S+)/m))[1]!;
  return { child, url };
}

async function metric(url: string, pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${pattern.source} (\\S+)$`, 'm').exec(text)?.[1]);
}

const paths = ['/', '/v1/reports', '/v1/posts?id=x', '/api/about', '/api/services', '/api/services/whatsapp', '/api/services/__proto__', '/api/incidents/constructor', '/api/incidents?service=%00', '/api/incidents/x/evidence?offset=-1', '/api/deliveries?state=%3Cscript%3E', '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/%2e%2e/etc/passwd', '/s/%ff%fe', '/i/%', '/healthz', '/readyz', '/nosuch', '//', '/%00', '/a'.repeat(400)];
const headerNames = ['content-type', 'accept', 'cookie', 'x-forwarded-for', 'forwarded', 'authorization', 'if-none-match', 'last-event-id', 'sec-fetch-site', 'origin', 'user-agent', 'range', '__proto__', 'constructor', 'x-strange'];
const headerValue = fc.oneof(
  fc.constantFrom('application/json', 'application/x-ndjson', 'application/json; charset=utf-7', 'text/html', '*', 'Bearer x', '127.0.0.1', 'same-origin', 'cross-site', 'bytes=0-99999999999', '"etag"', '${jndi:ldap://example.com}'),
  fc.string({ unit: fc.integer({ min: 0x21, max: 0xff }).filter((code) => code < 0x7f || code > 0x9f).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 80 }),
);
/** In one body. */
const mostPosts = 4;
const body = fc.oneof(
  { weight: 4, arbitrary: fc.array(hostilePost, { maxLength: mostPosts }).map((posts) => Buffer.from(JSON.stringify(posts))) },
  { weight: 2, arbitrary: hostilePost.map((post) => Buffer.from(JSON.stringify(post))) },
  { weight: 2, arbitrary: fc.array(hostilePost, { maxLength: mostPosts }).map((posts) => Buffer.from(posts.map((post) => JSON.stringify(post)).join('\n'))) },
  { weight: 1, arbitrary: fc.record({ service: fc.oneof(fc.constant('whatsapp'), hostileValue), kind: fc.oneof(fc.constant('login'), hostileValue), note: hostileValue }).map((report) => Buffer.from(JSON.stringify(report))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constant(Buffer.alloc(0)) },
);

interface Whole {
  readonly method: string;
  readonly bytes: Buffer;
}

/** Requests whose form is right and whose content is not. */
const wholeRequest: fc.Arbitrary<Whole> = fc
  .tuple(fc.constantFrom('GET', 'POST', 'POST', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'), fc.oneof({ weight: 2, arbitrary: fc.constant('/v1/posts') }, { weight: 3, arbitrary: fc.constantFrom(...paths) }), fc.string({ unit: fc.constantFrom(...'%=&?;.~:@<>\'"[]{}|\\^`09azAZ_-/'), maxLength: 20 }), fc.dictionary(fc.constantFrom(...headerNames), headerValue, { maxKeys: 3 }), fc.integer({ min: 0, max: 3 }), body)
  .map(([method, path, tail, headers, asJson, content]) => {
    const all = { ...headers, ...(asJson > 0 ? { 'content-type': 'application/json' } : {}) };
    const head = [`${method} ${path}${path.includes('?') ? `&${tail}` : ''} HTTP/1.1`, 'host: localhost', ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)];
    const withBody = method !== 'GET' && method !== 'HEAD';
    if (withBody) head.push(`content-length: ${content.length}`);
    return { method, bytes: Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), withBody ? content : Buffer.alloc(0)]) };
  });

/** What is no request, or a broken one, or two that want to be taken for one. */
const brokenRequest = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(wholeRequest, fc.nat()).map(([{ bytes }, cut]) => bytes.subarray(0, 1 + (cut % bytes.length))),
  fc.tuple(wholeRequest, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([{ bytes }, at, byte]) => {
    const copy = Buffer.from(bytes);
    copy[at % Math.min(copy.length, 60)] = byte;
    return copy;
  }),
  fc.constantFrom(
    'POST /v1/posts HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n',
    'POST /v1/posts HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef',
    'POST /v1/posts HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\n{}',
    'POST /v1/posts HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n',
    'GET / HTTP/1.1\r\nhost: localhost\r\nx: a\r\n b\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'GET http://example.com/ HTTP/1.1\r\n\r\n', 'CONNECT example.com:443 HTTP/1.1\r\n\r\n',
    'GET /api/events HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`,
    `GET /${'z'.repeat(70_000)} HTTP/1.1\r\n\r\n`, `GET / HTTP/1.1\r\nhost: localhost\r\n${'a: b\r\n'.repeat(4_000)}\r\n`, 'GET /readyz HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n\r\n', '\r\n'.repeat(500), '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  ).map((text) => Buffer.from(text, 'latin1')),
);

const wholeCount = 15_000;
const brokenCount = 3_000;
const heapMegabytes = 160;

test(`${wholeCount} bad requests are each answered and ${brokenCount} broken ones do no harm, in a heap of ${heapMegabytes} MB`, async () => {
  const place = folder({
    data: './data', listen: { port: 0 }, channels: {}, logLevel: 'warn',
    sources: { in: { type: 'http', requestsPerMinute: 10_000_000, reportsPerHour: 10_000_000 } },
  });
  const { child, url } = await start(place, { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` });
  const whole = fc.sample(wholeRequest, wholeCount);
  const statuses = new Map<number, number>();
  let accepted = 0;
  // what became of these is not told: sent again, or refused while the log was slower than a caller is kept waiting
  let untold = 0;
  await Promise.all(Array.from({ length: 12 }, async (_, lane) => {
    let raw = openRaw(url);
    for (let i = lane; i < whole.length; i += 12) {
      const { method, bytes } = whole[i]!;
      raw.socket.write(bytes);
      let answer = await raw.answer(method === 'HEAD');
      if (answer === null) {
        // the server may close a connection that was idle or that it had said goodbye on: then the request goes again, once
        untold += 1;
        raw = openRaw(url);
        raw.socket.write(bytes);
        answer = await raw.answer(method === 'HEAD');
      }
      if (answer === null) throw new Error(`no answer to ${JSON.stringify(bytes.toString('latin1'))}`);
      if (answer.status === 503) untold += 1;
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (answer.headers['connection'] === 'close') {
        raw.socket.destroy();
        raw = openRaw(url);
      }
      const said = (answer.headers['content-type'] ?? '').startsWith('application/json') && method === 'POST' ? (JSON.parse(answer.body) as { accepted?: number; id?: string }) : {};
      accepted += said.accepted ?? (answer.status === 202 && said.id !== undefined ? 1 : 0);
    }
    raw.socket.destroy();
  }));
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(wholeCount);
  expect([...statuses.keys()].filter((status) => status >= 500 && status !== 503)).toEqual([]);
  expect(statuses.get(202)).toBeGreaterThan(200);
  // some 660 are usual, give or take 40
  expect(accepted).toBeGreaterThan(300);
  const counted = await metric(url, /outcry_source_posts\{source="in"\}/);
  expect(counted).toBeGreaterThanOrEqual(accepted);
  expect(counted).toBeLessThanOrEqual(accepted + mostPosts * untold);

  const idle = Array.from({ length: 200 }, (_, i) => {
    const raw = openRaw(url);
    raw.socket.write('POST /v1/posts HTTP/1.1\r\nhost: localhost\r\ncontent-length: 500\r\n\r\n{"id"'.slice(0, 5 + (i % 70)));
    return raw;
  });
  const broken = fc.sample(brokenRequest, brokenCount);
  await Promise.all(Array.from({ length: 12 }, async (_, lane) => {
    for (let i = lane; i < broken.length; i += 12) {
      const raw = openRaw(url);
      raw.socket.end(broken[i]!);
      // read to the end of whatever it answers: it must let go of the connection
      await new Promise<void>((resolve) => void raw.socket.once('close', () => resolve()));
    }
  }));
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  for (const { socket } of idle) socket.destroy();
  expect(child.process.exitCode).toBe(null);
  // the last line may still be on its way
  for (const line of child.errors().split('\n').slice(0, -1).filter((text) => text !== '')) expect(JSON.parse(line)).toHaveProperty('level');
}, 1_200_000);

test('pipelined requests are answered in order, a text of 10 MB is refused with 413, and a watcher of events is let go', async () => {
  const { url } = await start(folder({ data: './data', listen: { port: 0 }, channels: {}, sources: { in: { type: 'http' } } }));
  const raw = openRaw(url);
  raw.socket.write(Array.from({ length: 40 }, (_, i) => `GET ${i % 2 === 0 ? '/healthz' : `/nosuch-${i}`} HTTP/1.1\r\nhost: localhost\r\n\r\n`).join(''));
  const seen: number[] = [];
  for (let i = 0; i < 40; i++) seen.push((await raw.answer())?.status ?? 0);
  expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 200 : 404)));
  raw.socket.destroy();

  const big = openRaw(url);
  big.socket.write(`POST /v1/posts HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${10 << 20}\r\n\r\n`);
  expect((await big.answer())?.status).toBe(413);
  big.socket.destroy();

  const watchers = Array.from({ length: 50 }, () => openRaw(url));
  for (const { socket } of watchers) {
    socket.write('GET /api/events HTTP/1.1\r\nhost: localhost\r\nlast-event-id: <script>\r\n\r\n');
    socket.resetAndDestroy();
  }
  // it answers before it has read its log
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 120_000 }).toBe(200);
});

test('an outage told in hostile words is words on the console, in Slack, in a webhook, in the API and in the logs', async () => {
  const slack = await openSlack();
  const hook = await openReceiver();
  closing.add(slack.close);
  closing.add(hook.close);
  const open = { allowPrivate: true, allowHttp: true };
  const place = folder({
    data: './data', listen: { port: 0 },
    sources: { told: { type: 'lines', file: 'posts.ndjson' } },
    channels: { console: { type: 'console' }, slack: { type: 'slack-webhook', url: slack.url, ...open }, hook: { type: 'webhook', url: hook.url, secrets: [`whsec_${Buffer.alloc(32, 3).toString('base64')}`], ...open } },
  });
  writeFileSync(join(place, 'posts.ndjson'), outageFile({
    fromMs: Date.now() - 12 * 60_000, minutes: 10, perMinute: 40, calmMinutes: 20, prefix: 'h',
    post: (i, text) => ({ text: `${text} ${attacks[i % attacks.length]}`, author: `${attacks[i % attacks.length]}${i}`, region: i % 3 === 0 ? 'constructor' : '__proto__', lang: 'en', url: 'javascript:alert(1)' }),
  }));
  const { child, url } = await start(place);
  await slack.until((received) => received.length >= 1);
  await hook.until((received) => received.length >= 2);
  await child.line(/\[confirmed\]/);

  const shown = child.output();
  expect(shown).toContain('whatsapp');
  // eslint-disable-next-line no-control-regex
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u);
  for (const { body: message } of slack.received) {
    const text = JSON.stringify(JSON.parse(message));
    expect(text).not.toMatch(/<!|<@|<script|<img/);
    expect(text).not.toMatch(/@channel|@everyone|\]\(javascript/);
  }
  for (const { body: event } of hook.received) expect(JSON.parse(event)).toMatchObject({ type: expect.stringMatching(/^outcry\.incident\./) as string });

  // the board reads the log beside who tells the channels
  let incidents: { id: string }[] = [];
  while (incidents.length === 0) {
    const list = await fetch(`${url}/api/incidents?service=whatsapp`);
    expect(list.headers.get('content-type')).toMatch(/^application\/json/);
    expect(list.headers.get('x-content-type-options')).toBe('nosniff');
    ({ incidents } = (await list.json()) as { incidents: { id: string }[] });
  }
  for (let texts: (string | null)[] = []; !texts.some((text) => text?.includes('<!channel>')); ) {
    const page = (await (await fetch(`${url}/api/incidents/${incidents[0]!.id}/evidence`)).json()) as { items: { text: string | null }[] };
    texts = page.items.map(({ text }) => text);
  }

  child.process.kill('SIGTERM');
  expect(await child.ended, child.errors().slice(-2_000)).toBe(0);
  for (const line of child.errors().split('\n').filter((text) => text !== '')) expect(JSON.parse(line)).toHaveProperty('level');
});
