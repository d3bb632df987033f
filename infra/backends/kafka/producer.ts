// Writes records so that none is lost and none is doubled by a retry: one request at a time for a producer, each tried
// again with the sequence numbers it had, and never another in its place (kafkajs's own producer reuses the numbers of a
// request that timed out, and the broker then drops the next one as a repeat). Transactions on top of that.
import { createRequire } from 'node:module';
import { BusError, type OutRecord } from '../../../shared/bus.ts';
import type { TopicName } from '../../../shared/topics.ts';
import { cutIntoRequests, type PartitionBatch, type Placing, type Sequences } from './batches.ts';
import { encodeProduce } from './encode-batch.ts';
import { nextEpoch, type ProducerIdentity } from './epoch.ts';
import { isConnectionTrouble, isFenced, typeOf } from './kafka-error.ts';
import type { Link, Patience } from './link.ts';
import { createReader } from './reader.ts';

/**
 * How long the cluster waits for the end of a transaction whose writer is gone, and holds back readers of what was
 * written after it. A successor ends it sooner. Longer than any pause of a broker or of a process that goes on after it.
 */
// Readers wait for what a dead worker left open until the coordinator ends it, so not for long; a transaction takes ms.
const transactionTimeoutMs = 30_000;
const produceTimeoutMs = 10_000;
const settleWaitMs = 200;
const produceResponse = createRequire(import.meta.url)('kafkajs/src/protocol/requests/produce/v7/response') as object;

interface ProduceAnswer {
  readonly topics: readonly { readonly topicName: string; readonly partitions: readonly { readonly partition: number; readonly baseOffset: string }[] }[];
}

const forgotten: ReadonlySet<string> = new Set(['UNKNOWN_PRODUCER_ID', 'OUT_OF_ORDER_SEQUENCE_NUMBER']);

export interface ProducerDeps {
  readonly link: Link;
  readonly placing: Placing;
  readonly compress: boolean;
  /** Wall clock, ms: when records were written. */
  readonly clock: () => number;
  /** Told of each acknowledged batch: the offset after its last record. */
  readonly acked: (topic: string, partition: number, next: number) => void;
}

/** How far a group has come: the offset of the next record for each partition. */
export interface GroupOffsets {
  readonly group: string;
  readonly topic: string;
  readonly offsets: ReadonlyMap<number, number>;
}

export interface Publisher {
  /** Writes records in order, one request after the other. On an error some may be kept. Not to be called twice at once. */
  send(records: readonly OutRecord[], patience: Patience): Promise<void>;
}

export interface Transactor {
  /** Makes this the one producer of its id: whoever had it is fenced, and what it left open is undone. Before anything else. */
  open(patience?: Patience): Promise<void>;
  /**
   * One transaction: all of it is kept, or none. Until something is sent, `patience` bounds the trying and an error means
   * that nothing is kept. After that it goes on until `gaveUp` says that nobody cares any more; when a connection is lost
   * then, it fails with OutcomeOpen, because a request that is still on its way could end the next transaction in place
   * of this one: the id must get a new epoch first, by `settle` or by being opened again.
   */
  commit(records: readonly OutRecord[], offsets: GroupOffsets | null, patience?: Patience): Promise<void>;
  /** Gives the id a new epoch if it is still ours, and tells whether the transaction whose outcome was open was kept. */
  settle(open: OutcomeOpen, patience: Patience): Promise<'kept' | 'undone'>;
}

/** Nobody knows yet whether a transaction was kept. */
export class OutcomeOpen extends Error {
  readonly retriable = true;
  /** A record of the transaction; null when it can't have been kept, because its end was never asked for. */
  readonly mark: Mark | null;
  constructor(mark: Mark | null, cause: unknown) {
    super('a connection was lost in the middle of a transaction', { cause });
    this.mark = mark;
  }
}

