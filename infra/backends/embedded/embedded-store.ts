// The Store in the embedded file. Its rows may be forgotten at any time.
import type { Store } from '../../../shared/store.ts';
import type { Database } from './database.ts';

/** `clock` gives the wall clock in ms. */
export function createEmbeddedStore(db: Database, clock: () => number): Store {
  const { sql } = db;
  const get = sql.prepare('SELECT value FROM store WHERE key = ? AND expires > ?');
  const set = sql.prepare('INSERT INTO store (key, value, expires) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires');
  const remove = sql.prepare('DELETE FROM store WHERE key = ?');
  const sweep = sql.prepare('DELETE FROM store WHERE expires <= ?');
  const range = sql.prepare('SELECT key, value FROM store WHERE key >= ? AND key < ? AND expires > ? ORDER BY key');
  const step = sql.prepare(
    `INSERT INTO store (key, value, expires) VALUES (?1, '1', ?2)
     ON CONFLICT (key) DO UPDATE SET
       value = CASE WHEN expires > ?3 THEN CAST(value AS INTEGER) + 1 ELSE '1' END,
       expires = CASE WHEN expires > ?3 THEN expires ELSE excluded.expires END
     RETURNING value`,
  );
  // one process owns the file, so that nobody else asks for its leases
  const leases = new Map<string, { holder: string; until: number }>();
  let nextSweep = 0;

  return {
    async get(key) {
      const row = get.get(key, clock()) as { value: string } | undefined;
      return row?.value;
    },
    async set(key, value, ttlMs) {
      const now = clock();
      if (now >= nextSweep) {
        nextSweep = now + 60_000;
        sweep.run(now);
      }
      set.run(key, value, now + ttlMs);
    },
    async delete(key) {
      remove.run(key);
    },
    async entries(prefix) {
      const rows = range.all(prefix, `${prefix}\u{10ffff}`, clock()) as { key: string; value: string }[];
      return new Map(rows.map((row) => [row.key, row.value]));
    },
    async increment(key, ttlMs) {
      const now = clock();
      const row = step.get(key, now + ttlMs, now) as { value: string };
      return Number(row.value);
    },
    async lease(name, holder, ttlMs) {
      const now = clock();
      const held = leases.get(name);
      if (held !== undefined && held.holder !== holder && held.until > now) return false;
      leases.set(name, { holder, until: now + ttlMs });
      return true;
    },
    async release(name, holder) {
      if (leases.get(name)?.holder === holder) leases.delete(name);
    },
  };
}
