// Which roles leave a state, what each reads, and in which parts: what carrying has to know of them.
import { topics, type TopicName } from '../../../shared/topics.ts';

export interface CarriedRole {
  readonly name: string;
  readonly input: TopicName;
  /** partition: a part for each partition of the input. topic: one part, `all`. */
  readonly scope: 'partition' | 'topic';
}

/** In the order in which they feed each other. */
export const carriedRoles = [
  { name: 'detector', input: topics.observations.name, scope: 'partition' },
  { name: 'hold', input: topics.incidents.name, scope: 'topic' },
  { name: 'deliver', input: topics.alerts.name, scope: 'topic' },
] as const satisfies readonly CarriedRole[];

/** The parts of a role's states in an installation with so many partitions. */
export function partsOf({ scope }: CarriedRole, partitions: number): string[] {
  return scope === 'topic' ? ['all'] : Array.from({ length: partitions }, (_, partition) => String(partition));
}
