// What a broken Redis costs: each call ends in a clear answer within the timeout, the process goes on, and when Redis is
// back so is the Store. Each fault is done to a real one.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRedisStore, type RedisStore } from '../infra/backends/redis/redis-store.ts';
import { redisSettingsSchema } from '../infra/backends/redis/settings.ts';
import { makeCertificates } from '../infra/local/certificates.ts';
import { freePort } from '../infra/local/ports.ts';
import { startRedis, type LocalRedis } from '../infra/local/redis.ts';
import type { Store } from '../shared/store.ts';

/** What no call comes near that Redis answers or refuses, were this process to stand still for a while. */
const patientMs = 60_000;
/** Where Redis stays silent. The connection is borne for five times as long. */
const shortMs = 4_000;
const hour = 3_600_000;

let folder: string;
let redis: LocalRedis;
let lines: { msg: string; reason?: string }[];
let opened: RedisStore[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outcry-redis-faults-'));
  redis = await startRedis({ own: true });
  lines = [];
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((one) => one.close()));
  await redis.stop();
  rmSync(folder, { recursive: true });
});

async function open(over: Record<string, unknown> = {}): Promise<RedisStore> {
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const store = await openRedisStore(redisSettingsSchema.parse({ url: redis.url, commandTimeoutMs: patientMs, ...over }), { log });
  opened.push(store);
  return store;
}

const everyCall = (store: Store): [string, () => Promise<unknown>][] => [
  ['get', () => store.get('k')],
  ['set', () => store.set('k', 'v', hour)],
  ['delete', () => store.delete('k')],
  ['entries', () => store.entries('')],
  ['increment', () => store.increment('c', hour)],
  ['lease', () => store.lease('pen', 'one', hour)],
  ['release', () => store.release('pen', 'one')],
];

/**
 * What is under way is over by then, ms. Held against a timer that began with it: timers that are late are late in their
 * order, so that a process which stands still breaks no promise.
 */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const end = new AbortController();
  const late = wait(ms, undefined, { signal: end.signal }).then(() => Promise.reject(new Error(`not over within ${ms} ms`)));
  late.catch(() => {});
  return Promise.race([work, late]).finally(() => end.abort());
}

/** Calls everything at once; what each answered. */
async function callAll(store: Store): Promise<Record<string, string>> {
  const answers = everyCall(store).map(async ([name, call]) => [name, await call().then(() => 'done', (error: unknown) => (error as { reason?: string }).reason ?? String(error))]);
  return Object.fromEntries(await Promise.all(answers)) as Record<string, string>;
}

const all = (reason: string) => Object.fromEntries(['get', 'set', 'delete', 'entries', 'increment', 'lease', 'release'].map((name) => [name, reason]));

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(50);
}
const works = (store: Store) => () => store.set('k', 'v', hour).then(() => true, () => false);
/** Connections that Redis has taken so far, with the one that asks. */
async function received(): Promise<number> {
  return Number(/total_connections_received:(\d+)/.exec(await redis.command('INFO', 'stats'))![1]);
}

test('a Redis that is not there hinders no start, and calls say so at once', async () => {
  await redis.kill();
  const { store, check, failures } = await within(patientMs / 2, open());
  expect(await within(patientMs / 2, callAll(store))).toEqual(all('unreachable'));
  await expect(check()).rejects.toThrow(/Redis at 127\.0\.0\.1:\d+: .*ECONNREFUSED.*`redis.url`/);
  expect(failures().unreachable).toBe(8);
  await redis.restart();
  await until(works(store));
  await check();
});

test('a killed Redis fails calls under way and after, and the Store is back with it, empty', async () => {
  const { store, check } = await open();
  await store.set('k', 'v', hour);
  // still to be answered when it dies
  await redis.pause();
  const underWay = callAll(store);
  await redis.kill();
  expect(await within(patientMs / 2, underWay)).toEqual(all('unreachable'));
  await redis.restart();
  await until(() => check().then(() => true, () => false));
  expect(await store.get('k')).toBeUndefined();
  expect(await store.increment('c', hour)).toBe(1);
});

