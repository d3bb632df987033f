// The Bus on Apache Kafka. One installation may share a cluster with others: what is ours has our names.
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { BusError, type Bus, type OutRecord, type Running } from '../../../shared/bus.ts';
import { partitionOf, type TopicName } from '../../../shared/topics.ts';
import { createEnds } from './ends.ts';
import { startRole, type RoleRunner } from './group.ts';
import { isFenced, isPassing, toBusError } from './kafka-error.ts';
import { createClient } from './link.ts';
import { createOutgoing, inTwoSteps } from './outgoing.ts';
import { createPublisher, type ProducerDeps } from './producer.ts';
import { readLatest } from './read-through.ts';
import type { KafkaSettings } from './settings.ts';
import { startTail } from './tail.ts';
import { checkTopics } from './topic-admin.ts';
import { partitionsOf, topicSpecs } from './topic-plan.ts';
import { createWireKeys } from './wire-key.ts';
import { openWriter } from './writer.ts';

/** How long a publish tries before it rejects and leaves the trying to its caller. */
const publishPatienceMs = 15_000;
const answerWithinMs = 4_000;

export interface KafkaDeps {
  /** Partitions of the topics that are cut into as many as the installation has. */
  readonly partitions: number;
  /** Names this process in the brokers' logs. */
  readonly instance: string;
  readonly log: Logger;
  /** Wall clock, ms. */
  readonly clock: () => number;
  /** Stands before each topic, group and transactional id, so that several installations can share a cluster; usually empty. */
  readonly namespace?: string;
}

/**
 * Opens the Bus on a cluster. Throws a BusError when it can't be reached, or when our topics are missing or not kept as
 * they must be.
 */
