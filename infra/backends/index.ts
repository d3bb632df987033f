// The one switch between backends. Everything above it sees only Bus and Store.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Bus } from '../../shared/bus.ts';
import type { Store } from '../../shared/store.ts';
import { openEmbedded } from './embedded/embedded-bus.ts';

export { openEmbedded, type Embedded } from './embedded/embedded-bus.ts';
export { toBusError, type EmbeddedOptions } from './embedded/database.ts';
export { backupFile, restoreFile } from './embedded/backup.ts';

/** What a configuration says of its backend. */
export interface BackendSettings {
  readonly backend: 'embedded' | 'kafka';
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
  /** Closes both. Idempotent. */
  close(): Promise<void>;
}

/** The database of the embedded backend. */
export const databaseFile = (folder: string): string => join(folder, 'outcry.db');

/**
 * Opens what the configuration names. own: for the process that does the work. join: for a command beside it. Throws a
 * BusError that says what is wrong and what to do.
 */
export async function openBackend(settings: BackendSettings, mode: 'own' | 'join', _log: Logger, instance: string = hostname()): Promise<Backend> {
  const holder = `${instance}/${process.pid}/${randomBytes(4).toString('hex')}`;
  const { bus, store } = openEmbedded({ file: databaseFile(settings.data), partitions: settings.partitions, mode, maxBytes: mode === 'own' ? settings.maxBytes : null });
  return { bus, store, instance: null, holder, patienceMs: 0, close: bus.close };
}
