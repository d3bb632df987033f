// Deliver: from the alerts topic to the ledger. For each alert and each channel it is routed to, one pending delivery,
// committed together with the offset, so that a crash neither loses nor doubles one. Sending is the outbox's part.
import { decodeAlert } from '../shared/alert.ts';
import type { Fold } from '../shared/bus.ts';
import { deliveryKey, deliverySchema, type Delivery } from '../shared/delivery.ts';
import { topics } from '../shared/topics.ts';
import { routeAlert, type Route } from './route.ts';

export interface DeliverOptions {
  readonly routes: readonly Route[];
  /** Names of all configured channels. */
  readonly channels: readonly string[];
  /** ms, wall clock. It stamps `queuedAt` and decides nothing: the ledger is about the world outside. */
  readonly now: () => number;
  /** Told of every alert record that makes no delivery, with the reason as a code. Also during a replay. */
  readonly dropped: (reason: string) => void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A ledger record's value as a Delivery, or why it is none. */
export function decodeDelivery(value: Uint8Array): { delivery: Delivery } | { reason: string } {
  try {
    const parsed = deliverySchema.safeParse(JSON.parse(decoder.decode(value)));
    return parsed.success ? { delivery: parsed.data } : { reason: 'delivery-bad-shape' };
  } catch {
    return { reason: 'delivery-not-json' };
  }
}

/**
 * The deliver fold over all alert partitions. A delivery's `order` counts up over all of them, so each channel's queue
 * keeps the order in which alerts were read, which within an incident is that of its changes. A channel that is added
 * hears from the next alert on; nothing already in the ledger is made pending again.
 */
export function createDeliver(options: DeliverOptions): Fold {
  let order = 0;
  // Keys that the ledger held when this process went live: a lost snapshot must not send them again.
  let known = new Set<string>();

  return {
    restore(parts) {
      const part = parts.find(({ key }) => key === 'deliver');
      if (part === undefined) return;
      const state = JSON.parse(decoder.decode(part.value)) as { v: number; order: number };
      if (state.v !== 1) throw new Error(`deliver: the snapshot is of version ${state.v}, this code reads 1`);
      order = state.order;
    },

    fold(record, emit) {
      const decoded = record.value === null ? { reason: 'alert-empty' } : decodeAlert(record.value);
      if ('reason' in decoded) return options.dropped(decoded.reason);
      const { alert } = decoded;
      // Every alert counts, routed or not, so that a replay under other routes gives the same numbers.
      order += 1;
      const routed = routeAlert(alert, options.routes, options.channels);
      if ('reason' in routed) return options.dropped(routed.reason);
      for (const { channel } of routed.to) {
        const key = deliveryKey(channel, alert.id);
        if (known.has(key)) continue;
        const delivery: Delivery = {
          v: 1,
          alert: alert.id,
          incident: alert.incident.id,
          service: alert.service.id,
          channel,
          state: 'pending',
          order,
          attempts: 0,
          queuedAt: options.now(),
          nextAt: null,
          endedAt: null,
          reason: null,
          ref: null,
          payload: JSON.stringify(alert),
        };
        emit({ topic: topics.deliveries.name, key, value: encoder.encode(JSON.stringify(delivery)) });
      }
    },

    live(published) {
      known = new Set(published.filter(({ value }) => value !== null).map(({ key }) => key));
      for (const { value } of published) {
        const decoded = value === null ? { reason: 'erased' } : decodeDelivery(value);
        if ('delivery' in decoded) order = Math.max(order, decoded.delivery.order);
      }
    },

    snapshot: () => [{ key: 'deliver', value: encoder.encode(JSON.stringify({ v: 1, order })) }],
  };
}
