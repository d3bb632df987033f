// One fold of a role on Kafka: takes its transactional id (which fences whoever had it), restores, replays silently, then
// reads, folds and commits until it is stopped, or until the part is another's. Who works at what belongs to group.ts.
import type { Logger } from 'pino';
import type { Fold, InRecord, OutRecord, Role, RoleProgress } from '../../../shared/bus.ts';
import { topics, type TopicName } from '../../../shared/topics.ts';
import { isFenced, isPassing, toBusError, typeOf } from './kafka-error.ts';
import { createSnapshotPace } from '../snapshot-pace.ts';
import type { Client, Patience } from './link.ts';
import type { Placing } from './batches.ts';
import { createTransactor } from './producer.ts';
import { readLatest, readThrough } from './read-through.ts';
import { createReader, offsetsOf, refuseShorter, type Fetched } from './reader.ts';
import { createSnapshots } from './snapshots.ts';

const waitMs = 200;
/** A chunk ends after so much work, or so many outputs: the loop's other duties must not wait longer. */
const mostChunkMs = 100;
const mostOutputs = 1_000;
const lookAtClockEvery = 8;
/** A transaction costs the brokers the same for one frame as for many: what gave no output may wait for this long. */
const quietCommitMs = 500;
const stopPatienceMs = 10_000;
/** Left by a transaction of ours that the cluster ended meanwhile: to be opened again, not to die of. */
const overtaken: ReadonlySet<string> = new Set(['INVALID_TXN_STATE', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'CONCURRENT_TRANSACTIONS']);

export interface PartDeps {
  readonly client: Client;
  readonly role: Role;
  readonly part: string;
  /** Of the input. */
  readonly partitions: readonly number[];
  readonly group: string;
  readonly place: (topic: TopicName) => string;
  readonly placing: Placing;
  readonly countOf: (topic: TopicName) => number;
  readonly compress: boolean;
  readonly log: Logger;
  readonly clock: () => number;
  /** Where partitions end, as far as this process has heard: see ends.ts. */
  readonly ends: { saw(place: string, partition: number, end: number): void; of(place: string, partition: number): number };
}

/** stopped: as asked. lost: another owns the part now, or the commit's outcome is open; it may be opened again. */
export type Ending = { readonly kind: 'stopped' | 'lost' } | { readonly kind: 'failed'; readonly error: Error };

export interface PartRunner {
  run(): Promise<Ending>;
  /** Stops after what is in hand is committed. */
  stop(): void;
  /** The part is another's: nothing more is to be written. */
  lose(): void;
  progress(): RoleProgress;
  /** Grows with whatever is done: for the watchdog. */
  beats(): number;
}

/** Our own state broke: nothing that trying again mends. */
class Broken extends Error {}

