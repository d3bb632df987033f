// Reads partitions outside any consumer group, committed records only, each offset once. It filters aborted transactions
// itself: kafkajs lets the first records of one through when two had begun before the place where the reading starts.
import type { InRecord } from '../../../shared/bus.ts';
import type { TopicName } from '../../../shared/topics.ts';
import { isPassing, typeOf } from './kafka-error.ts';
import type { Link, RawPartition } from './link.ts';
import { plainKey } from './wire-key.ts';

const readCommitted = 1;
const readUncommitted = 0;
const latestTime = '-1';
const earliestTime = '-2';
const mostPartitionBytes = 8 << 20;
const mostBytes = 32 << 20;
const troubleMs = 100;

/** What came of one partition. Without records it tells how far the partition is read: past marks and aborted records. */
export interface Fetched {
  readonly partition: number;
  readonly records: InRecord[];
  /** Offset of the next record to read. */
  readonly next: number;
  /** Offset after the last record that the partition had. */
  readonly end: number;
}

export interface Reader {
  /** The next records, of whichever partitions have some; nothing after `waitMs` of silence or some trouble. Not to be called twice at once. */
  read(waitMs: number): Promise<Fetched[]>;
  /** Offset of the next record of each partition. */
  readonly positions: ReadonlyMap<number, number>;
}

export interface ReaderOptions {
  readonly link: Link;
  readonly topic: TopicName;
  /** The topic's name on the cluster. */
  readonly place: string;
  /** Where to begin, by partition. */
  readonly from: ReadonlyMap<number, number>;
  /** Told when records that were still to be read are gone from the log. */
  readonly lost: (partition: number, from: number, to: number) => void;
  /** Told of trouble that is being retried. */
  readonly trouble?: (error: unknown) => void;
}

/** Offsets by partition: the first that is kept, the end, or the end of what is committed. */
export async function offsetsOf(link: Link, place: string, partitions: readonly number[], which: 'first' | 'end' | 'committed'): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for (const [node, own] of await link.leaders(place, partitions)) {
    const broker = await link.broker(node);
    const timestamp = which === 'first' ? earliestTime : latestTime;
    const { responses } = await broker.listOffsets({
      replicaId: -1, isolationLevel: which === 'committed' ? readCommitted : readUncommitted, topics: [{ topic: place, partitions: own.map((partition) => ({ partition, timestamp })) }],
    });
    for (const { partition, offset } of responses.flatMap((response) => response.partitions)) found.set(partition, Number(offset));
  }
  return found;
}

export function createReader(options: ReaderOptions): Reader {
  const { link, topic, place, lost } = options;
  const positions = new Map(options.from);
  // a fetch to each leader goes on while the others' records are worked at
  const flying = new Map<number, Promise<{ node: number; answer: Fetched[] | { error: unknown } }>>();

  async function fetchFrom(node: number, partitions: readonly number[], waitMs: number): Promise<Fetched[]> {
    const broker = await link.broker(node);
    const asked = new Map(partitions.map((partition) => [partition, positions.get(partition)!]));
    const { responses } = await broker.fetch({
      replicaId: -1, isolationLevel: readCommitted, maxWaitTime: waitMs, minBytes: 1, maxBytes: mostBytes,
      topics: [{ topic: place, partitions: partitions.map((partition) => ({ partition, fetchOffset: String(asked.get(partition)!), maxBytes: mostPartitionBytes })) }],
    });
    const answers = responses.flatMap((response) => response.partitions);
    // a partition may come empty because others took the room; when all do, there was nothing to take it
    const nothing = answers.every((raw) => raw.messages.length === 0);
    // and one that moved to another leader meanwhile may have been read there
    return answers.filter((raw) => positions.get(raw.partition) === asked.get(raw.partition)).map((raw) => fetchedOf(raw, topic, asked.get(raw.partition)!, nothing));
  }

  /** Retention has overtaken the reading: go on with what is left. */
  async function catchUpWithRetention(): Promise<void> {
    const first = await offsetsOf(link, place, [...positions.keys()], 'first');
    for (const [partition, at] of positions) {
      const kept = first.get(partition) ?? at;
      if (kept <= at) continue;
      lost(partition, at, kept);
      positions.set(partition, kept);
    }
  }

  return {
    positions,
    async read(waitMs) {
      try {
        const leaders = await link.leaders(place, [...positions.keys()]);
        for (const [node, partitions] of leaders) {
          if (flying.has(node)) continue;
          flying.set(node, fetchFrom(node, partitions, waitMs).then((answer) => ({ node, answer }), (error: unknown) => ({ node, answer: { error } })));
        }
        const { node, answer } = await Promise.race(flying.values());
        flying.delete(node);
        if ('error' in answer) throw answer.error;
        for (const { partition, next } of answer) positions.set(partition, next);
        return answer;
      } catch (error) {
        const overtaken = typeOf(error) === 'OFFSET_OUT_OF_RANGE';
        if (!overtaken && !isPassing(error)) throw error;
        options.trouble?.(error);
        await new Promise((resolve) => setTimeout(resolve, troubleMs));
        await (overtaken ? catchUpWithRetention().catch(link.mend) : link.mend(error));
        return [];
      }
    },
  };
}

function fetchedOf(raw: RawPartition, topic: TopicName, from: number, nothing: boolean): Fetched {
  const { partition } = raw;
  const records: InRecord[] = [];
  const aborted = (raw.abortedTransactions ?? []).map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) })).sort((a, b) => a.firstOffset - b.firstOffset);
  const undone = new Set<string>();
  let begun = 0;
  let next = from;
  for (const message of raw.messages) {
    const offset = Number(message.offset);
    const { producerId, inTransaction } = message.batchContext;
    while (begun < aborted.length && aborted[begun]!.firstOffset <= offset) undone.add(aborted[begun++]!.producerId);
    // a control record's key is its version and its kind: 0 for an abort, 1 for a commit
    if (message.isControlRecord) {
      if (message.key !== null && message.key.length >= 4 && message.key.readInt16BE(2) === 0) undone.delete(producerId);
    } else if (offset >= from && !(inTransaction && undone.has(producerId))) {
      records.push({ topic, partition, offset, key: message.key === null ? '' : plainKey(topic, message.key.toString()), value: message.value, headers: headersOf(message.headers) });
    }
    if (offset >= next) next = offset + 1;
  }
  const last = raw.messages.at(-1)?.batchContext;
  // where compaction took the last records of a batch, its end is only in its head
  if (last !== undefined) next = Math.max(next, Number(last.firstOffset) + last.lastOffsetDelta + 1);
  // batches that compaction emptied come as nothing at all: step over them
  else if (nothing && Number(raw.lastStableOffset) > from) next = from + 1;
  return { partition, records, next, end: Number(raw.highWatermark) };
}

const noHeaders: Readonly<Record<string, string>> = {};

function headersOf(raw: Readonly<Record<string, Buffer | Buffer[] | null>>): Readonly<Record<string, string>> {
  const names = Object.keys(raw);
  if (names.length === 0) return noHeaders;
  return Object.fromEntries(names.map((name) => [name, String((Array.isArray(raw[name]) ? raw[name]![0] : raw[name]) ?? '')]));
}
