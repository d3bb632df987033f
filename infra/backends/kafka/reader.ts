// Reads partitions outside any consumer group, committed records only, each offset once. What an answer holds is
// decode-fetch.ts.
import { createRequire } from 'node:module';
import { BusError } from '../../../shared/bus.ts';
import type { TopicName } from '../../../shared/topics.ts';
import { isPassing, typeOf } from './kafka-error.ts';
import { decodeFetch, unpack, type FetchedPartition, type StampedRecord } from './decode-fetch.ts';
import type { Link } from './link.ts';

const readCommitted = 1;
const readUncommitted = 0;
const latestTime = '-1';
const earliestTime = '-2';
const mostPartitionBytes = 8 << 20;
const mostBytes = 32 << 20;
const troubleMs = 100;

const load = createRequire(import.meta.url);
const fetchRequest = load('kafkajs/src/protocol/requests/fetch/v11/request') as (request: object) => object;
const { createErrorFromCode } = load('kafkajs/src/protocol/error') as { createErrorFromCode(code: number): Error };

const fetchResponse = {
  decode: async (payload: Buffer) => ({ ...decodeFetch(payload), clientSideThrottleTime: 0 }),
  async parse({ errorCode, partitions }: ReturnType<typeof decodeFetch>): Promise<FetchedPartition[]> {
    const failed = [errorCode, ...partitions.map((one) => one.errorCode)].find((code) => code !== 0);
    if (failed !== undefined) throw createErrorFromCode(failed);
    return partitions;
  },
};

/** What came of one partition. Without records it tells how far the partition is read: past marks and aborted records. */
export interface Fetched {
  readonly partition: number;
  readonly records: StampedRecord[];
  /** Offset of the next record to read. */
  readonly next: number;
  /** Offset after the last record that could be read. */
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

/** Throws where a partition ends before the offset up to which it was read: reading on would wait in silence for that offset to come again. */
export function refuseShorter(place: string, read: ReadonlyMap<number, number>, ends: ReadonlyMap<number, number>): void {
  for (const [partition, at] of read) {
    const end = ends.get(partition) ?? at;
    if (end >= at) continue;
    throw new BusError('corrupt', `partition ${partition} of ${place} is shorter than what was read of it: it ends at ${end} and was read up to ${at}, so the topic was deleted and made anew, or the cluster lost records. Bring its records back, or let its readers begin anew: stop them, delete their consumer groups and the topic of snapshots, and run \`outcry topics\``, false);
  }
}

export function createReader(options: ReaderOptions): Reader {
  const { link, topic, place, lost } = options;
  const positions = new Map(options.from);
  // a fetch to each leader goes on while the others' records are worked at
  const flying = new Map<number, Promise<{ node: number; answer: Fetched[] | { error: unknown } }>>();

  async function fetchFrom(node: number, partitions: readonly number[], waitMs: number): Promise<Fetched[]> {
    const broker = await link.broker(node);
    const asked = new Map(partitions.map((partition) => [partition, positions.get(partition)!]));
    const answers = (await broker.send({
      request: fetchRequest({
        replicaId: -1, isolationLevel: readCommitted, maxWaitTime: waitMs, minBytes: 1, maxBytes: mostBytes,
        topics: [{ topic: place, partitions: partitions.map((partition) => ({ partition, fetchOffset: String(asked.get(partition)!), maxBytes: mostPartitionBytes })) }],
      }),
      response: fetchResponse,
    })) as readonly FetchedPartition[];
    // one that moved to another leader meanwhile may have been read there
    return answers
      .filter(({ partition }) => positions.get(partition) === asked.get(partition))
      .map((answer) => ({ partition: answer.partition, end: answer.end, ...unpack(answer, topic, asked.get(answer.partition)!) }));
  }

  /** Retention has overtaken the reading: go on with what is left. Throws where it is the log that has become shorter. */
  async function catchUpWithRetention(): Promise<void> {
    const own = [...positions.keys()];
    const first = await offsetsOf(link, place, own, 'first');
    refuseShorter(place, positions, await offsetsOf(link, place, own, 'end'));
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
        if (!overtaken) await link.mend(error);
        else {
          await catchUpWithRetention().catch((trouble: unknown) => {
            if (trouble instanceof BusError) throw trouble;
            return link.mend(trouble);
          });
        }
        return [];
      }
    },
  };
}
