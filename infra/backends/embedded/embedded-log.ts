// Reading and writing records in the embedded file. A record's offset is its row's number, which grows over the whole
// file, so one number tells how far a reader of several partitions has come.
import type { InRecord, OutRecord } from '../../../shared/bus.ts';
import { partitionOf, topics, type TopicName, type TopicSpec } from '../../../shared/topics.ts';
import type { Database } from './database.ts';
import { createRecent } from './recent.ts';

interface Row {
  position: number;
  topic: TopicName;
  partition: number;
  key: string;
  headers: string;
  value: Uint8Array | null;
}

const specs = new Map<string, TopicSpec>(Object.values(topics).map((spec) => [spec.name, spec]));

export function specOf(topic: TopicName): TopicSpec {
  const spec = specs.get(topic);
  if (spec === undefined) throw new Error(`no such topic: ${topic}`);
  return spec;
}

export interface EmbeddedLog {
  partitions(topic: TopicName): number;
  /** Inside a transaction of the caller's, whose end it must be told. */
  write(records: readonly OutRecord[], atMs: number): void;
  /** The transaction is over: what was written in it is kept, or nothing of it. */
  ended(kept: boolean): void;
  /** Another process has written to the file. */
  strangersWrote(): void;
  /** Records after `position` up to `until`, oldest first; `partition` null reads all of them. Stops near `maxBytes`. */
  read(topic: TopicName, partition: number | null, after: number, until: number, limit: number, maxBytes: number): InRecord[];
  end(topic: TopicName): number;
  lag(topic: TopicName, partition: number | null, after: number): number;
}

export function createEmbeddedLog(db: Database, partitionCount: number): EmbeddedLog {
  const { sql } = db;
  const fields = 'position, topic, partition, key, headers, value';
  const table = (spec: TopicSpec) => (spec.compacted ? 'compacted' : 'log');
  const insertLog = sql.prepare('INSERT INTO log (topic, partition, key, headers, at, value) VALUES (?, ?, ?, ?, ?, ?)');
  const insertCompacted = sql.prepare('INSERT INTO compacted (topic, partition, key, headers, at, value) VALUES (?, ?, ?, ?, ?, ?)');
  const forget = sql.prepare('DELETE FROM compacted WHERE topic = ? AND key = ?');
  const reads = {
    log: {
      all: sql.prepare(`SELECT ${fields} FROM log WHERE topic = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?`),
      one: sql.prepare(`SELECT ${fields} FROM log WHERE topic = ? AND partition = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?`),
      end: sql.prepare('SELECT max(position) AS position FROM log'),
      lag: sql.prepare('SELECT count(*) AS n FROM log WHERE topic = ? AND partition = ? AND position > ?'),
    },
    compacted: {
      all: sql.prepare(`SELECT ${fields} FROM compacted WHERE topic = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?`),
      one: sql.prepare(`SELECT ${fields} FROM compacted WHERE topic = ? AND partition = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?`),
      end: sql.prepare('SELECT max(position) AS position FROM compacted'),
      lag: sql.prepare('SELECT count(*) AS n FROM compacted WHERE topic = ? AND partition = ? AND position > ?'),
    },
  } as const;

  const recent = createRecent();
  const partitions = (topic: TopicName) => (specOf(topic).partitions === 'one' ? 1 : partitionCount);

  return {
    partitions,
    write(records, atMs) {
      for (const record of records) {
        const spec = specOf(record.topic);
        const partition = record.partition ?? partitionOf(record.key, partitions(record.topic));
        const headers = record.headers === undefined ? '' : JSON.stringify(record.headers);
        if (spec.compacted) {
          forget.run(record.topic, record.key);
          insertCompacted.run(record.topic, partition, record.key, headers, atMs, record.value);
        } else {
          const { lastInsertRowid } = insertLog.run(record.topic, partition, record.key, headers, atMs, record.value);
          recent.add({ topic: record.topic, partition, offset: Number(lastInsertRowid), key: record.key, value: record.value, headers: record.headers ?? {} });
        }
      }
    },
    ended: recent.settle,
    strangersWrote: recent.forget,
    read(topic, partition, after, until, limit, maxBytes) {
      const held = specOf(topic).compacted ? null : recent.read(topic, partition, after, until, limit, maxBytes);
      if (held !== null) return held;
      const statements = reads[table(specOf(topic))];
      const rows = partition === null ? statements.all.iterate(topic, after, until, limit) : statements.one.iterate(topic, partition, after, until, limit);
      const records: InRecord[] = [];
      let bytes = 0;
      for (const row of rows as Iterable<unknown> as Iterable<Row>) {
        records.push({
          topic,
          partition: row.partition,
          offset: row.position,
          key: row.key,
          value: row.value,
          headers: row.headers === '' ? {} : (JSON.parse(row.headers) as Record<string, string>),
        });
        bytes += row.value?.length ?? 0;
        if (bytes >= maxBytes) break;
      }
      return records;
    },
    end(topic) {
      const row = reads[table(specOf(topic))].end.get() as { position: number | null };
      return row.position ?? 0;
    },
    lag(topic, partition, after) {
      const statement = reads[table(specOf(topic))].lag;
      const count = (p: number) => (statement.get(topic, p, after) as { n: number }).n;
      if (partition !== null) return count(partition);
      let sum = 0;
      for (let p = 0; p < partitions(topic); p++) sum += count(p);
      return sum;
    },
  };
}