test('a frozen Redis costs one timeout, then nothing, and answers again when it wakes', async () => {
  const { store, failures } = await open({ commandTimeoutMs: shortMs });
  await until(works(store));
  const { slow } = failures();
  await redis.pause();
  expect(await within(shortMs + 1_000, callAll(store))).toEqual(all('slow'));
  const many = Promise.allSettled(Array.from({ length: 1_000 }, () => store.increment('c', hour)));
  expect((await within(shortMs + 1_000, many)).every((one) => one.status === 'rejected')).toBe(true);
  expect(failures().slow - slow).toBe(1_007);
  redis.resume();
  await until(works(store));
  await until(async () => Object.values(await callAll(store)).every((answer) => answer === 'done'));
});

test('a Redis frozen for longer than its connection is borne is dialled again', async () => {
  const { store } = await open({ commandTimeoutMs: 100 });
  await until(works(store));
  const before = await received();
  let asked = 0;
  // those that were dialled while it was frozen are counted once it is awake
  const dialled = async (): Promise<boolean> => {
    await redis.pause();
    for (const end = performance.now() + 4_000; performance.now() < end; await wait(100)) await store.get('k').catch(() => {});
    redis.resume();
    await until(works(store));
    asked += 1;
    return (await received()) - asked > before;
  };
  await until(dialled);
});

test('a flushed Redis forgets values, counters and leases, and nothing fails', async () => {
  const { store } = await open();
  await store.set('k', 'v', hour);
  await store.increment('c', hour);
  await store.lease('pen', 'one', hour);
  expect(await redis.command('FLUSHALL')).toBe('+OK\r\n');
  expect(await redis.command('SCRIPT', 'FLUSH')).toBe('+OK\r\n');
  expect(await store.get('k')).toBeUndefined();
  expect((await store.entries('')).size).toBe(0);
  expect(await store.increment('c', hour)).toBe(1);
  expect(await store.lease('pen', 'two', hour)).toBe(true);
  expect(await store.lease('pen', 'one', hour)).toBe(false);
});

test('a full Redis that evicts nothing refuses writes by name, still reads, and keeps its leases', async () => {
  const { store, check } = await open();
  await store.lease('pen', 'one', hour);
  await store.set('k', 'v', hour);
  await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  await redis.command('CONFIG', 'SET', 'maxmemory', '1');
  expect(await callAll(store)).toEqual({ get: 'done', set: 'full', delete: 'done', entries: 'done', increment: 'full', lease: 'done', release: 'done' });
  expect(await store.lease('pen', 'one', hour).catch((error: { reason: string }) => error.reason)).toBe('full');
  await expect(check()).rejects.toThrow(/out of memory; give it more memory/);
  expect(lines.filter((line) => line.reason === 'full')).toHaveLength(1);
  await redis.command('CONFIG', 'SET', 'maxmemory', '0');
  expect(await callAll(store)).toEqual(all('done'));
});

test('a full Redis that evicts forgets, and no call fails', async () => {
  const { store } = await open();
  await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl');
  await redis.command('CONFIG', 'SET', 'maxmemory', '4mb');
  const value = randomBytes(5_000).toString('hex');
  for (let i = 0; i < 600; i++) await store.set(`k/${i}`, value, hour + i * 1_000);
  const kept = await store.entries('k/');
  expect(kept.size).toBeGreaterThan(0);
  expect(kept.size).toBeLessThan(600);
  expect(await callAll(store)).toEqual(all('done'));
});

test('a wrong password is told as such, without the password, by every call and by check', async () => {
  await redis.command('CONFIG', 'SET', 'requirepass', 'right-password');
  for (const password of ['wrong-password', null]) {
    const { store, check } = await open({ password });
    expect(await within(patientMs / 2, callAll(store))).toEqual(all('denied'));
    const said = await check().then(() => '', (error: Error) => error.message);
    expect(said).toMatch(/(?:WRONGPASS|NOAUTH).*`redis\.password`/);
  }
  expect(JSON.stringify(lines)).not.toContain('wrong-password');
  const { check } = await open({ url: redis.url.replace('//', '//default:right-password@') });
  await check();
  await (await open({ username: 'default', password: 'right-password' })).check();
});

