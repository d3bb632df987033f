// Lets go of what is past its time. Rows are numbered in the order in which they were written, so the row from which on
// things are young enough is found by halving, and nothing is read that stays.
import { markerRetentionMs, topics, type TopicName, type TopicSpec } from '../../../shared/topics.ts';
import type { Database } from './database.ts';
import type { EmbeddedLog } from './embedded-log.ts';

/** At most so many rows of a partition a turn: a turn must not hold up the others. */
const mostRows = 20_000;

type Spec = TopicSpec & { readonly name: TopicName };

/** Returns a function that deletes, at wall clock `nowMs`, what has outlived its topic's retention. */
export function createRetention({ sql }: Database, log: EmbeddedLog): (nowMs: number) => void {
  const tables = { log: statements('log'), compacted: statements('compacted') };
  // a role that must replay from its snapshot still needs what came after it
  const guard = sql.prepare("SELECT min(snapshot) AS position FROM commits WHERE topic = ? AND part IN (?, 'all')");

  function statements(table: 'log' | 'compacted') {
    return {
      bounds: sql.prepare(`SELECT min(position) AS first, max(position) AS last FROM ${table}`),
      next: sql.prepare(`SELECT position, at FROM ${table} WHERE position >= ? ORDER BY position LIMIT 1`),
      remove: sql.prepare(
        `DELETE FROM ${table} WHERE position IN (
           SELECT position FROM ${table} WHERE topic = ?1 AND partition = ?2 AND position < ?3 AND (?4 IS NULL OR key = ?4) ORDER BY position LIMIT ${mostRows})`,
      ),
    };
  }

  /** The first row that was written at `atMs` or later; one past the last when there is none. */
  function firstSince(table: 'log' | 'compacted', atMs: number): number {
    const { bounds, next } = tables[table];
    const { first, last } = bounds.get() as { first: number | null; last: number | null };
    let low = first ?? 1;
    let high = (last ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = next.get(middle) as { position: number; at: number } | undefined;
      if (row === undefined || row.at >= atMs) high = middle;
      else low = row.position + 1;
    }
    return low;
  }

  function letGo(spec: Spec, beforeMs: number, key: string | null): void {
    const table = spec.compacted ? 'compacted' : 'log';
    const young = firstSince(table, beforeMs);
    for (let partition = 0; partition < log.partitions(spec.name); partition++) {
      const { position } = guard.get(spec.name, String(partition)) as { position: number | null };
      const until = spec.compacted || position === null ? young : Math.min(young, position + 1);
      tables[table].remove.run(spec.name, partition, until, key);
    }
  }

  return (nowMs) => {
    for (const spec of Object.values(topics) as Spec[]) {
      if (spec.retentionMs !== null) letGo(spec, nowMs - spec.retentionMs, null);
      if (spec.markerKey !== undefined) letGo(spec, nowMs - markerRetentionMs, spec.markerKey);
    }
  };
}