export function createPartRunner(deps: PartDeps): PartRunner {
  const { client, role, part, partitions, group, ends, log, clock } = deps;
  const input = deps.place(role.input);
  const link = client.link();
  const transactor = createTransactor({ link, placing: deps.placing, compress: deps.compress, clock, acked: (topic, partition, next) => ends.saw(topic, partition, next) }, `${group}-${part}`);
  const snapshots = createSnapshots(role.name, part);
  const pace = createSnapshotPace(clock);
  let committed: ReadonlyMap<number, number> = new Map();
  let positions = new Map<number, number>();
  let outputs: OutRecord[] = [];
  let dirtySince = 0;
  let pending: Promise<void> | null = null;
  let sinceSnapshot = false;
  let dirty = false;
  let live = false;
  let lost = false;
  let stopBy: number | null = null;
  let beats = 0;

  const patience: Patience = { gaveUp: () => lost || (stopBy !== null && performance.now() > stopBy) };
  const over = () => lost || stopBy !== null;
  const emit = (record: OutRecord): void => void outputs.push(record);

  /** What the fold does may only fail because our state is broken. */
  function ours<T>(what: () => T): T {
    try {
      return what();
    } catch (error) {
      throw new Broken('', { cause: error });
    }
  }

  /** Where the log begins, and where the group stands; where it has never stood, that is the same. */
  async function startingPoints(): Promise<{ first: Map<number, number>; stands: Map<number, number> }> {
    const { responses } = await link.again(async () => (await link.coordinator('group', group)).offsetFetch({ groupId: group, topics: [{ topic: input, partitions: partitions.map((partition) => ({ partition })) }] }), patience);
    const said = new Map(responses.flatMap((one) => one.partitions).map(({ partition, offset }) => [partition, Number(offset)]));
    const first = await link.again(() => offsetsOf(link, input, partitions, 'first'), patience);
    return { first, stands: new Map(partitions.map((partition) => [partition, Math.max(said.get(partition) ?? -1, first.get(partition) ?? 0)])) };
  }

  /** The fold as it stood at its last snapshot, and the offsets at which it stood. */
  async function restore(): Promise<{ fold: Fold; from: ReadonlyMap<number, number> | null }> {
    const place = deps.place(topics.snapshots.name);
    const owner = snapshots.prefix.slice(0, -1);
    const latest = await readLatest({ link, topic: topics.snapshots.name, place, partitions: [0], patience }, (key) => key === owner || key.startsWith(snapshots.prefix));
    const fold = ours(() => role.create(part));
    try {
      const stored = snapshots.load(latest);
      fold.restore(stored?.parts ?? []);
      return { fold, from: stored?.offsets ?? null };
    } catch (error) {
      const why = new Error(`the snapshot of ${role.name}, part ${part}, can't be read (${(error as Error).message}): use the version that wrote it, or erase its keys in ${place} to begin anew`, { cause: error });
      throw new Broken('', { cause: why });
    }
  }

  async function replaySilently(fold: Fold, from: ReadonlyMap<number, number>, to: ReadonlyMap<number, number>): Promise<void> {
    const reader = createReader({ link, topic: role.input, place: input, from: new Map([...from].filter(([partition, at]) => at < to.get(partition)!)), lost: tellLost });
    while (!over() && [...reader.positions].some(([partition, at]) => at < to.get(partition)!)) {
      for (const { partition, records } of await reader.read(waitMs)) {
        const until = to.get(partition)!;
        let began = performance.now();
        for (let i = 0; i < records.length && records[i]!.offset < until; i++) {
          ours(() => fold.fold(records[i]!, () => {}));
          if (i % lookAtClockEvery !== 0 || performance.now() - began <= mostChunkMs) continue;
          pace.folded(performance.now() - began);
          // an answer may hold more work than the group waits for a heartbeat
          beats++;
          await new Promise(setImmediate);
          if (over()) return;
          began = performance.now();
        }
        pace.folded(performance.now() - began);
        beats++;
        await new Promise(setImmediate);
      }
    }
  }

  async function published(): Promise<InRecord[]> {
    const count = deps.countOf(role.output);
    const own = role.scope === 'topic' ? Array.from({ length: count }, (_, i) => i) : partitions.filter((partition) => partition < count);
    const records: InRecord[] = [];
    await readThrough({ link, topic: role.output, place: deps.place(role.output), partitions: own, patience }, (some) => {
      beats++;
      for (const one of some) records.push(one);
    });
    return records;
  }

  function tellLost(partition: number, from: number, to: number): void {
    log.error({ role: role.name, part, partition, from, to }, 'the log has let go of records that were still to be read: raise its retention');
  }

  function snapshotRecords(fold: Fold): OutRecord[] {
    const began = performance.now();
    const records = snapshots.store(ours(() => fold.snapshot()), positions);
    pace.taken(performance.now() - began);
    sinceSnapshot = false;
    return records;
  }

  /** Commits what was folded, in the background: the next chunk is folded meanwhile, its commit waits for this one. */
  function commit(fold: Fold, snapshot: boolean): void {
    const records = snapshot ? outputs.concat(snapshotRecords(fold)) : outputs;
    const offsets = new Map(positions);
    outputs = [];
    dirty = false;
    pending = transactor.commit(records, { group, topic: input, offsets }, patience).then(() => {
      committed = offsets;
      pending = null;
      beats++;
    });
    pending.catch(() => {});
  }

  const commitIsDue = (): boolean => dirty && (outputs.length > 0 || performance.now() - dirtySince >= quietCommitMs);

  async function foldAll(fold: Fold, fetched: readonly Fetched[]): Promise<void> {
    let chunkBegan = performance.now();
    for (const { partition, records, next, end } of fetched) {
      ends.saw(input, partition, end);
      let began = performance.now();
      for (let i = 0; i < records.length; i++) {
        if (!dirty) dirtySince = performance.now();
        dirty = true;
        ours(() => fold.fold(records[i]!, emit));
        const full = outputs.length >= mostOutputs || (i % lookAtClockEvery === 0 && performance.now() - chunkBegan > mostChunkMs);
        if (!full) continue;
        pace.folded(performance.now() - began);
        positions.set(partition, records[i]!.offset + 1);
        sinceSnapshot = true;
        await pending;
        if (over()) return;
        if (commitIsDue()) commit(fold, pace.due());
        await new Promise(setImmediate);
        began = chunkBegan = performance.now();
      }
      pace.folded(performance.now() - began);
      if (records.length > 0) sinceSnapshot = true;
      if (next > positions.get(partition)!) beats++;
      positions.set(partition, next);
    }
    // marks and undone records need no commit: whoever begins before them steps over them again
    if (!dirty && pending === null) committed = new Map(positions);
  }

  async function work(fold: Fold): Promise<void> {
    const reader = createReader({ link, topic: role.input, place: input, from: positions, lost: tellLost, trouble: (error) => log.debug({ role: role.name, part, err: error }, 'reading is tried again') });
    let arrived: Fetched[] | null = null;
    let reading: Promise<void> | null = null;
    while (!over()) {
      reading ??= reader.read(waitMs).then((fetched) => {
        arrived = fetched;
      });
      reading.catch(() => {});
      await (pending === null ? reading : Promise.race([reading, pending]));
      if (arrived !== null) {
        const fetched: Fetched[] = arrived;
        arrived = null;
        reading = null;
        await foldAll(fold, fetched);
      }
      if (commitIsDue() && pending === null && !over()) commit(fold, pace.due());
    }
    if (lost) return;
    await pending;
    if (dirty || sinceSnapshot) {
      commit(fold, true);
      await pending;
    }
  }

  async function startAndWork(): Promise<void> {
    await transactor.open(patience);
    const { first, stands } = await startingPoints();
    const { fold, from } = await restore();
    // offsets of a group that nobody used for days are forgotten by the cluster, those in its snapshot are not
    for (const [partition, at] of from ?? []) if (stands.has(partition)) stands.set(partition, Math.max(at, stands.get(partition)!));
    refuseShorter(input, stands, await link.again(() => offsetsOf(link, input, partitions, 'end'), patience));
    positions = stands;
    committed = new Map(positions);
    await replaySilently(fold, from ?? first, positions);
    const shown = over() ? [] : await published();
    if (over()) return;
    ours(() => fold.live(shown, emit));
    if (outputs.length > 0) {
      commit(fold, true);
      await pending;
    }
    const end = await link.again(() => offsetsOf(link, input, partitions, 'committed'), patience);
    for (const [partition, at] of end) ends.saw(input, partition, at);
    live = true;
    pace.begin();
    log.debug({ role: role.name, part, offsets: [...positions] }, 'live');
    await work(fold);
  }

  return {
    async run() {
      try {
        await startAndWork();
        return { kind: lost ? 'lost' : 'stopped' };
      } catch (error) {
        if (error instanceof Broken) return { kind: 'failed', error: error.cause as Error };
        if (lost || isFenced(error) || isPassing(error) || overtaken.has(typeOf(error) ?? '')) {
          log.info({ role: role.name, part, reason: (error as Error).message }, 'gave the part up');
          return { kind: 'lost' };
        }
        return { kind: 'failed', error: toBusError(error, client.where) };
      } finally {
        live = false;
        await link.close();
      }
    },
    stop() {
      stopBy ??= performance.now() + stopPatienceMs;
    },
    lose() {
      lost = true;
    },
    progress() {
      let lag = 0;
      for (const [partition, at] of committed) lag += Math.max(0, ends.of(input, partition) - at);
      return { role: role.name, part, live, lag };
    },
    beats: () => beats,
  };
}
