// How our topics must be kept on a cluster, and what differs from that. Pure: asking the cluster belongs to topic-admin.ts.
import { topics, type TopicName, type TopicSpec } from '../../../shared/topics.ts';
import type { KafkaSettings } from './settings.ts';

/** A batch or a single record may have so many bytes on the wire. */
const mostMessageBytes = 4 << 20;
const markerLagMs = 86_400_000;

export interface PlannedTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

/** A topic as the cluster has it; config null where we may not ask for it. */
export interface FoundTopic {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>> | null;
}

export interface Difference {
  readonly topic: string;
  readonly what: string;
  readonly mend: string;
  /** missing: to be created. wrong: we must not run so. other: we can run, and somebody should know. */
  readonly weight: 'missing' | 'wrong' | 'other';
}

type NamedSpec = TopicSpec & { readonly name: TopicName };

export const topicSpecs: readonly NamedSpec[] = Object.values(topics);

/** How many partitions a topic has in an installation with so many. */
export function partitionsOf(spec: TopicSpec, partitions: number): number {
  return spec.partitions === 'one' ? 1 : partitions;
}

/** Markers are compacted away; the records beside them have keys of their own (wire-key.ts), so they go by their age alone. */
function policyOf({ compacted, markerKey, retentionMs }: TopicSpec): string {
  if (!compacted && markerKey === undefined) return 'delete';
  return retentionMs === null ? 'compact' : 'compact,delete';
}

/** Every topic as it should be. `namespace` stands before each name. */
export function planTopics(settings: Pick<KafkaSettings, 'replicationFactor' | 'minInsyncReplicas'>, partitions: number, namespace: string): PlannedTopic[] {
  return topicSpecs.map((spec) => ({
    name: namespace + spec.name,
    partitions: partitionsOf(spec, partitions),
    replicationFactor: settings.replicationFactor,
    config: {
      'cleanup.policy': policyOf(spec),
      'retention.ms': String(spec.retentionMs ?? -1),
      'min.insync.replicas': String(Math.min(settings.minInsyncReplicas, settings.replicationFactor)),
      'max.message.bytes': String(mostMessageBytes),
      // readers that were away for a day still find every marker
      ...(spec.markerKey === undefined ? {} : { 'min.compaction.lag.ms': String(markerLagMs) }),
      // what is read whole at a start stays short: old segments are closed and cleaned soon
      ...(policyOf(spec).includes('compact') ? { 'segment.bytes': String(64 << 20), 'segment.ms': '3600000', 'min.cleanable.dirty.ratio': '0.2' } : {}),
    },
  }));
}

const configTool = (name: string, key: string, value: string): string => `kafka-configs --alter --entity-type topics --entity-name ${name} --add-config '${key}=${value.includes(',') ? `[${value}]` : value}'`;

/** What is not as planned, in the order of the plan. Settings that only tune are not compared. */
export function compareTopics(plan: readonly PlannedTopic[], found: readonly FoundTopic[]): Difference[] {
  const known = new Map(found.map((one) => [one.name, one]));
  return plan.flatMap((planned): Difference[] => {
    const { name: topic, partitions, config } = planned;
    const is = known.get(topic);
    if (is === undefined) return [{ topic, what: 'is missing', mend: '`outcry topics` creates it', weight: 'missing' }];
    const differences: Difference[] = [];
    if (is.partitions !== partitions) {
      differences.push({ topic, what: `has ${is.partitions} partitions and should have ${partitions}`, mend: partitions > 1 ? `set \`partitions: ${is.partitions}\` again, or move everything with \`outcry topics repartition\`` : 'delete it and run `outcry topics`', weight: 'wrong' });
    }
    if (is.config === null) return differences;
    const policy = (text: string | undefined) => (text ?? '').split(',').map((one) => one.trim()).sort().join(',');
    if (policy(is.config['cleanup.policy']) !== policy(config['cleanup.policy'])) {
      differences.push({ topic, what: `has cleanup.policy ${is.config['cleanup.policy']} and should have ${config['cleanup.policy']}`, mend: configTool(topic, 'cleanup.policy', config['cleanup.policy']!), weight: 'wrong' });
    }
    const number = (key: string) => Number(is.config![key] ?? Number.NaN);
    if (number('max.message.bytes') < Number(config['max.message.bytes'])) {
      differences.push({ topic, what: `takes records of ${number('max.message.bytes')} bytes at most and should take ${config['max.message.bytes']}`, mend: configTool(topic, 'max.message.bytes', config['max.message.bytes']!), weight: 'wrong' });
    }
    for (const key of ['retention.ms', 'min.insync.replicas']) {
      if (is.config[key] === undefined || is.config[key] === config[key]) continue;
      differences.push({ topic, what: `has ${key} ${is.config[key]} and should have ${config[key]}`, mend: configTool(topic, key, config[key]!), weight: 'other' });
    }
    return differences;
  });
}
