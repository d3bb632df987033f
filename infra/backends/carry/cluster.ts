// A stopped installation's place on a cluster, looked at and prepared as a whole: which topics are there and with what,
// whether anybody works on it. Reading and writing its records are fill.ts and pour.ts.
import type { Logger } from 'pino';
import { BusError } from '../../../shared/bus.ts';
import { topics, type TopicName } from '../../../shared/topics.ts';
import { toBusError, typeOf } from '../kafka/kafka-error.ts';
import { createClient, type Client, type Link, type Patience } from '../kafka/link.ts';
import { readLatest } from '../kafka/read-through.ts';
import type { KafkaSettings } from '../kafka/settings.ts';
import { topicSpecs } from '../kafka/topic-plan.ts';
import { markIn, markKey, type Mark } from './mark.ts';
import { carriedRoles } from './roles.ts';

const goneWaitMs = 100;
const gonePatienceMs = 30_000;
const transactionTimeoutMs = 60_000;
/** A cluster that has just started, or has just made topics, needs a while until it answers for all of them. */
export const patience: Patience = { patienceMs: 30_000 };

export interface Cluster {
  readonly client: Client;
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly namespace: string;
  readonly link: Link;
  readonly admin: ReturnType<Client['kafka']['admin']>;
  place(topic: TopicName): string;
  group(role: string): string;
}

export interface Look {
  readonly mark: Mark | null;
  /** Topics of ours that are there. */
  readonly there: readonly TopicName[];
  /** Those of them that hold records, the mark aside. */
  readonly filled: readonly TopicName[];
  /** Of the observations; null without such a topic. */
  readonly partitions: number | null;
}

/** Connects, runs `job` and disconnects. Whatever the cluster refuses comes as a BusError with its mend. */
export async function onCluster<T>(settings: KafkaSettings, log: Logger, namespace: string, job: (cluster: Cluster) => Promise<T>): Promise<T> {
  const client = createClient(settings, 'move', log);
  const admin = client.kafka.admin();
  const link = client.link();
  try {
    await admin.connect();
    return await job({ client, settings, log, namespace, link, admin, place: (topic) => namespace + topic, group: (role) => `${namespace}outcry-${role}` });
  } catch (error) {
    throw ofCluster(error) ? toBusError(error, client.where) : error;
  } finally {
    await link.close();
    await admin.disconnect().catch(() => {});
  }
}

/** Whether the cluster or its client is what failed, and not what a job found or did. */
function ofCluster(error: unknown): boolean {
  return (error as Error).name.startsWith('KafkaJS') || typeOf(error) !== undefined;
}

/** What is there now. Throws a BusError while a worker is in one of our groups. */
export async function lookAt(cluster: Cluster): Promise<Look> {
  const { admin, link, place } = cluster;
  await refuseWhileWorked(cluster);
  const names = new Set(await link.again(() => admin.listTopics(), patience));
  const there = topicSpecs.map(({ name }) => name).filter((name) => names.has(place(name)));
  const filled: TopicName[] = [];
  for (const topic of there) {
    const offsets = await link.again(() => admin.fetchTopicOffsets(place(topic)), patience);
    if (topic !== topics.controls.name && offsets.some(({ high }) => high !== '0')) filled.push(topic);
  }
  let mark: Mark | null = null;
  if (there.includes(topics.controls.name)) {
    const controls = await readLatest({ link, topic: topics.controls.name, place: place(topics.controls.name), partitions: [0], patience });
    mark = markIn(controls);
    if ([...controls.keys()].some((key) => key !== markKey)) filled.push(topics.controls.name);
  }
  const found = there.includes(topics.observations.name) ? await link.again(() => admin.fetchTopicMetadata({ topics: [place(topics.observations.name)] }), patience) : null;
  return { mark, there, filled, partitions: found?.topics[0]?.partitions.length ?? null };
}

async function refuseWhileWorked({ admin, link, group }: Cluster): Promise<void> {
  const { groups } = await link.again(() => admin.describeGroups(carriedRoles.map(({ name }) => group(name))), patience);
  const busy = groups.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId).sort();
  if (busy.length > 0) throw new BusError('unavailable', `workers are running (members of ${busy.join(', ')}): stop every one of them first. One that was killed is forgotten within ten seconds.`, false);
}

/** Deletes topics of ours and waits until the cluster has forgotten them. */
export async function deleteTopics({ admin, place }: Cluster, gone: readonly TopicName[]): Promise<void> {
  if (gone.length === 0) return;
  await admin.deleteTopics({ topics: gone.map(place), timeout: gonePatienceMs });
  const until = performance.now() + gonePatienceMs;
  for (;;) {
    const names = new Set(await admin.listTopics());
    if (!gone.some((topic) => names.has(place(topic)))) return;
    if (performance.now() > until) throw new BusError('unavailable', 'the cluster still shows topics that it was asked to delete: run the same command again in a minute', true);
    await new Promise((resolve) => setTimeout(resolve, goneWaitMs));
  }
}

/**
 * Makes whoever wrote under these transactional ids unable to write on: one that was paused and wakes up finds itself
 * fenced, and what a killed one left open is undone at once instead of holding readers up.
 */
export async function fence({ link }: Cluster, ids: readonly string[]): Promise<void> {
  for (const transactionalId of ids) {
    await link.again(async () => (await link.coordinator('transaction', transactionalId)).initProducerId({ transactionalId, transactionTimeout: transactionTimeoutMs }), patience);
  }
}
