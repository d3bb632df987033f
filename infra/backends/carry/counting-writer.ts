// Writes carried records to a cluster with the times that they had, and counts them. What it can't be sure of fails: a move
// that fails begins anew, so nothing is ever tried again that may have been kept.
import { randomBytes } from 'node:crypto';
import kafkajs, { type Message } from 'kafkajs';
import { partitionOf, topics, type TopicName } from '../../../shared/topics.ts';
import { typeOf } from '../kafka/kafka-error.ts';
import { partitionsOf, topicSpecs } from '../kafka/topic-plan.ts';
import type { KeptRecord } from './carry-file.ts';
import type { Cluster } from './cluster.ts';
import { createWireKeys } from '../kafka/wire-key.ts';

const { CompressionTypes } = kafkajs;
const mostRecords = 1_000;
const mostBytes = 1 << 20;
const patienceMs = 30_000;
const againMs = 100;
/** Said before anything is kept, by a cluster that is still making the topics. */
const notYet: ReadonlySet<string> = new Set(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION', 'NOT_ENOUGH_REPLICAS']);

export interface CountingWriter {
  /** Writes each record where its key belongs, those of a partition in order, one request after the other. Returns how many. */
  write(records: Iterable<KeptRecord>): Promise<number>;
  /** Records written so far, by `topic/partition`. */
  readonly counts: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** `nowMs`: no record is later than this, whatever another machine's clock said. */
export async function openCountingWriter({ client, settings, place }: Cluster, partitions: number, nowMs: number): Promise<CountingWriter> {
  const producer = client.kafka.producer({ allowAutoTopicCreation: false, idempotent: false, maxInFlightRequests: 1, retry: { retries: 0 } });
  await producer.connect();
  const counts = new Map<string, number>();
  const specs = new Map(topicSpecs.map((spec) => [spec.name, spec]));
  const compression = settings.compression === 'zstd' ? CompressionTypes.ZSTD : CompressionTypes.None;

  /** One partition a request, so that an answer is for all of it. */
  async function send(topic: TopicName, partition: number, messages: Message[]): Promise<void> {
    const until = performance.now() + patienceMs;
    for (;;) {
      try {
        await producer.send({ topic: place(topic), acks: -1, compression, messages });
        break;
      } catch (error) {
        if (!notYet.has(typeOf(error) ?? '') || performance.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    }
    const name = `${topic}/${partition}`;
    counts.set(name, (counts.get(name) ?? 0) + messages.length);
  }

  const wireKey = createWireKeys(randomBytes(6).toString('base64url'));

  return {
    counts,
    async write(records) {
      let topic: TopicName = topics.controls.name;
      let waiting = new Map<number, Message[]>();
      let held = 0;
      let bytes = 0;
      let count = 0;
      const flush = async (): Promise<void> => {
        for (const [partition, messages] of waiting) await send(topic, partition, messages);
        waiting = new Map();
        held = 0;
        bytes = 0;
      };
      for (const record of records) {
        const size = record.key.length + (record.value?.length ?? 0);
        if (held >= mostRecords || (held > 0 && bytes + size > mostBytes) || record.topic !== topic) await flush();
        topic = record.topic;
        const partition = partitionOf(record.key, partitionsOf(specs.get(topic)!, partitions));
        const messages = waiting.get(partition) ?? [];
        waiting.set(partition, messages);
        messages.push({
          key: wireKey(topic, record.key), value: record.value === null ? null : Buffer.from(record.value), headers: { ...record.headers },
          partition, timestamp: String(Math.min(record.at, nowMs)),
        });
        held++;
        bytes += size;
        count++;
      }
      await flush();
      return count;
    },
    close: () => producer.disconnect(),
  };
}