/** Where a record was written. */
interface Mark {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** An idempotent producer without transactions. After an error it begins under a new id, so no number is ever used twice. */
export function createPublisher(deps: ProducerDeps): Publisher {
  const { link } = deps;
  let identity: ProducerIdentity | undefined;
  let sequences: Sequences = new Map();
  return {
    async send(records, patience) {
      try {
        identity ??= await link.again(async () => (await link.anyBroker()).initProducerId({ transactionTimeout: transactionTimeoutMs }), patience);
        for (const request of cutIntoRequests(records, deps.placing, sequences)) await produce(deps, request, identity, undefined, patience);
      } catch (error) {
        identity = undefined;
        sequences = new Map();
        // the cluster has forgotten or outdated our number: the same records may go out under a new one
        if (isFenced(error) || forgotten.has(typeOf(error) ?? '')) throw new BusError('unavailable', 'the cluster asks us to begin again', true, error);
        throw error;
      }
    },
  };
}

/** A producer that writes in transactions under `transactionalId`. */
export function createTransactor(deps: ProducerDeps, transactionalId: string): Transactor {
  const { link } = deps;
  let identity: ProducerIdentity | undefined;
  let sequences: Sequences = new Map();
  const coordinator = () => link.coordinator('transaction', transactionalId);

  return {
    async open(patience) {
      identity = await link.again(async () => (await coordinator()).initProducerId({ transactionalId, transactionTimeout: transactionTimeoutMs }), patience);
      sequences = new Map();
    },

    async commit(records, offsets, patience = {}) {
      if (identity === undefined) throw new Error('a transaction before its producer was opened');
      const own = { transactionalId, producerId: identity.producerId, producerEpoch: identity.producerEpoch };
      const numbered = new Map(sequences);
      const requests = cutIntoRequests(records, deps.placing, numbered);
      const topics = touched(requests);
      await Promise.all([
        topics.length === 0 ? undefined : link.again(async () => (await coordinator()).addPartitionsToTxn({ ...own, topics }), patience),
        offsets === null ? undefined : link.again(async () => (await coordinator()).addOffsetsToTxn({ ...own, groupId: offsets.group }), patience),
      ]);
      // from here on something may have been written
      sequences = numbered;
      const certain: Patience = patience.gaveUp === undefined ? {} : { gaveUp: patience.gaveUp };
      const answered: Patience = { ...certain, onlyAnswered: true };
      let mark: Mark | null = null;
      try {
        await Promise.all([
          (async () => {
            for (const request of requests) {
              await produce(deps, request, own, transactionalId, certain, (topic, partition, offset) => {
                mark ??= { topic, partition, offset };
              });
            }
          })(),
          offsets === null ? undefined : link.again(async () => (await link.coordinator('group', offsets.group)).txnOffsetCommit({ ...own, groupId: offsets.group, topics: [offsetsOf(offsets)] }), answered),
        ]);
      } catch (error) {
        throw isConnectionTrouble(error) ? new OutcomeOpen(null, error) : error;
      }
      try {
        await link.again(async () => (await coordinator()).endTxn({ ...own, transactionResult: true }), answered);
      } catch (error) {
        throw isConnectionTrouble(error) ? new OutcomeOpen(mark, error) : error;
      }
    },

    async settle({ mark }, patience) {
      const own = identity!;
      identity = await link.again(async () => nextEpoch(await coordinator(), transactionalId, transactionTimeoutMs, own), patience);
      sequences = new Map();
      if (mark === null) return 'undone';
      const reader = createReader({ link, topic: mark.topic as TopicName, place: mark.topic, from: new Map([[mark.partition, mark.offset]]), lost: () => {} });
      while (reader.positions.get(mark.partition)! <= mark.offset) {
        if (patience.gaveUp?.() === true) throw new OutcomeOpen(mark, undefined);
        for (const { records } of await reader.read(settleWaitMs)) if (records[0]?.offset === mark.offset) return 'kept';
      }
      return 'undone';
    },
  };
}

/** One request to each leader, until every partition of it is acknowledged. */
async function produce(deps: ProducerDeps, request: readonly PartitionBatch[], identity: ProducerIdentity, transactionalId: string | undefined, patience: Patience, written: (topic: string, partition: number, offset: number) => void = () => {}): Promise<void> {
  const { link, acked, compress, clock } = deps;
  let left = [...request];
  await link.again(async () => {
    const byLeader = new Map<number, PartitionBatch[]>();
    for (const batch of left) {
      const [leader] = [...(await link.leaders(batch.topic, [batch.partition])).keys()];
      byLeader.set(leader!, [...(byLeader.get(leader!) ?? []), batch]);
    }
    const answers = await Promise.allSettled(
      [...byLeader].map(async ([node, batches]) => {
        const broker = await link.broker(node);
        const options = { ...identity, compress, transactional: transactionalId !== undefined, timestampMs: clock() };
        return (await broker.send({ request: encodeProduce(batches, transactionalId, produceTimeoutMs, options), response: produceResponse })) as ProduceAnswer;
      }),
    );
    // what a leader has acknowledged is not sent again, even when another one failed and leaders moved meanwhile
    for (const answer of answers) {
      if (answer.status === 'rejected') continue;
      for (const { topicName, partitions } of answer.value.topics) {
        for (const { partition, baseOffset } of partitions) {
          const batch = left.find((one) => one.topic === topicName && one.partition === partition);
          if (batch === undefined) continue;
          left = left.filter((one) => one !== batch);
          written(topicName, partition, Number(baseOffset));
          acked(topicName, partition, Number(baseOffset) + batch.messages.length);
        }
      }
    }
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    if (left.length > 0) throw Object.assign(new Error('a broker left a partition out of its answer'), { retriable: true });
  }, patience);
}

function touched(requests: readonly (readonly PartitionBatch[])[]): { topic: string; partitions: number[] }[] {
  const byTopic = new Map<string, Set<number>>();
  for (const { topic, partition } of requests.flat()) byTopic.set(topic, (byTopic.get(topic) ?? new Set()).add(partition));
  return [...byTopic].map(([topic, partitions]) => ({ topic, partitions: [...partitions] }));
}

function offsetsOf({ topic, offsets }: GroupOffsets): object {
  return { topic, partitions: [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset), metadata: '' })) };
}
