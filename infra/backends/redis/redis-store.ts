// The Store on Redis: keys, times to live, and what must be one step there. Redis is never the truth: a call that it
// fails rejects with a StoreError within the timeout, and callers go on without. The connection is connection.ts.
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Store } from '../../../shared/store.ts';
import { connectRedis } from './connection.ts';
import type { RedisSettings } from './settings.ts';
import type { StoreReason } from './store-error.ts';

export interface RedisStore {
  readonly store: Store;
  /** Writes and reads a word now. Throws a StoreError that says what is wrong and what to do. */
  check(): Promise<void>;
  /** Failed calls since start, by reason. */
  failures(): Readonly<Record<StoreReason, number>>;
  /** Idempotent; waits for nobody. */
  close(): Promise<void>;
}

// longest time to live that is kept, ms: a hundred years
const maxTtlMs = 3_155_760_000_000;
const scanStep = 1_000;

// A counter that has no time to live would never end: both in one step.
const incrementScript = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`;

// Renewing only moves the end, which Redis does even when it is out of memory: a full Redis keeps its leases.
const leaseScript = `
local held = redis.call('GET', KEYS[1])
if held == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 1
end
if held then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0`;

/**
 * Opens the Store. A Redis that is away does not hinder the start: calls fail until it comes, `check` says why. Throws a
 * StoreError only where a file of the TLS settings can't be read.
 */
export async function openRedisStore(settings: RedisSettings, deps: { readonly log: Logger }): Promise<RedisStore> {
  const connection = await connectRedis(settings, deps.log);
  const { ask } = connection;
  const entryPrefix = `${settings.keyPrefix}entry:`;
  const leasePrefix = `${settings.keyPrefix}lease:`;

  const store: Store = {
    get: (key) => ask(async (redis) => (await redis.get(entryPrefix + key)) ?? undefined),
    async set(key, value, ttlMs) {
      const ttl = wholeTtl(ttlMs);
      if (ttl <= 0) return store.delete(key);
      await ask((redis) => redis.set(entryPrefix + key, value, 'PX', ttl));
    },
    async delete(key) {
      await ask((redis) => redis.del(entryPrefix + key));
    },
    entries: (prefix) => ask((redis) => entriesOf(redis, entryPrefix, prefix)),
    increment: (key, ttlMs) => ask(async (redis) => Number(await redis.eval(incrementScript, 1, entryPrefix + key, wholeTtl(ttlMs)))),
    lease: (name, holder, ttlMs) => ask(async (redis) => (await redis.eval(leaseScript, 1, leasePrefix + name, holder, Math.max(1, wholeTtl(ttlMs)))) === 1),
    async release(name, holder) {
      await ask((redis) => redis.eval(releaseScript, 1, leasePrefix + name, holder));
    },
  };

  return {
    store,
    async check() {
      const key = `${settings.keyPrefix}check`;
      await connection.probe(async (redis) => {
        await redis.set(key, 'ok', 'PX', 10_000);
        await redis.get(key);
      });
    },
    failures: connection.failures,
    close: connection.close,
  };
}

const wholeTtl = (ttlMs: number): number => Math.floor(Math.min(ttlMs, maxTtlMs));

/**
 * Found by SCAN, which never blocks Redis and may name a key twice; a value that went in between is left out. In the order
 * of the keys' bytes, as the embedded Store has it.
 */
async function entriesOf(redis: Redis, entryPrefix: string, prefix: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${escapeGlob(entryPrefix + prefix)}*`, 'COUNT', scanStep);
    const values = keys.length === 0 ? [] : await redis.mget(keys);
    keys.forEach((key, i) => {
      const value = values[i];
      if (typeof value === 'string') found.set(key.slice(entryPrefix.length), value);
    });
    cursor = next;
  } while (cursor !== '0');
  return new Map([...found].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

/** The text as a pattern that matches only itself. */
function escapeGlob(text: string): string {
  return text.replaceAll(/[\\*?[\]]/g, String.raw`\$&`);
}