export async function openKafka(settings: KafkaSettings, deps: KafkaDeps): Promise<Bus> {
  const { log, clock, namespace = '', partitions } = deps;
  const client = createClient(settings, deps.instance, log);
  await refuseWrongTopics(settings, deps);
  const specs = new Map<string, (typeof topicSpecs)[number]>(topicSpecs.map((spec) => [spec.name, spec]));
  const ends = createEnds();
  const link = client.link();
  const roles = new Set<RoleRunner>();
  const open = new Set<{ stop(): Promise<void> }>();
  /** Tails that have not yet settled where they begin: what is written after they were asked for must come to them. */
  const beginning = new Set<Promise<void>>();
  let closing: Promise<void> | undefined;

  const place = (topic: TopicName): string => namespace + topic;
  const countOf = (topic: TopicName): number => {
    const spec = specs.get(topic);
    if (spec === undefined) throw new Error(`no such topic: ${topic}`);
    return partitionsOf(spec, partitions);
  };
  const partitionFor = ({ topic, partition, key }: OutRecord): number => partition ?? partitionOf(key, countOf(topic));
  const wireKey = createWireKeys(randomBytes(6).toString('base64url'));
  const placing = (record: OutRecord) => ({ topic: place(record.topic), partition: partitionFor(record), key: wireKey(record.topic, record.key) });
  const placeOf = (record: OutRecord): string => `${record.topic}/${partitionFor(record)}`;
  const compress = settings.compression === 'zstd';
  const producerDeps = (own: ReturnType<typeof client.link>): ProducerDeps => ({ link: own, placing, compress, clock, acked: ends.saw });
  const all = (topic: TopicName): number[] => Array.from({ length: countOf(topic) }, (_, i) => i);
  const tellLost = (topic: TopicName) => (partition: number, from: number, to: number) => log.error({ topic, partition, from, to }, 'the log has let go of records that were still to be read');
  const refuseClosed = (): void => {
    if (closing !== undefined) throw new BusError('closed', 'the log is closed', false);
  };

  const publishLink = client.link();
  const publisher = createPublisher(producerDeps(publishLink));
  const patience = { patienceMs: publishPatienceMs, gaveUp: () => closing !== undefined };
  const outgoing = createOutgoing(
    async (pieces) => {
      for (let left = pieces; left.length > 0; ) {
        const { first, last, taken } = inTwoSteps(left, placeOf);
        await publisher.send(first, patience);
        await publisher.send(last, patience);
        left = left.slice(taken);
      }
    },
    (error) => !isPassing(error) && !isFenced(error),
  );

  /** Tails that were asked for have begun; or the cluster is away, and the write will tell. */
  async function begun(): Promise<void> {
    if (beginning.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, answerWithinMs);
    });
    await Promise.race([Promise.all(beginning), late]);
    clearTimeout(timer);
  }

  function track<T extends Running>(running: T): T {
    const handle = { stop: () => running.stop() };
    open.add(handle);
    return { ...running, async stop() {
      await running.stop();
      open.delete(handle);
    } };
  }

  return {
    partitions: countOf,

    // first what comes before a caller's last partition, then what goes to that partition, in requests that wait for each
    // other; a request that failed may have been kept, so what a caller repeats may be there twice
    async publish(records) {
      refuseClosed();
      await begun();
      try {
        await outgoing.add(records);
      } catch (error) {
        throw toBusError(error, client.where);
      }
    },

    async writer(name) {
      refuseClosed();
      const own = client.link();
      const writer = await openWriter(producerDeps(own), own, `${namespace}outcry-writer-${name}`, client.where);
      const handle = { stop: () => writer.close() };
      open.add(handle);
      return {
        async publish(records) {
          await begun();
          await writer.publish(records);
        },
        async close() {
          await writer.close();
          open.delete(handle);
        },
      };
    },

    async work(role, failed) {
      refuseClosed();
      const runner = await startRole(role, { client, groupPrefix: `${namespace}outcry-`, place, placing, countOf, compress, log, clock, ends }, failed).catch((error: unknown) => {
        throw toBusError(error, client.where);
      });
      roles.add(runner);
      const running = track(runner);
      return { async stop() {
        await running.stop();
        roles.delete(runner);
      } };
    },

    progress: () => [...roles].flatMap((role) => role.progress()),

    tail(topic, from, each, caughtUp = () => {}) {
      refuseClosed();
      const tail = startTail({ link: client.link(), topic, place: place(topic), partitions: all(topic), ends, lost: tellLost(topic) }, from, each, caughtUp);
      beginning.add(tail.begun);
      void tail.begun.then(() => beginning.delete(tail.begun));
      return track(tail);
    },

    async latest(topic) {
      refuseClosed();
      const own = client.link();
      try {
        return await readLatest({ link: own, topic, place: place(topic), partitions: all(topic), patience });
      } catch (error) {
        throw toBusError(error, client.where);
      } finally {
        await own.close();
      }
    },

    async check() {
      refuseClosed();
      let timer: NodeJS.Timeout | undefined;
      const silent = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new BusError('unavailable', `the brokers ${client.where} do not answer: check that they run and that \`kafka.brokers\` names them`, true)), answerWithinMs);
      });
      try {
        await Promise.race([silent, link.anyBroker().then((broker) => broker.metadata([place('outcry.observations')]))]);
      } catch (error) {
        void link.mend(error);
        throw toBusError(error, client.where);
      } finally {
        clearTimeout(timer);
      }
    },

    async close() {
      closing ??= (async () => {
        await outgoing.idle();
        await Promise.all([...open].map((one) => one.stop()));
        await Promise.all([link.close(), publishLink.close()]);
      })();
      return closing;
    },
  };
}

async function refuseWrongTopics(settings: KafkaSettings, { partitions, log, namespace = '' }: KafkaDeps): Promise<void> {
  const differences = await checkTopics({ settings, partitions, log, namespace });
  const missing = differences.filter(({ weight }) => weight === 'missing').map(({ topic }) => topic);
  if (missing.length > 0) throw new BusError('unavailable', `the cluster lacks topics of ours: ${missing.join(', ')}. Run \`outcry topics\`, which creates them.`, false);
  const wrong = differences.filter(({ weight }) => weight === 'wrong');
  if (wrong.length > 0) throw new BusError('unavailable', `topics are not kept as we need them:\n${wrong.map(({ topic, what, mend }) => `${topic} ${what}: ${mend}`).join('\n')}`, false);
  for (const { topic, what, mend } of differences) log.warn({ topic, mend }, `${topic} ${what}`);
}
