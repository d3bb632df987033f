// Calls to X's API, and the answer to its stream's, from a server that does not keep to HTTP's or to anybody's measure.
import { createServer, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { createXApi } from '../ingest/sources/x/api.ts';
import { openXStream } from '../ingest/sources/x/stream.ts';
import { listenOnLoopback } from './fakes/loopback.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A server that answers every call so. */
async function aServer(answer: (response: ServerResponse) => void): Promise<{ bearerToken: string; apiUrl: string }> {
  const { host, close } = await listenOnLoopback(createServer((_request, response) => answer(response)));
  closers.push(close);
  return { bearerToken: 'token', apiUrl: `http://${host}/2/` };
}
/** Writes until nobody listens; `told` how much that was. */
function endless(response: ServerResponse, told: (bytes: number) => void): void {
  const part = Buffer.alloc(1 << 20, 'x');
  let bytes = 0;
  response.on('close', () => told(bytes));
  const more = (): void => {
    if (response.destroyed) return;
    bytes += part.length;
    response.write(part, () => setImmediate(more));
  };
  more();
}

test.each([
  [200, { kind: 'refused', why: 'its answer is longer than 16 MiB' }],
  [503, { kind: 'server', status: 503 }],
] as const)('an answer of %i without end is broken off, and told as what it is', async (status, failure) => {
  let written = 0;
  const access = await aServer((response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    endless(response, (bytes) => {
      written = bytes;
    });
  });
  const api = createXApi(access, 60_000);
  expect(await api.get('tweets/search/recent', {})).toMatchObject({ ok: false, failure });
  await expect.poll(() => written, { timeout: 120_000 }).toBeGreaterThan(0);
  expect(written).toBeLessThan(64 << 20);
  api.close();
});

test('an answer that breaks off is a broken connection, even where what came of it could be read', async () => {
  for (const text of ['{"data":[', '{"data":[]}']) {
    const access = await aServer((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write(text, () => response.destroy());
    });
    expect(await createXApi(access, 60_000).get('tweets/search/recent', {})).toEqual({ ok: false, failure: { kind: 'network', why: 'the connection broke' } });
  }
});

test('an answer that comes too slowly is no answer', async () => {
  const access = await aServer((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"data":[]}');
  });
  expect(await createXApi(access, 100).get('tweets/search/recent', {})).toEqual({ ok: false, failure: { kind: 'network', why: 'no answer within 1 s' } });
});

test('a refusal of the stream without end is broken off, and is the refusal that it is', async () => {
  const access = await aServer((response) => {
    response.writeHead(503, { 'content-type': 'text/html' });
    endless(response, () => {});
  });
  const nothing = (): void => {};
  const { ended } = openXStream({ access, query: {}, connectMs: 60_000, silenceMs: 60_000, opened: nothing, heard: nothing, alive: nothing, message: nothing, bad: nothing, room: async () => {} });
  expect(await ended).toMatchObject({ kind: 'server', status: 503 });
});
