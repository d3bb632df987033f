// A lane: one channel's queue and its attempts, one at a time, first in first out. Every step is in the ledger before
// the next is taken. It reads no topic: the outbox feeds it.
import { alertSchema, type Alert } from '../shared/alert.ts';
import { deliveryKey, type Delivery } from '../shared/delivery.ts';
import type { Channel, ChannelDefinition, NotifierLog, Outcome } from './channel.ts';
import { nextAttemptAt, type RetrySchedule } from './retry.ts';

/** The clock that lanes live by: an argument, so that a test has its own time. */
export interface Timers {
  now(): number;
  /** Calls `then` once after `ms` unless the returned function was called before. */
  after(ms: number, then: () => void): () => void;
}

export interface LaneOptions {
  readonly name: string;
  readonly definition: Pick<ChannelDefinition, 'coalesce' | 'spacingMs'>;
  readonly channel: Channel;
  /** Names this configuration of the channel; says whether a channel that is gone has changed since. */
  readonly fingerprint: string;
  /** Resolves when the change is durable; false when the outbox stops first. */
  readonly write: (deliveries: readonly Delivery[]) => Promise<boolean>;
  readonly timers: Timers;
  readonly random: () => number;
  readonly schedule: RetrySchedule;
  /** Told of each outcome: `sent`, `later`, `skipped`, `gone`, `dead`, with its reason as a code. */
  readonly counted: (channel: string, outcome: string, reason: string) => void;
  readonly log: NotifierLog;
}

export interface LaneStatus {
  readonly channel: string;
  readonly waiting: number;
  /** The receiver asked for no more; nothing is sent until the configuration changes or a person redrives. */
  readonly gone: boolean;
  /** Attempts of the delivery at the head, and why the last one was put off. */
  readonly attempts: number;
  readonly reason: string | null;
  /** ms, wall clock, of the oldest that waits. */
  readonly oldestAt: number | null;
}

export interface Lane {
  /** A pending delivery takes its place in the queue. One that is there already is ignored. */
  add(delivery: Delivery): void;
  /** Tries a waiting delivery as soon as its turn is; false when it does not wait here. */
  hasten(key: string): boolean;
  /** Marks the channel as gone, or not. */
  setGone(gone: boolean): void;
  status(): LaneStatus;
  /** Begins to send. `failed` hears of a ledger that can't be written any more: the process should end. */
  start(failed: (error: Error) => void): void;
  /** Ends after the attempt in hand, which is aborted after `graceMs`. Idempotent. */
  stop(graceMs: number): Promise<void>;
}

// Longer waits are taken in pieces: timers hold 24 days at most, and clocks get corrected.
const longestWaitMs = 600_000;
// The longest that a receiver may ask for. What the ledger says beyond it was written under a clock that ran ahead.
const longestLoadedMs = 6 * 3_600_000;

/** A wait: its end (ms, wall clock) and how long it was when it was decided. */
interface Rest {
  until: number;
  readonly ms: number;
}

/** ms that are left of a wait. A clock that was put back makes it begin again, never longer than it was decided. */
function left(rest: Rest | null, now: number): number {
  if (rest === null) return 0;
  rest.until = Math.min(rest.until, now + rest.ms);
  return rest.until - now;
}

function restFor(ms: number, now: number): Rest {
  return { until: now + ms, ms };
}

function alertIn(delivery: Delivery): Alert | null {
  try {
    return alertSchema.parse(JSON.parse(delivery.payload));
  } catch {
    return null;
  }
}

/** A delivery in the queue. An erasure says something of its own: it replaces nothing and nothing replaces it. */
interface Entry {
  delivery: Delivery;
  rest: Rest | null;
  readonly erasure: boolean;
}

