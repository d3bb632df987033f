// The notifier on one page: incident events are held and merged (hold), turned into alerts, routed to channels
// (deliver), and sent (outbox). The first two are folds that the Bus runs and commits; only the last one talks to the
// world. The board stands beside this chain, in board/.
import type { Role } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';
import { createDeliver, type DeliverOptions } from './deliver.ts';
import { createHold, type HoldOptions } from './hold.ts';

export { createOutbox, systemTimers, type Outbox, type OutboxChannel, type OutboxOptions } from './outbox.ts';

/** incidents -> alerts. One owner over all partitions, because only who sees them all can order and group. */
export function holdRole(options: HoldOptions): Role {
  return { name: 'hold', input: topics.incidents.name, scope: 'topic', output: topics.alerts.name, create: () => createHold(options) };
}

/** alerts -> deliveries that are pending. What is sent from there is the outbox's. */
export function deliverRole(options: DeliverOptions): Role {
  return { name: 'deliver', input: topics.alerts.name, scope: 'topic', output: topics.deliveries.name, create: () => createDeliver(options) };
}
