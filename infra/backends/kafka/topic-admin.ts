// Asks the cluster how our topics are kept, and creates those that are missing. What they should be is topic-plan.ts.
import kafkajs, { type Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { BusError } from '../../../shared/bus.ts';
import { isPassing, toBusError } from './kafka-error.ts';
import { createClient } from './link.ts';
import type { KafkaSettings } from './settings.ts';
import { compareTopics, planTopics, type Difference, type FoundTopic, type PlannedTopic } from './topic-plan.ts';

const { ConfigResourceTypes } = kafkajs;

const ledPatienceMs = 30_000;
const ledLookMs = 50;

export interface TopicWish {
  readonly settings: KafkaSettings;
  readonly partitions: number;
  readonly log: Logger;
  /** Stands before each name, where several installations share a cluster; usually empty. */
  readonly namespace?: string;
}

/** What is not as it should be. Throws a BusError when the cluster can't be asked. */
export async function checkTopics(wish: TopicWish): Promise<Difference[]> {
  return withAdmin(wish, async (admin, plan) => compareTopics(plan, await findTopics(admin, plan, wish.log)));
}

/** Creates what is missing and returns its names; touches nothing that is there. Throws a BusError with the mend. */
export async function createTopics(wish: TopicWish): Promise<string[]> {
  return withAdmin(wish, async (admin, plan) => {
    const there = new Set(await admin.listTopics());
    const missing = plan.filter(({ name }) => !there.has(name));
    if (missing.length === 0) return [];
    const { replicationFactor } = wish.settings;
    const { brokers } = await admin.describeCluster();
    if (brokers.length < replicationFactor) {
      throw new BusError('unavailable', `the cluster has ${brokers.length} brokers and \`kafka.replicationFactor\` asks for ${replicationFactor} copies: start more brokers, or lower it`, false);
    }
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map(({ name, partitions, config }) => ({ topic: name, numPartitions: partitions, replicationFactor, configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })) })),
    });
    const names = missing.map(({ name }) => name);
    await led(admin, names);
    return names;
  });
}

/** Waits until every partition has a leader. kafkajs's own waiting ends where a broker has not yet heard of a topic. */
async function led(admin: ReturnType<Kafka['admin']>, names: string[]): Promise<void> {
  const until = performance.now() + ledPatienceMs;
  for (;;) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: names });
      if (topics.length === names.length && topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    if (performance.now() > until) throw new BusError('unavailable', 'the cluster has created our topics and names no leaders for them: look at its brokers, then run `outcry topics` again', true);
    await new Promise((resolve) => setTimeout(resolve, ledLookMs));
  }
}

async function withAdmin<T>({ settings, partitions, log, namespace = '' }: TopicWish, job: (admin: ReturnType<Kafka['admin']>, plan: PlannedTopic[]) => Promise<T>): Promise<T> {
  const client = createClient(settings, 'topics', log);
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    return await job(admin, planTopics(settings, partitions, namespace));
  } catch (error) {
    throw toBusError(error, client.where);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

async function findTopics(admin: ReturnType<Kafka['admin']>, plan: readonly PlannedTopic[], log: Logger): Promise<FoundTopic[]> {
  const there = new Set(await admin.listTopics());
  const names = plan.map(({ name }) => name).filter((name) => there.has(name));
  if (names.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const configs = new Map<string, Record<string, string>>();
  try {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })) });
    for (const { resourceName, configEntries } of resources) configs.set(resourceName, Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])));
  } catch (error) {
    log.warn({ reason: (error as Error).message }, 'the settings of our topics can not be asked for: they are taken for right');
  }
  return topics.map(({ name, partitions }) => ({ name, partitions: partitions.length, config: configs.get(name) ?? null }));
}
