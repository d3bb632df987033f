import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createEventStream, type EventStream, type StreamOptions } from './event-stream.ts';

const servers: Server[] = [];
const streams: EventStream[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(over: Partial<StreamOptions> = {}): Promise<{ stream: EventStream; open: (service?: string, last?: string) => Promise<Reader> }> {
  const stream = createEventStream({ boot: 'boot', maxClients: 3, ringSize: 4, maxBehindBytes: 64 * 1024, ...over });
  streams.push(stream);
  const server = createServer((request, response) => {
    const service = new URL(request.url ?? '/', 'http://board').searchParams.get('service');
    if (!stream.connect(response, service, request.headers['last-event-id']?.toString() ?? null)) response.writeHead(503).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    stream,
    open: (service, last) =>
      new Promise((resolve, reject) => {
        const headers = last === undefined ? {} : { 'last-event-id': last };
        get({ port, host: '127.0.0.1', path: service === undefined ? '/' : `/?service=${service}`, headers }, (response) => resolve(reader(response))).on('error', reject);
      }),
  };
}

interface Reader {
  readonly status: number | undefined;
  readonly response: IncomingMessage;
  until(text: string): Promise<string>;
  closed(): Promise<void>;
}

function reader(response: IncomingMessage): Reader {
  let seen = '';
  const waiting = new Set<() => void>();
  const gone = Promise.withResolvers<void>();
  response.setEncoding('utf8');
  response.on('error', () => gone.resolve());
  response.on('close', () => gone.resolve());
  response.on('data', (chunk: string) => {
    seen += chunk;
    for (const wake of waiting) wake();
  });
  return {
    status: response.statusCode,
    response,
    until: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!seen.includes(text)) return;
          waiting.delete(look);
          resolve(seen);
        };
        waiting.add(look);
        look();
      }),
    closed: () => gone.promise,
  };
}

test('a client is told when to come back, gets its own service and what is for all, and nothing of others', async () => {
  const { stream, open } = await serve();
  const client = await open('alpha');
  await client.until('hello');
  stream.send('minute', { service: 'beta' }, { of: 'beta' });
  stream.send('minute', { service: 'alpha' }, { of: 'alpha' });
  stream.send('services', 'all', { of: 'all' });
  const seen = await client.until('"all"');
  expect(seen).toContain('retry: 5000');
  expect(seen).toContain('id: boot-2\nevent: minute\ndata: {"of":"alpha"}\n\n');
  expect(seen).not.toContain('beta');
});

test('a client that comes back gets what it missed', async () => {
  const { stream, open } = await serve();
  for (const n of [1, 2, 3]) stream.send('tick', 'all', { n });
  const seen = await (await open(undefined, 'boot-1')).until('"n":3');
  expect(seen).toContain('"n":2');
  expect(seen).not.toContain('"n":1');
  expect(seen).not.toContain('reload');
});

test('a client that was away too long, or belongs to another start, is told to load anew', async () => {
  const { stream, open } = await serve();
  for (let n = 1; n <= 9; n += 1) stream.send('tick', 'all', { n });
  for (const last of ['boot-1', 'other-9', 'boot-99', 'boot-x']) {
    const client = await open(undefined, last);
    expect(await client.until('event: reload')).not.toContain('"n"');
    client.response.destroy();
    // the server hears of it later than we do, and has room for three
    await expect.poll(() => stream.clients(), { timeout: 60_000 }).toBe(0);
  }
}, 90_000);

test('a client that missed more than it may be behind is told to load anew, stays, and misses nothing after it', async () => {
  const { stream, open } = await serve({ ringSize: 1_000 });
  for (let n = 1; n <= 1_000; n += 1) stream.send('tick', 'all', { n, padding: 'ä'.repeat(500) });
  const client = await open(undefined, 'boot-1');
  expect(await client.until('event: reload')).not.toContain('"n"');
  expect(stream.clients()).toBe(1);
  stream.send('tick', 'all', { n: 'next' });
  expect(await client.until('"next"')).toContain('id: boot-1000\nevent: reload\n');
  client.response.destroy();
  await client.closed();
  expect(await (await open(undefined, 'boot-1000')).until('"next"')).not.toContain('reload');
});

test('what was missed of other services does not count towards loading anew', async () => {
  const { stream, open } = await serve({ ringSize: 1_000 });
  for (let n = 1; n <= 500; n += 1) stream.send('tick', { service: 'beta' }, { n, padding: 'x'.repeat(1_000) });
  for (const n of [501, 502]) stream.send('tick', { service: 'alpha' }, { n });
  const seen = await (await open('alpha', 'boot-1')).until('"n":502');
  expect(seen).toContain('"n":501');
  expect(seen).not.toContain('reload');
});

test('a client that does not read is cut off instead of filling the memory', async () => {
  const { stream, open } = await serve();
  const client = await open();
  await client.until('hello');
  client.response.pause();
  for (let n = 0; n < 2_000 && stream.clients() > 0; n += 1) stream.send('tick', 'all', { n, padding: 'x'.repeat(20_000) });
  expect(stream.clients()).toBe(0);
});

test('more clients than the board can serve are refused', async () => {
  const { open } = await serve();
  for (let i = 0; i < 3; i += 1) await (await open()).until('hello');
  expect((await open()).status).toBe(503);
});

test("a stranger's line breaks never begin an event of their own", async () => {
  const { stream, open } = await serve();
  const client = await open();
  await client.until('hello');
  stream.send('evidence', 'all', { text: 'down\n\nevent: reload\ndata: {}\n\n' });
  stream.send('last', 'all', {});
  const seen = await client.until('event: last');
  expect(seen.match(/^event: .*$/gm)).toEqual(['event: hello', 'event: evidence', 'event: last']);
});
