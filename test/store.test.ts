// Both Stores against the contract: the embedded file, and a real Redis.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
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

let redis: LocalRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const settingsFor = (keyPrefix: string) => redisSettingsSchema.parse({ url: redis.url, keyPrefix, commandTimeoutMs: 5_000 });

storeContract('redis', async () => {
  const { store, close } = await openRedisStore(settingsFor(`${randomUUID()}:`), { log });
  // Redis keeps its own time: the contract's waits are real ones here
  return { store, close, pass: (ms) => wait(ms) };
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
