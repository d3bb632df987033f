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
const readStep = 1_000;

// Listing a folder must not walk over everything that Redis holds (0.85 s for a million keys), so each folder has an index:
// its keys by the time they end. It ends with the last of them, and what has ended leaves it at the next write.
const indexing = `
local function index(ttl)
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  redis.call('ZADD', KEYS[2], now + ttl, KEYS[1])
  if redis.call('PTTL', KEYS[2]) < ttl then redis.call('PEXPIRE', KEYS[2], ttl) end
end`;

const setScript = `${indexing}
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
index(tonumber(ARGV[2]))
return 1`;

// A counter that has no time to live would never end: both in one step.
const incrementScript = `${indexing}
local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  index(tonumber(ARGV[1]))
end
return count`;

const deleteScript = `
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], KEYS[1])
return 1`;

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
  const indexPrefix = `${settings.keyPrefix}index:`;
  const placesOf = (key: string): [string, string] => [entryPrefix + key, indexPrefix + (folderOf(key) ?? '')];

  const store: Store = {
    get: (key) => ask(async (redis) => (await redis.get(entryPrefix + key)) ?? undefined),
    async set(key, value, ttlMs) {
      const ttl = wholeTtl(ttlMs);
      if (ttl <= 0) return store.delete(key);
      await ask((redis) => redis.eval(setScript, 2, ...placesOf(key), value, String(ttl)));
    },
    async delete(key) {
      await ask((redis) => redis.eval(deleteScript, 2, ...placesOf(key)));
    },
    entries: (prefix) =>
      ask(async (redis) => {
        const folder = folderOf(prefix);
        const keys = folder === undefined ? await scanKeys(redis, entryPrefix + prefix) : await redis.zrange(indexPrefix + folder, '0', '-1');
        return readAll(redis, keys.filter((key) => key.startsWith(entryPrefix + prefix)), entryPrefix.length);
      }),
    increment: (key, ttlMs) => ask(async (redis) => Number(await redis.eval(incrementScript, 2, ...placesOf(key), String(wholeTtl(ttlMs))))),
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

/** The first step of a key's path; undefined where it has none. */
function folderOf(key: string): string | undefined {
  const end = key.indexOf('/');
  return end < 0 ? undefined : key.slice(0, end + 1);
}

/** For prefixes that are no folder: every key of Redis is looked at, in steps that do not block it. */
async function scanKeys(redis: Redis, prefix: string): Promise<string[]> {
  const found: string[] = [];
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${escapeGlob(prefix)}*`, 'COUNT', scanStep);
    found.push(...keys);
    cursor = next;
  } while (cursor !== '0');
  return found;
}

/** Values by key, in the order of the keys' bytes as the embedded Store has it. What ended meanwhile is left out. */
async function readAll(redis: Redis, keys: readonly string[], prefixLength: number): Promise<Map<string, string>> {
  const found: [string, string][] = [];
  const sorted = [...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (let i = 0; i < sorted.length; i += readStep) {
    const part = sorted.slice(i, i + readStep);
    const values = await redis.mget(part);
    part.forEach((key, k) => {
      const value = values[k];
      if (typeof value === 'string') found.push([key.slice(prefixLength), value]);
    });
  }
  return new Map(found);
}

/** The text as a pattern that matches only itself. */
function escapeGlob(text: string): string {
  return text.replaceAll(/[\\*?[\]]/g, String.raw`\$&`);
}
