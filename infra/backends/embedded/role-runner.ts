// Runs one fold of a role on the embedded backend: restore, silent replay, then read, fold and commit for ever.
// Outputs, the input position and now and then a snapshot go into one transaction.
import type { Emit, Fold, InRecord, OutRecord, Role, RoleProgress, SnapshotPart } from '../../../shared/bus.ts';
import { topics } from '../../../shared/topics.ts';
import { createSnapshotPace } from '../snapshot-pace.ts';
import { toBusError, type Database } from './database.ts';
import type { EmbeddedLog } from './embedded-log.ts';
import type { GroupCommit } from './group-commit.ts';

const batchRecords = 512;
const batchBytes = 4 << 20;
const retryMs = 500;

export interface RunnerDeps {
  readonly db: Database;
  readonly log: EmbeddedLog;
  readonly commits: GroupCommit;
  readonly file: string;
  readonly clock: () => number;
  /** Resolves when the topic may have grown, or the runner was woken to stop. */
  readonly grown: (topic: string) => Promise<void>;
  /** Told after a commit, so that readers of the output topics wake up. */
  readonly committed: (records: readonly OutRecord[]) => void;
  /** A trouble that is being retried, or null when it is over. */
  readonly trouble: (error: Error | null) => void;
}

export interface Runner {
  run(): Promise<void>;
  stop(): void;
  progress(): RoleProgress;
}

export function createRunner(role: Role, part: string, deps: RunnerDeps): Runner {
  const { db, log, clock } = deps;
  const partition = part === 'all' ? null : Number(part);
  const owner = `${role.name}/${part}/`;
  const readCommit = db.sql.prepare('SELECT position, snapshot FROM commits WHERE role = ? AND part = ?');
  const writeCommit = db.sql.prepare(
    'INSERT INTO commits (role, part, topic, position, snapshot) VALUES (?, ?, ?, ?, ?) ON CONFLICT (role, part) DO UPDATE SET position = excluded.position, snapshot = excluded.snapshot',
  );
  const readParts = db.sql.prepare('SELECT key, value FROM compacted WHERE topic = ? AND key >= ? AND key < ? ORDER BY key');
  const fold: Fold = role.create(part);
  let position = 0;
  let snapshotPosition = 0;
  const pace = createSnapshotPace(clock);
  /** The parts of the stored snapshot, as this process wrote them: what is the same is not written again. */
  let written = new Map<string, Uint8Array | null>();
  let stopping = false;
  let live = false;

  function storedParts(): SnapshotPart[] {
    const rows = readParts.all(topics.snapshots.name, owner, `${owner}\u{10ffff}`) as { key: string; value: Uint8Array }[];
    return rows.map((row) => ({ key: row.key.slice(owner.length), value: row.value }));
  }

  function begin(): void {
    const found = readCommit.get(role.name, part) as { position: number; snapshot: number } | undefined;
    position = found?.position ?? 0;
    snapshotPosition = found?.snapshot ?? 0;
    const parts = storedParts();
    written = new Map(parts.map(({ key }) => [key, null]));
    try {
      fold.restore(parts);
    } catch (error) {
      throw new Error(`the snapshot of ${role.name}, part ${part}, can't be read (${(error as Error).message}): put back a backup, or move the database away to begin anew`, { cause: error });
    }
  }

  function foldAll(batch: readonly InRecord[], emit: Emit): void {
    const began = performance.now();
    for (const record of batch) fold.fold(record, emit);
    pace.folded(performance.now() - began);
  }

  async function replaySilently(): Promise<void> {
    let at = snapshotPosition;
    for (;;) {
      const batch = log.read(role.input, partition, at, position, batchRecords, batchBytes);
      const last = batch.at(-1);
      if (last === undefined) return;
      foldAll(batch, () => {});
      at = last.offset;
      await new Promise(setImmediate);
    }
  }

  function published(): InRecord[] {
    return log.read(role.output, partition, 0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }

  function snapshotRecords(): OutRecord[] {
    const began = performance.now();
    const fresh = new Map(fold.snapshot().map((one) => [one.key, one.value]));
    pace.taken(performance.now() - began);
    const record = (key: string, value: Uint8Array | null): OutRecord => ({ topic: topics.snapshots.name, key: owner + key, value });
    const records = [
      ...[...written.keys()].filter((key) => !fresh.has(key)).map((key) => record(key, null)),
      ...[...fresh].filter(([key, value]) => written.get(key) !== value).map(([key, value]) => record(key, value)),
    ];
    written = fresh;
    return records;
  }

  /** Commits or keeps trying: the fold has moved on, so giving the batch up would lose it. */
  async function commit(outputs: OutRecord[], upTo: number, snapshot: boolean): Promise<void> {
    const records = snapshot ? [...outputs, ...snapshotRecords()] : outputs;
    const newSnapshot = snapshot ? upTo : snapshotPosition;
    for (;;) {
      try {
        await deps.commits.add(() => {
          log.write(records, clock());
          writeCommit.run(role.name, part, role.input, upTo, newSnapshot);
        });
        deps.trouble(null);
        break;
      } catch (error) {
        const trouble = toBusError(error, deps.file);
        deps.trouble(trouble);
        if (!trouble.retry || stopping) throw trouble;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    position = upTo;
    snapshotPosition = newSnapshot;
    deps.committed(records);
  }

  return {
    async run() {
      begin();
      await replaySilently();
      const corrections: OutRecord[] = [];
      fold.live(published(), (record) => corrections.push(record));
      if (corrections.length > 0) await commit(corrections, position, true);
      live = true;
      pace.begin();
      while (!stopping) {
        const growth = deps.grown(role.input);
        const batch = log.read(role.input, partition, position, Number.MAX_SAFE_INTEGER, batchRecords, batchBytes);
        const last = batch.at(-1);
        if (last === undefined) {
          await growth;
          continue;
        }
        const outputs: OutRecord[] = [];
        const emit = (record: OutRecord) => void outputs.push(record);
        foldAll(batch, emit);
        await commit(outputs, last.offset, pace.due());
        await new Promise(setImmediate);
      }
      if (live && position > snapshotPosition) await commit([], position, true);
    },
    stop() {
      stopping = true;
    },
    progress: () => ({ role: role.name, part, live, lag: log.lag(role.input, partition, position) }),
  };
}
