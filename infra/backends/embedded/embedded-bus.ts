// The Bus in one SQLite file: as strict as a cluster. Order holds within a partition only, everything is encoded and
// decoded, and what was promised survives kill -9.
import { BusError, type Bus, type InRecord, type OutRecord, type Running } from '../../../shared/bus.ts';
import type { Store } from '../../../shared/store.ts';
import { openDatabase, toBusError, type EmbeddedOptions } from './database.ts';
import { createEmbeddedLog } from './embedded-log.ts';
import { createEmbeddedStore } from './embedded-store.ts';
import { createGroupCommit } from './group-commit.ts';
import { createRetention } from './retention.ts';
import { createRunner, type Runner } from './role-runner.ts';

const lookMs = 200;
const pruneEveryMs = 60_000;
const tailRecords = 512;
const tailBytes = 4 << 20;

export interface Embedded {
  readonly bus: Bus;
  readonly store: Store;
}

/** Opens the embedded backend. `clock` gives the wall clock in ms. Throws a BusError that names the mend. */
export function openEmbedded(options: EmbeddedOptions, clock: () => number = Date.now): Embedded {
  const db = openDatabase(options);
  const log = createEmbeddedLog(db, options.partitions);
  const commits = createGroupCommit(db, log.ended);
  const letGo = createRetention(db, log);
  const sleepers = new Map<string, Set<() => void>>();
  const runners = new Set<Runner>();
  const running = new Set<Running>();
  const writers = new Map<string, object>();
  let closed = false;
  let trouble: Error | null = null;
  let dataVersion = 0;

  const readDataVersion = db.sql.prepare('PRAGMA data_version');
  const look = setInterval(() => {
    // other processes (redrive, restore) write to the same file; this number moves when they do
    const now = dataVersionNow();
    if (now === dataVersion) return;
    dataVersion = now;
    log.strangersWrote();
    wakeAll();
  }, lookMs);
  const prune = setInterval(pruneOnce, pruneEveryMs);
  if (options.mode === 'join') clearInterval(prune);
  else pruneOnce();

  /** As it was when the file can not be asked now: whoever reads or writes next tells why. */
  function dataVersionNow(): number {
    try {
      return (readDataVersion.get() as { data_version: number }).data_version;
    } catch {
      return dataVersion;
    }
  }

  function grown(topic: string): Promise<void> {
    return new Promise((resolve) => {
      const set = sleepers.get(topic) ?? new Set();
      sleepers.set(topic, set);
      set.add(resolve);
    });
  }

  function wake(topic: string): void {
    const set = sleepers.get(topic);
    if (set === undefined) return;
    sleepers.delete(topic);
    for (const resolve of set) resolve();
  }

  function wakeAll(): void {
    for (const topic of sleepers.keys()) wake(topic);
  }

  function wakeFor(records: readonly OutRecord[]): void {
    for (const topic of new Set(records.map((record) => record.topic))) wake(topic);
  }

  function pruneOnce(): void {
    try {
      letGo(clock());
    } catch {
      // a full or busy file lets go at the next turn, and tells of its trouble whoever has something to write
    }
  }

  function track(start: () => Promise<void>, stop: () => void): Running {
    const done = start();
    const handle: Running = {
      async stop() {
        stop();
        wakeAll();
        await done;
        running.delete(handle);
      },
    };
    running.add(handle);
    return handle;
  }

  /** `allowed` is asked inside the transaction. */
  async function publish(records: readonly OutRecord[], allowed: () => void = () => {}): Promise<void> {
    if (closed) throw new BusError('closed', 'the log is closed', false);
    try {
      await commits.add(() => {
        allowed();
        log.write(records, clock());
      });
    } catch (error) {
      const refused = toBusError(error, options.file);
      if (refused.code !== 'fenced') trouble = refused;
      throw refused;
    }
    trouble = null;
    wakeFor(records);
  }

  const bus: Bus = {
    partitions: (topic) => log.partitions(topic),

    publish: (records) => publish(records),

    // only the process that owns the file writes under names, so that who came last is known in memory
    writer(name) {
      const own = {};
      writers.set(name, own);
      const allowed = () => {
        if (writers.get(name) !== own) throw new BusError('fenced', `another has become the writer of ${name}`, false);
      };
      return Promise.resolve({
        publish: (records) => publish(records, allowed),
        async close() {
          if (writers.get(name) === own) writers.delete(name);
        },
      });
    },

    async work(role, failed) {
      const parts = role.scope === 'topic' ? ['all'] : Array.from({ length: log.partitions(role.input) }, (_, p) => String(p));
      const own = parts.map((part) =>
        createRunner(role, part, {
          db, log, clock, grown, commits, file: options.file, committed: wakeFor,
          trouble: (error) => {
            trouble = error;
          },
        }),
      );
      for (const runner of own) runners.add(runner);
      const all = Promise.all(own.map((runner) => runner.run().catch((error: unknown) => failed(error as Error))));
      return track(
        async () => {
          await all;
          for (const runner of own) runners.delete(runner);
        },
        () => {
          for (const runner of own) runner.stop();
        },
      );
    },

    progress: () => [...runners].map((runner) => runner.progress()),

    tail(topic, from, each, caughtUp = () => {}) {
      const end = log.end(topic);
      let position = from === 'now' ? end : 0;
      let stopped = false;
      let told = false;
      const run = async () => {
        // the caller gets its handle before the first record
        await Promise.resolve();
        while (!stopped && !closed) {
          const growth = grown(topic);
          const batch: InRecord[] = log.read(topic, null, position, Number.MAX_SAFE_INTEGER, tailRecords, tailBytes);
          const last = batch.at(-1);
          if (last !== undefined) {
            position = last.offset;
            await each(batch);
          }
          if (!told && (last === undefined || position >= end)) {
            told = true;
            caughtUp();
          }
          if (last === undefined) await growth;
          else await new Promise(setImmediate);
        }
      };
      return track(run, () => {
        stopped = true;
      });
    },

    async latest(topic) {
      if (closed) throw new BusError('closed', 'the log is closed', false);
      const records = log.read(topic, null, 0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      return new Map(records.filter((record) => record.value !== null).map((record) => [record.key, record]));
    },

    async check() {
      if (closed) throw new BusError('closed', 'the log is closed', false);
      if (trouble !== null) throw trouble;
      try {
        db.sql.prepare('SELECT 1').get();
      } catch (error) {
        throw toBusError(error, options.file);
      }
    },

    async close() {
      if (closed) return;
      closed = true;
      commits.flush();
      clearInterval(look);
      clearInterval(prune);
      await Promise.all([...running].map((one) => one.stop()));
      db.close();
    },
  };

  return { bus, store: createEmbeddedStore(db, clock) };
}

