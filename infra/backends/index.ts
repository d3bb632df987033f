// The one switch between backends. Everything above it sees only Bus and Store.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { BusError, type Bus } from '../../shared/bus.ts';
import type { Store } from '../../shared/store.ts';
import { openEmbedded } from './embedded/embedded-bus.ts';
import type { KafkaSettings } from './kafka/settings.ts';
import type { RedisSettings } from './redis/settings.ts';

export { openEmbedded, type Embedded } from './embedded/embedded-bus.ts';
export { toBusError, type EmbeddedOptions } from './embedded/database.ts';
export { backupFile, restoreFile } from './embedded/backup.ts';

/** What a configuration says of its backend. */
export interface BackendSettings {
  readonly backend: 'embedded' | 'kafka';
  readonly kafka: KafkaSettings | null;
  readonly redis: RedisSettings;
  readonly data: string;
  readonly partitions: number;
  readonly maxBytes: number | null;
}

export interface Backend {
  readonly bus: Bus;
  readonly store: Store;
  /** This worker's name among several, the same after a restart; null where there is only one. */
  readonly instance: string | null;
  /** This process among all, for as long as it lives. */
  readonly holder: string;
  /** How long a worker that takes a lease lets the former holder notice, ms. */
  readonly patienceMs: number;
  /** Calls of the Store that failed since start, by reason. */
  storeFailures(): Readonly<Record<string, number>>;
  /** Closes both. Idempotent. */
  close(): Promise<void>;
}

/** The database of the embedded backend. */
export const databaseFile = (folder: string): string => join(folder, 'outcry.db');

/**
 * Opens what the configuration names. own: for the process that does the work. join: for a command beside it. Throws a
 * BusError that says what is wrong and what to do.
 */
export async function openBackend(settings: BackendSettings, mode: 'own' | 'join', log: Logger, instance: string = hostname()): Promise<Backend> {
  const holder = `${instance}/${process.pid}/${randomBytes(4).toString('hex')}`;
  if (settings.backend === 'embedded') {
    const { bus, store } = openEmbedded({ file: databaseFile(settings.data), partitions: settings.partitions, mode, maxBytes: mode === 'own' ? settings.maxBytes : null });
    return { bus, store, instance: null, holder, patienceMs: 0, storeFailures: () => ({}), close: bus.close };
  }
  if (settings.kafka === null) throw new BusError('unavailable', '`backend: kafka` needs `kafka` with the `brokers` of the cluster', false);
  // their libraries cost the start of who needs neither a tenth of a second
  const [{ openKafka }, { openRedisStore }] = await Promise.all([import('./kafka/kafka-bus.ts'), import('./redis/redis-store.ts')]);
  const bus = await openKafka(settings.kafka, { partitions: settings.partitions, instance, log: log.child({ part: 'kafka' }), clock: Date.now });
  try {
    const { store, failures, close } = await openRedisStore(settings.redis, { log: log.child({ part: 'redis' }) });
    return { bus, store, instance, holder, patienceMs: 3_000, storeFailures: failures, close: () => bus.close().finally(close) };
  } catch (error) {
    await bus.close();
    throw error;
  }
}

/** Resolves when the Redis of a configuration answers; rejects with what is wrong and what to do. */
export async function checkRedis(settings: RedisSettings, log: Logger): Promise<void> {
  const { openRedisStore } = await import('./redis/redis-store.ts');
  const { check, close } = await openRedisStore(settings, { log });
  await check().finally(close);
}