test('a refused login is not served as somebody else, and is found good without a restart once it is', async () => {
  await redis.command('ACL', 'SETUSER', 'outcry', 'on', '>old-word', '~*', '+@all');
  const { store, check } = await open({ username: 'outcry', password: 'new-word' });
  expect(await callAll(store)).toEqual(all('denied'));
  await redis.command('ACL', 'SETUSER', 'outcry', '>new-word');
  await until(works(store));
  await check();
  expect(lines.filter((line) => line.msg.endsWith(' is back'))).toHaveLength(1);
});

test('a primary that became a replica refuses writes by name, and the Store looks for another', async () => {
  const { store } = await open();
  await store.set('k', 'v', hour);
  const before = await received();
  await redis.command('REPLICAOF', '127.0.0.1', '1');
  const refused = await store.set('k', 'new', hour).catch((error: Error) => error.message);
  expect(refused).toMatch(/READONLY/);
  await until(() => store.get('k').then((value) => value === 'v', () => false));
  await redis.command('REPLICAOF', 'NO', 'ONE');
  await until(works(store));
  // three of ours with the question: the fourth is the Store's new one
  expect((await received()) - before).toBe(4);
});

test('over TLS with our own authority and certificate, and a stranger is not let in or believed', async () => {
  const files = makeCertificates(folder);
  const port = await freePort();
  const tls = await startRedis({
    own: true, args: ['--tls-port', String(port), '--tls-cert-file', files.cert, '--tls-key-file', files.key, '--tls-ca-cert-file', files.ca, '--tls-auth-clients', 'yes'],
  });
  const url = `rediss://127.0.0.1:${port}`;
  const own = { ca: files.ca, cert: files.cert, key: files.key, serverName: 'localhost' };
  await (await open({ url, tls: own })).check();
  await (await open({ url: url.replace('rediss:', 'redis:'), tls: own })).check();
  const { cert: _cert, key: _key, ...nameless } = own;
  for (const strange of [true, nameless, { ...own, ca: undefined }, { ...own, serverName: 'elsewhere' }]) {
    const { check } = await open({ url, tls: strange });
    expect(await check().then(() => '', (error: { reason: string }) => error.reason)).toBe('unreachable');
  }
  await Promise.all(opened.map((one) => one.close()));
  await tls.stop();
});

test('the rights that the docs list are enough, and a missing one is told', async () => {
  await redis.command('ACL', 'SETUSER', 'outcry', 'on', '>secret-word', '~outcry:*', '+get', '+set', '+del', '+mget', '+scan', '+eval', '+incr', '+pexpire', '+pttl', '+time', '+zadd', '+zrem', '+zrange', '+zremrangebyscore');
  const { store, check } = await open({ username: 'outcry', password: 'secret-word' });
  await check();
  expect(await callAll(store)).toEqual(all('done'));
  await redis.command('ACL', 'SETUSER', 'outcry', '-scan');
  expect(await callAll(store)).toEqual({ ...all('done'), entries: 'denied' });
});

test('what answers there and is no Redis is no crash', async () => {
  const server = createServer((socket) => void socket.on('error', () => {}).on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const { store } = await open({ url: `redis://127.0.0.1:${port}`, commandTimeoutMs: 300 });
  const answers = await within(1_800, callAll(store));
  expect(Object.values(answers).every((answer) => ['unreachable', 'slow', 'refused'].includes(answer))).toBe(true);
  await opened[0]!.close();
  server.close();
});

test('a file of TLS settings that can not be read is told at the start by its name', async () => {
  await expect(open({ tls: { ca: '/nowhere/ca.pem' } })).rejects.toThrow(/can't read \/nowhere\/ca\.pem of `redis\.tls`/);
});
