// The embedded backend's one SQLite file: opening it safely, its tables, and its errors in words.
// What is stored in it belongs to embedded-bus.ts and embedded-store.ts.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BusError } from '../../../shared/bus.ts';

const schemaVersion = 1;

const schema = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS log (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL, partition INTEGER NOT NULL, key TEXT NOT NULL, headers TEXT NOT NULL, at INTEGER NOT NULL, value BLOB
  );
  CREATE INDEX IF NOT EXISTS log_partition ON log (topic, partition, position);
  CREATE INDEX IF NOT EXISTS log_topic ON log (topic, position);
  CREATE TABLE IF NOT EXISTS compacted (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL, partition INTEGER NOT NULL, key TEXT NOT NULL, headers TEXT NOT NULL, at INTEGER NOT NULL, value BLOB
  );
  CREATE UNIQUE INDEX IF NOT EXISTS compacted_key ON compacted (topic, key);
  CREATE INDEX IF NOT EXISTS compacted_partition ON compacted (topic, partition, position);
  CREATE INDEX IF NOT EXISTS compacted_topic ON compacted (topic, position);
  CREATE TABLE IF NOT EXISTS commits (
    role TEXT NOT NULL, part TEXT NOT NULL, topic TEXT NOT NULL, position INTEGER NOT NULL, snapshot INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (role, part)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS store (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
`;

export interface EmbeddedOptions {
  /** Path of the file; `:memory:` keeps everything in memory and lasts as long as the process. */
  readonly file: string;
  readonly partitions: number;
  /** own: the one process that runs the roles. join: a command beside it (tail, redrive, backup). */
  readonly mode: 'own' | 'join';
  /** Upper bound of the file's size in bytes; null for none. */
  readonly maxBytes: number | null;
}

export interface Database {
  readonly sql: DatabaseSync;
  /** Runs `body` in one transaction; on any error nothing of it is kept. */
  transaction<T>(body: () => T): T;
  close(): void;
}

/**
 * Opens the file, and in `own` mode takes the lock beside it, which the operating system frees when the process ends,
 * however it ends. Throws a BusError that says what is wrong and what to do.
 */
export function openDatabase(options: EmbeddedOptions): Database {
  const { file, mode, partitions } = options;
  const inMemory = file === ':memory:';
  const opened: DatabaseSync[] = [];
  try {
    if (!inMemory && mode === 'own') {
      mkdirSync(dirname(file), { recursive: true });
      opened.push(takeLock(`${file}.lock`));
    }
    const sql = new DatabaseSync(file, { timeout: 5_000, readOnly: false });
    opened.push(sql);
    sql.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;');
    if (options.maxBytes !== null) {
      const { page_size: pageSize } = sql.prepare('PRAGMA page_size').get() as { page_size: number };
      sql.exec(`PRAGMA max_page_count = ${Math.max(64, Math.floor(options.maxBytes / pageSize))}`);
    }
    const health = sql.prepare('PRAGMA quick_check(1)').get() as { quick_check: string } | undefined;
    if (health?.quick_check !== 'ok') {
      throw new BusError('corrupt', corruptMessage(file, String(health?.quick_check)), false);
    }
    sql.exec(schema);
    settle(sql, 'version', String(schemaVersion), (found) => `${file} was written by another version of Outcry (schema ${found}, this is ${schemaVersion}): use that version, or another folder.`);
    settle(sql, 'partitions', String(partitions), (found) => `${file} has ${found} partitions and the configuration says ${partitions}: set \`partitions: ${found}\` again, or use another folder.`);
    return {
      sql,
      transaction(body) {
        sql.exec('BEGIN IMMEDIATE');
        try {
          const result = body();
          sql.exec('COMMIT');
          return result;
        } catch (error) {
          if (sql.isTransaction) sql.exec('ROLLBACK');
          throw error;
        }
      },
      close() {
        for (const handle of opened.toReversed()) if (handle.isOpen) handle.close();
      },
    };
  } catch (error) {
    for (const handle of opened.toReversed()) if (handle.isOpen) handle.close();
    throw toBusError(error, file);
  }
}

/** Holds `path` against every other process until closed. Throws a BusError `locked` when another holds it. */
export function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const busError = toBusError(error, path);
    if (busError.code !== 'locked') throw busError;
    throw new BusError('locked', `another Outcry runs on ${path.replace(/\.lock$/, '')}: stop it first, or give this one another \`data\` folder.`, false, error);
  }
}

function settle(sql: DatabaseSync, key: string, wanted: string, complaint: (found: string) => string): void {
  sql.prepare('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)').run(key, wanted);
  const { value } = sql.prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: string };
  if (value !== wanted) throw new BusError('unavailable', complaint(value), false);
}

function corruptMessage(file: string, detail: string): string {
  return `${file} is damaged (${detail.replace(/\s+/g, ' ').slice(0, 200)}): nothing was changed. Put back a copy made by \`outcry backup\` with \`outcry restore\`, or move the file away to begin anew.`;
}

/** Any error of SQLite or of the file system as a BusError with its mend. */
export function toBusError(error: unknown, file: string): BusError {
  if (error instanceof BusError) return error;
  const { errcode, code, message } = error as { errcode?: number; code?: string; message?: string };
  const primary = errcode === undefined ? undefined : errcode & 0xff;
  if (primary === 13 || code === 'ENOSPC') {
    return new BusError('full', `no room left for ${file}: free some disk or raise \`storage.maxMegabytes\`. Accepted posts are kept; new ones wait.`, true, error);
  }
  if (primary === 8 || primary === 14 || primary === 3 || code === 'EROFS' || code === 'EACCES' || code === 'EPERM' || code === 'ENOENT' || code === 'ENOTDIR') {
    return new BusError('read-only', `can't write ${file} (${message ?? code}): make its folder writable for this user, or set \`data\` to one that is.`, false, error);
  }
  if (primary === 11 || primary === 26) return new BusError('corrupt', corruptMessage(file, message ?? 'unreadable'), false, error);
  if (primary === 5 || primary === 6) return new BusError('locked', `${file} is busy in another process.`, true, error);
  if (primary === 10) return new BusError('unavailable', `the disk under ${file} answers with errors (${message ?? 'I/O error'}).`, true, error);
  return new BusError('unavailable', `${file}: ${message ?? String(error)}`, false, error);
}