/** A lane for one channel; it starts empty and at rest. */
export function createLane(options: LaneOptions): Lane {
  const { name, definition, channel, timers, schedule } = options;
  const queue: Entry[] = [];
  const keys = new Set<string>();
  // By incident: the newest order that waits, erasures left out. Says at once whether a delivery has been overtaken.
  const newest = new Map<string, number>();
  let gone = false;
  let laneRest: Rest | null = null;
  let stopping = false;
  let wake: () => void = () => {};
  let running: Promise<void> | null = null;
  const abort = new AbortController();

  function sleep(ms: number | null): Promise<void> {
    return new Promise((settle) => {
      const cancel = ms === null ? () => {} : timers.after(Math.min(ms, longestWaitMs), settle);
      wake = () => {
        cancel();
        settle();
      };
    });
  }

  function drop(entry: Entry): void {
    const { channel, alert, incident, order } = entry.delivery;
    queue.splice(queue.indexOf(entry), 1);
    keys.delete(deliveryKey(channel, alert));
    if (newest.get(incident) === order) newest.delete(incident);
  }

  function overtaken({ delivery, erasure }: Entry): boolean {
    return !erasure && (newest.get(delivery.incident) ?? 0) > delivery.order;
  }

  /** An entry leaves the queue with its last state, once that is durable. */
  async function end(entry: Entry, change: Pick<Delivery, 'state' | 'reason'> & Partial<Delivery>): Promise<void> {
    const ended = { ...entry.delivery, nextAt: null, endedAt: timers.now(), ref: null, ...change };
    if (!(await options.write([ended]))) return;
    drop(entry);
    options.counted(name, ended.state, ended.reason ?? '');
    if (ended.state === 'dead') options.log.warn({ channel: name, alert: ended.alert, reason: ended.reason, attempts: ended.attempts }, 'a delivery is dead');
  }

  async function attempt(delivery: Delivery, alert: Alert): Promise<Outcome> {
    try {
      return await channel.deliver(alert, { id: delivery.alert, attempt: delivery.attempts + 1, signal: abort.signal });
    } catch (error) {
      options.log.warn({ channel: name, error: error instanceof Error ? error.name : 'unknown' }, 'a channel threw');
      return { outcome: 'later', reason: 'channel-threw' };
    }
  }

  async function settle(entry: Entry, answer: Outcome): Promise<void> {
    const now = timers.now();
    const delivery = { ...entry.delivery, attempts: entry.delivery.attempts + 1 };
    entry.delivery = delivery;
    laneRest = restFor(definition.spacingMs, now);
    if (answer.outcome === 'delivered') return end(entry, { state: 'sent', reason: null, ref: answer.ref });
    if (answer.outcome === 'never') return end(entry, { state: 'dead', reason: answer.reason });
    if (answer.outcome === 'gone') {
      gone = true;
      options.log.warn({ channel: name, reason: answer.reason }, 'a channel is gone: nothing more is sent until its configuration changes');
      return end(entry, { state: 'gone', reason: answer.reason, ref: options.fingerprint });
    }
    const nextAt = nextAttemptAt(delivery, answer.afterMs, now, schedule, options.random);
    options.counted(name, 'later', answer.reason);
    if (nextAt === null) return end(entry, { state: 'dead', reason: `gave-up-${answer.reason}` });
    entry.delivery = { ...delivery, nextAt, reason: answer.reason };
    // Held by the lane too: a newer alert that takes the head's place must not come sooner than the receiver asked.
    entry.rest = restFor(nextAt - now, now);
    laneRest = restFor(Math.max(definition.spacingMs, nextAt - now), now);
    await options.write([entry.delivery]);
  }

  async function run(): Promise<void> {
    while (!stopping) {
      const head = queue[0];
      if (head === undefined) {
        await sleep(null);
        continue;
      }
      if (gone) {
        await end(head, { state: 'gone', reason: 'channel-gone', ref: options.fingerprint });
        continue;
      }
      if (definition.coalesce === 'latest' && overtaken(head)) {
        await end(head, { state: 'skipped', reason: 'superseded' });
        continue;
      }
      const alert = alertIn(head.delivery);
      if (alert === null) {
        await end(head, { state: 'dead', reason: 'payload-unreadable' });
        continue;
      }
      const now = timers.now();
      const wait = Math.max(left(head.rest, now), left(laneRest, now));
      if (wait > 0) {
        await sleep(wait);
        continue;
      }
      const answer = await attempt(head.delivery, alert);
      // An attempt that we cut short says nothing about the receiver; it stays pending and is tried after the restart.
      if (abort.signal.aborted && answer.outcome !== 'delivered') return;
      await settle(head, answer);
    }
  }

  return {
    add(delivery) {
      const key = deliveryKey(delivery.channel, delivery.alert);
      if (keys.has(key)) return;
      keys.add(key);
      const now = timers.now();
      const rest = delivery.nextAt === null ? null : restFor(Math.min(delivery.nextAt - now, longestLoadedMs), now);
      const entry = { delivery, rest, erasure: alertIn(delivery)?.change === 'erased' };
      const after = queue.findLastIndex((other) => other.delivery.order <= delivery.order);
      queue.splice(after + 1, 0, entry);
      if (!entry.erasure) newest.set(delivery.incident, Math.max(delivery.order, newest.get(delivery.incident) ?? 0));
      wake();
    },
    hasten(key) {
      const entry = queue.find(({ delivery }) => deliveryKey(delivery.channel, delivery.alert) === key);
      if (entry === undefined) return false;
      entry.delivery = { ...entry.delivery, nextAt: null };
      entry.rest = null;
      laneRest = null;
      wake();
      return true;
    },
    setGone(value) {
      gone = value;
      if (!value) laneRest = null;
      wake();
    },
    status() {
      const head = queue[0]?.delivery;
      const oldestAt = queue.reduce((least, { delivery }) => Math.min(least, delivery.queuedAt), Infinity);
      return { channel: name, waiting: queue.length, gone, attempts: head?.attempts ?? 0, reason: head?.reason ?? null, oldestAt: head === undefined ? null : oldestAt };
    },
    start(failed) {
      running ??= run().catch((error: unknown) => failed(error instanceof Error ? error : new Error(String(error))));
    },
    async stop(graceMs) {
      stopping = true;
      wake();
      const cancel = timers.after(graceMs, () => abort.abort());
      await running;
      cancel();
      await channel.stop();
    },
  };
}
