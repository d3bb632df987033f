// The file in which an installation is carried: an embedded database that is read and written as a whole, while nobody
// works on it. What goes in from a cluster is fill.ts, what goes out to one is pour.ts.
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { BusError, type SnapshotPart } from '../../../shared/bus.ts';
import { topics, type TopicName } from '../../../shared/topics.ts';
import { backupFile } from '../embedded/backup.ts';
import { openDatabase, takeLock, toBusError } from '../embedded/database.ts';
import { specOf } from '../embedded/embedded-log.ts';

/** A record with what a log knows of it beside its content. */
export interface KeptRecord {
  readonly topic: TopicName;
  readonly partition: number;
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
  /** When it was written, ms, wall clock: retention goes by it. */
  readonly at: number;
}

/** How far a role's part has come: row up to which it has read, and up to which its stored state has. */
export interface Stand {
  readonly position: number;
  readonly snapshot: number;
}

export interface CarryFile {
  /** Made with the file: tells it from every other. */
  readonly id: string;
  readonly partitions: number;
  /** Appends records in one transaction; of a compacted topic each key once. */
  write(records: readonly KeptRecord[]): void;
  /** The row that was written last. */
  end(): number;
  /** Sets the state of a role's part, and where it stands in its input. */
  stand(role: string, part: string, input: TopicName, stand: Stand, parts: readonly SnapshotPart[]): void;
  /** The records of a topic in the order of writing. */
  records(topic: TopicName): Iterable<KeptRecord>;
  /** The stored states of a role, by part. */
  states(role: string): Map<string, SnapshotPart[]>;
  /** What the Store holds and is not past its time at `nowMs`. */
  entries(nowMs: number): { readonly key: string; readonly value: string; readonly ttlMs: number }[];
  close(): void;
}

interface Row {
  readonly partition: number;
  readonly key: string;
  readonly headers: string;
  readonly at: number;
  readonly value: Uint8Array | null;
}

/** How many partitions the installation in `file` has. Throws a BusError where it is none. */
export function partitionsIn(file: string): number {
  if (!existsSync(file)) throw new BusError('unavailable', `there is no ${file}`, false);
  let sql: DatabaseSync | undefined;
  try {
    sql = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    const row = sql.prepare("SELECT value FROM meta WHERE key = 'partitions'").get() as { value: string } | undefined;
    if (row === undefined) throw new BusError('unavailable', `${file} is no database of Outcry`, false);
    return Number(row.value);
  } catch (error) {
    throw toBusError(error, file);
  } finally {
    sql?.close();
  }
}

/** Opens the file, which is made when it is not there. Throws a BusError with the mend. */
export function openCarryFile(file: string, partitions: number): CarryFile {
  const db = openDatabase({ file, partitions, mode: 'join', maxBytes: null });
  const { sql } = db;
  sql.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('carry', ?)").run(randomBytes(12).toString('hex'));
  const { value: id } = sql.prepare("SELECT value FROM meta WHERE key = 'carry'").get() as { value: string };
  const insert = (table: string) => sql.prepare(`INSERT INTO ${table} (topic, partition, key, headers, at, value) VALUES (?, ?, ?, ?, ?, ?)`);
  const inserts = { log: insert('log'), compacted: insert('compacted') };
  const select = (table: string) => sql.prepare(`SELECT partition, key, headers, at, value FROM ${table} WHERE topic = ? ORDER BY position`);
  const selects = { log: select('log'), compacted: select('compacted') };
  const last = sql.prepare('SELECT max(position) AS position FROM log');
  const commit = sql.prepare('INSERT INTO commits (role, part, topic, position, snapshot) VALUES (?, ?, ?, ?, ?)');
  const readStates = sql.prepare('SELECT key, value FROM compacted WHERE topic = ? AND key >= ? AND key < ? ORDER BY key');
  const readEntries = sql.prepare('SELECT key, value, expires FROM store WHERE expires > ? ORDER BY key');
  const tableOf = (topic: TopicName) => (specOf(topic).compacted ? 'compacted' : 'log');
  const put = ({ topic, partition, key, headers, at, value }: KeptRecord) => inserts[tableOf(topic)].run(topic, partition, key, Object.keys(headers).length === 0 ? '' : JSON.stringify(headers), at, value);

  return {
    id, partitions,
    write(records) {
      db.transaction(() => records.forEach(put));
    },
    end: () => (last.get() as { position: number | null }).position ?? 0,
    stand(role, part, input, { position, snapshot }, parts) {
      db.transaction(() => {
        for (const { key, value } of parts) put({ topic: topics.snapshots.name, partition: 0, key: `${role}/${part}/${key}`, value, headers: {}, at: 0 });
        commit.run(role, part, input, position, snapshot);
      });
    },
    *records(topic) {
      for (const row of selects[tableOf(topic)].iterate(topic) as Iterable<unknown> as Iterable<Row>) {
        yield { topic, partition: row.partition, key: row.key, value: row.value, headers: row.headers === '' ? {} : (JSON.parse(row.headers) as Record<string, string>), at: row.at };
      }
    },
    states(role) {
      const states = new Map<string, SnapshotPart[]>();
      for (const { key, value } of readStates.all(topics.snapshots.name, `${role}/`, `${role}/\u{10ffff}`) as { key: string; value: Uint8Array }[]) {
        const end = key.indexOf('/', role.length + 1);
        const part = key.slice(role.length + 1, end);
        const parts = states.get(part) ?? [];
        states.set(part, parts);
        parts.push({ key: key.slice(end + 1), value });
      }
      return states;
    },
    entries: (nowMs) => (readEntries.all(nowMs) as { key: string; value: string; expires: number }[]).map(({ key, value, expires }) => ({ key, value, ttlMs: expires - nowMs })),
    close: () => db.close(),
  };
}

/** Takes the file and what SQLite keeps beside it away. */
export function removeCarryFile(file: string): void {
  for (const end of ['', '-wal', '-shm', '.part']) rmSync(file + end, { force: true });
}

/**
 * Copies a stopped installation's database to `to`, in whose place nothing may stand that is still needed. Until `release`
 * the source can't be started, so that nothing is added that would be left behind. Throws a BusError.
 */
export function copyStopped(file: string, to: string): { release(): void } {
  if (!existsSync(file)) throw new BusError('unavailable', `there is no ${file}`, false);
  const guard = takeLock(`${file}.lock`);
  try {
    removeCarryFile(to);
    backupFile(file, to);
  } catch (error) {
    guard.close();
    throw error;
  }
  return { release: () => guard.close() };
}

/** Keeps every other process from carrying by way of the same file. Throws a BusError where one does. */
export function guardCarryFile(file: string): { release(): void } {
  const guard = takeLock(`${file}.lock`);
  return { release: () => guard.close() };
}
