// How the deliveries stand: counts by state and channel, and those that a person must look at. Payloads stay in
// the ledger. Bounded: the longest ended are forgotten first, which lowers their count.
import type { Delivery } from '../../shared/delivery.ts';
import type { DeliveriesView, DeliveryView } from './views.ts';

type State = Delivery['state'];
type Slim = Omit<Delivery, 'payload' | 'v' | 'nextAt' | 'ref' | 'order'>;
type StateCounts = Record<State, number>;

export interface DeliveryCount {
  /** Takes the latest record of a ledger key; null takes it out. */
  add(key: string, delivery: Delivery | null): void;
  /** What only a person can send again: dead ones, and those to a channel that wants no more and is still configured. */
  dead(): number;
  /** All counts, and up to 500 deliveries of one state (all states without one), newest first. */
  view(state?: State): DeliveriesView;
}

export function createDeliveryCount(maxDeliveries: number): DeliveryCount {
  const ledger = new Map<string, Slim>();
  const counts = noCounts();
  let left = 0;

  function drop(key: string): void {
    const before = ledger.get(key);
    if (before === undefined) return;
    counts[before.state] -= 1;
    if (forPeople(before)) left -= 1;
    ledger.delete(key);
  }

  function add(key: string, delivery: Delivery | null): void {
    drop(key);
    if (delivery === null) return;
    const { alert, incident, service, channel, state, attempts, queuedAt, endedAt, reason } = delivery;
    const slim = { alert, incident, service, channel, state, attempts, queuedAt, endedAt, reason };
    ledger.set(key, slim);
    counts[state] += 1;
    if (forPeople(slim)) left += 1;
    if (ledger.size <= maxDeliveries) return;
    const ended = [...ledger].find(([, one]) => one.state === 'sent' || one.state === 'skipped');
    drop(ended?.[0] ?? ledger.keys().next().value ?? key);
  }

  function view(state?: State): DeliveriesView {
    const channels: Record<string, StateCounts> = Object.create(null) as Record<string, StateCounts>;
    const items: DeliveryView[] = [];
    for (const [key, one] of ledger) {
      (channels[one.channel] ??= noCounts())[one.state] += 1;
      if (state !== undefined && one.state !== state) continue;
      const { queuedAt, endedAt, ...rest } = one;
      items.push({ key, ...rest, queuedAt: new Date(queuedAt).toISOString(), endedAt: endedAt === null ? null : new Date(endedAt).toISOString() });
    }
    items.sort((a, b) => (a.queuedAt < b.queuedAt ? 1 : a.queuedAt > b.queuedAt ? -1 : a.key < b.key ? -1 : 1));
    return { counts: { ...counts }, channels, items: items.slice(0, 500) };
  }

  return { add, dead: () => left, view };
}

function forPeople({ state, reason }: Slim): boolean {
  return state === 'dead' || (state === 'gone' && reason !== 'channel-removed');
}

function noCounts(): StateCounts {
  return { pending: 0, sent: 0, skipped: 0, gone: 0, dead: 0 };
}
