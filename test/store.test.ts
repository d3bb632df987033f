// Both Stores against the contract: the embedded file, and a real Redis.
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../infra/backends/embedded/database.ts';
import { createEmbeddedStore } from '../infra/backends/embedded/embedded-store.ts';
import { openRedisStore } from '../infra/backends/redis/redis-store.ts';
import { redisSettingsSchema } from '../infra/backends/redis/settings.ts';
import { startRedis, type LocalRedis } from '../infra/local/redis.ts';
import { storeContract } from './contracts/store-contract.ts';

const log = pino({ level: 'silent' });

storeContract('embedded', async () => {
  const db = openDatabase({ file: ':memory:', partitions: 1, mode: 'own', maxBytes: null });
  let now = 1_750_000_000_000;
  return {
    store: createEmbeddedStore(db, () => now),
    pass: async (ms) => void (now += ms),
    close: async () => db.close(),
  };
});

// Redis has no clock that a test could move: instead each key's end comes nearer by as much
const passScript = `
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  redis.call('PEXPIRE', key, redis.call('PTTL', key) - tonumber(ARGV[2]))
end
return 'passed'`;

let redis: LocalRedis;
beforeAll(async () => {
  redis = await startRedis({ own: true });
});
afterAll(() => redis.stop());

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

const settingsFor = (keyPrefix: string) => redisSettingsSchema.parse({ url: redis.url, keyPrefix, commandTimeoutMs: 60_000 });

storeContract('redis', async () => {
  const prefix = `${randomUUID()}:`;
  const { store, close } = await openRedisStore(settingsFor(prefix), { log });
  return { store, close, pass: async (ms) => void (await redis.command('EVAL', passScript, '0', `${prefix}*`, String(ms))) };
});

test('every key in Redis has an end', async () => {
  const prefix = `${randomUUID()}:`;
  const { store, close } = await openRedisStore(settingsFor(prefix), { log });
  await store.set('f/a', '1', 60_000);
  await store.set('f/b', '1', Number.MAX_SAFE_INTEGER);
  await store.increment('c', 60_000);
  await store.increment('c', 60_000);
  await store.lease('pen', 'a', 60_000);
  await store.lease('pen', 'a', 60_000);
  const script = "local ends = {} for _, key in ipairs(redis.call('KEYS', ARGV[1])) do table.insert(ends, redis.call('PTTL', key) > 0 and 'ends' or key) end return table.concat(ends, ' ')";
  expect(await redis.command('EVAL', script, '0', `${prefix}*`)).toMatch(/\r\nends( ends){5}\r\n/);
  await close();
});

test('what has ended leaves no trace in Redis, and a folder lasts as long as its last entry', async () => {
  const prefix = `${randomUUID()}:`;
  const { store, close } = await openRedisStore(settingsFor(prefix), { log });
  await store.set('f/long', '1', 60_000);
  await store.set('f/short', '1', 1);
  await until(async () => (await store.get('f/short')) === undefined);
  await store.set('f/other', '1', 10_000);
  await store.increment('f/count', 10_000);
  await store.delete('f/other');
  expect(await redis.command('ZCARD', `${prefix}index:f/`)).toBe(':2\r\n');
  await redis.command('EVAL', passScript, '0', `${prefix}*`, '30000');
  expect([...(await store.entries('f/'))]).toEqual([['f/long', '1']]);
  await redis.command('EVAL', passScript, '0', `${prefix}*`, '30000');
  expect(await redis.command('EVAL', "return #redis.call('KEYS', ARGV[1])", '0', `${prefix}*`)).toBe(':0\r\n');
  await close();
});

test('installations that share a Redis under other prefixes do not see each other, be a prefix a pattern', async () => {
  const one = await openRedisStore(settingsFor('[a-z*]:'), { log });
  const two = await openRedisStore(settingsFor('abc:'), { log });
  await one.store.set('k', '1', 60_000);
  await two.store.set('k', '2', 60_000);
  expect([...(await one.store.entries(''))]).toEqual([['k', '1']]);
  expect([...(await two.store.entries(''))]).toEqual([['k', '2']]);
  expect(await one.store.lease('pen', 'a', 60_000)).toBe(true);
  expect(await two.store.lease('pen', 'b', 60_000)).toBe(true);
  await Promise.all([one.close(), two.close()]);
});

test('workers on the same Redis share entries, counters and leases', async () => {
  const prefix = `${randomUUID()}:`;
  const one = await openRedisStore(settingsFor(prefix), { log });
  const two = await openRedisStore(settingsFor(prefix), { log });
  await one.store.set('k', 'v', 60_000);
  expect(await two.store.get('k')).toBe('v');
  expect([await one.store.increment('c', 60_000), await two.store.increment('c', 60_000)]).toEqual([1, 2]);
  expect([await one.store.lease('pen', 'a', 60_000), await two.store.lease('pen', 'b', 60_000)]).toEqual([true, false]);
  await Promise.all([one.close(), two.close()]);
});
