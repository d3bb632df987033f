// One connection to Redis that is never waited for: each request ends within the timeout, and while Redis does not answer
// they end at once. What is asked of it is redis-store.ts.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { StoreError, storeReasons, toStoreError, type StoreReason } from './store-error.ts';
import type { RedisSettings } from './settings.ts';

export interface RedisConnection {
  /** Runs `body` with the client; rejects with a StoreError, within the timeout whatever `body` does. */
  ask<T>(body: (client: Redis) => Promise<T>): Promise<T>;
  /** The same without the rest that follows a missed timeout: for a person who asks now. */
  probe<T>(body: (client: Redis) => Promise<T>): Promise<T>;
  /** Failed requests since start, by reason. */
  failures(): Readonly<Record<StoreReason, number>>;
  close(): Promise<void>;
}

const toldEveryMs = 60_000;
const newConnectionEveryMs = 2_000;

/**
 * Connects in the background and for ever: resolves after the first connection, its first failure, or the timeout.
 * Throws a StoreError only where a file of the TLS settings can't be read.
 */
export async function connectRedis(settings: RedisSettings, log: Logger): Promise<RedisConnection> {
  const { commandTimeoutMs } = settings;
  const where = addressOf(settings.url);
  const client = new Redis(settings.url, { ...optionsOf(settings, where), reconnectOnError: asksForNewConnection });
  const counts = Object.fromEntries(storeReasons.map((reason) => [reason, 0])) as Record<StoreReason, number>;
  const toldAt = new Map<StoreReason, number>();
  let lastTrouble: StoreError | undefined;
  let awayTold = false;
  let restUntil = 0;
  let refusedLogin: StoreError | undefined;
  let newConnectionAt = 0;
  let closed = false;

  /** A Redis that is away may fail thousands of requests a second: each reason is told once a minute. */
  const tell = (error: StoreError): void => {
    const now = performance.now();
    if (now < (toldAt.get(error.reason) ?? -Infinity) + toldEveryMs) return;
    toldAt.set(error.reason, now);
    log.warn({ reason: error.reason, failures: { ...counts } }, `${error.message} Going on without it.`);
  };
  // without a listener an error of the connection would end the process
  client.on('error', (error: Error) => {
    lastTrouble = toStoreError(error, where);
    if (lastTrouble.reason === 'denied') refusedLogin = lastTrouble;
    awayTold = true;
    tell(lastTrouble);
  });
  client.on('connect', () => {
    refusedLogin = undefined;
    restUntil = 0;
  });

  /** A primary that has become a replica: by its name or address another may answer now. */
  function asksForNewConnection(error: Error): boolean {
    if (!error.message.startsWith('READONLY')) return false;
    lastTrouble = toStoreError(error, where);
    return isTimeForNewConnection();
  }
  function isTimeForNewConnection(): boolean {
    const now = performance.now();
    if (now < newConnectionAt) return false;
    newConnectionAt = now + newConnectionEveryMs;
    return true;
  }

  async function probe<T>(body: (client: Redis) => Promise<T>): Promise<T> {
    try {
      if (refusedLogin !== undefined) {
        const error = refusedLogin;
        if (isTimeForNewConnection()) client.disconnect(true);
        // Redis would serve us all the same, as its default user
        throw error;
      }
      const answer = await within(commandTimeoutMs, body(client), () => new StoreError('slow', where, `no answer within ${commandTimeoutMs} ms`));
      if (awayTold) log.info(`Redis at ${where} is back`);
      awayTold = false;
      lastTrouble = undefined;
      return answer;
    } catch (thrown) {
      let error = toStoreError(thrown, where);
      // "not connected" alone helps nobody: why not is what the connection said last
      if (error.reason === 'unreachable' && lastTrouble !== undefined) error = lastTrouble;
      counts[error.reason]++;
      if (!closed) tell(error);
      throw error;
    }
  }

  await within(commandTimeoutMs, client.connect(), () => new Error('later')).catch(() => {});

  return {
    probe,
    async ask(body) {
      const now = performance.now();
      if (now < restUntil) {
        counts.slow++;
        throw new StoreError('slow', where, `it missed the timeout of ${commandTimeoutMs} ms and is left alone for a moment`);
      }
      // one request at a time tries whether it answers again
      const trying = restUntil > 0;
      if (trying) restUntil = now + commandTimeoutMs;
      try {
        const answer = await probe(body);
        restUntil = 0;
        return answer;
      } catch (error) {
        restUntil = (error as StoreError).reason === 'slow' ? performance.now() + commandTimeoutMs : 0;
        throw error;
      }
    },
    failures: () => ({ ...counts }),
    async close() {
      if (closed) return;
      closed = true;
      client.disconnect();
    },
  };
}

/** Host and port without user, password and path. */
function addressOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port === '' ? '6379' : port}`;
}

function optionsOf(settings: RedisSettings, where: string): RedisOptions {
  const { commandTimeoutMs, tls } = settings;
  const file = (path: string | undefined): Buffer | undefined => {
    if (path === undefined) return undefined;
    try {
      return readFileSync(path);
    } catch (error) {
      throw new StoreError('unreachable', where, `can't read ${path} of \`redis.tls\`: ${(error as Error).message}`);
    }
  };
  return {
    lazyConnect: true,
    commandTimeout: commandTimeoutMs,
    // a request that the connection took with it has failed: nothing is queued and nothing sent a second time
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // a peer that went without a word is found out, and dialled again
    socketTimeout: 5 * commandTimeoutMs,
    connectTimeout: Math.max(2_000, commandTimeoutMs),
    retryStrategy: (times) => Math.min(2_000, 50 * 2 ** Math.min(times, 10)),
    // neither asks for a right beyond the ones that docs/redis.md lists
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
    ...(settings.username === null ? {} : { username: settings.username }),
    ...(settings.password === null ? {} : { password: settings.password }),
    ...(tls === false ? {} : { tls: tls === true ? {} : { ca: file(tls.ca), cert: file(tls.cert), key: file(tls.key), servername: tls.serverName } }),
  };
}

/** `work`, or the error of `late` after `ms`. */
async function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  // whoever loses the race may still fail, and nobody listens then
  work.catch(() => {});
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
