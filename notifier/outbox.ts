// The outbox: the engine behind the ledger. It reads what is pending, gives each channel its lane, writes every step
// back before the next, takes up after a restart where it stood, and does what people ask by redrive. One outbox looks
// after a channel at a time; what an attempt means is the channel's to say, what comes next is the lane's.
import { createHash } from 'node:crypto';
import { BusError, type Bus, type InRecord, type OutRecord, type Running } from '../shared/bus.ts';
import { channelOfKey, deliveryKey, type Delivery } from '../shared/delivery.ts';
import { topics } from '../shared/topics.ts';
import type { Channel, ChannelDefinition, NotifierLog } from './channel.ts';
import { decodeDelivery } from './deliver.ts';
import { createLane, type Lane, type LaneStatus, type Timers } from './lane.ts';
import { readRedrive, redriven } from './redrive.ts';
import { retrySchedule, type RetrySchedule } from './retry.ts';

export interface OutboxChannel {
  /** Its name in the configuration. */
  readonly name: string;
  readonly definition: Pick<ChannelDefinition, 'coalesce' | 'spacingMs'>;
  readonly channel: Channel;
  /** Its options: a channel that is gone is tried again when they change. */
  readonly options: unknown;
}

export interface OutboxOptions {
  readonly bus: Pick<Bus, 'publish' | 'tail'>;
  readonly channels: readonly OutboxChannel[];
  /** Whether the deliveries to a channel of this name are this outbox's: another may look after others. */
  readonly answersFor: (channel: string) => boolean;
  readonly timers: Timers;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly schedule?: RetrySchedule;
  /** ms that an attempt in hand may still take when the outbox stops. */
  readonly graceMs?: number;
  /** Told of each outcome with channel and reason, for metrics. */
  readonly counted: (channel: string, outcome: string, reason: string) => void;
  readonly log: NotifierLog;
  /** Called once when the ledger can't be written any more: the process should end. */
  readonly failed: (error: Error) => void;
}

export interface Outbox {
  /** Resolves when the ledger is read and the lanes run. */
  start(): Promise<void>;
  /** Lets attempts in hand end, then closes the channels. Idempotent. */
  stop(): Promise<void>;
  /** Each channel's queue, for the board and metrics. */
  status(): readonly LaneStatus[];
}

const encoder = new TextEncoder();

/** The clock of the machine. */
export const systemTimers: Timers = {
  now: Date.now,
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

function ledgerRecord(delivery: Delivery): OutRecord {
  return { topic: topics.deliveries.name, key: deliveryKey(delivery.channel, delivery.alert), value: encoder.encode(JSON.stringify(delivery)) };
}

/** A dead delivery as a dead letter: `{v, at, from, reason, delivery}`, keyed by its reason. */
function deadLetter(delivery: Delivery): OutRecord {
  const letter = { v: 1, at: delivery.endedAt, from: 'deliver', reason: delivery.reason, delivery };
  return { topic: topics.deadLetters.name, key: delivery.reason ?? 'unknown', value: encoder.encode(JSON.stringify(letter)) };
}

/** Names a configuration without telling it: a short hash of the options, secrets included. */
function fingerprintOf(options: unknown): string {
  return `config:${createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 16)}`;
}

/** An outbox at rest. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { bus, timers, log } = options;
  const schedule = options.schedule ?? retrySchedule;
  const graceMs = options.graceMs ?? 3_000;
  const lanes = new Map<string, Lane>();
  // What ended without being told, and so can be redriven. The rest of the ledger is not kept in memory.
  const ended = new Map<string, Delivery>();
  const tails: Running[] = [];
  let stopping = false;
  let stopped: Promise<void> | null = null;
  let halt: () => void = () => {};
  const halted = new Promise<void>((settle) => {
    halt = settle;
  });
  const wakes = new Set<() => void>();

  function pause(ms: number): Promise<void> {
    return new Promise((settle) => {
      const done = (): void => {
        cancel();
        wakes.delete(done);
        settle();
      };
      const cancel = timers.after(ms, done);
      wakes.add(done);
    });
  }

  /** Publishes until it is durable: what has been sent must be known before anything else is. False when stopped first. */
  async function write(deliveries: readonly Delivery[]): Promise<boolean> {
    const records = deliveries.flatMap((delivery) => (delivery.state === 'dead' ? [ledgerRecord(delivery), deadLetter(delivery)] : [ledgerRecord(delivery)]));
    for (let tries = 0; ; tries += 1) {
      try {
        await bus.publish(records);
        break;
      } catch (error) {
        if (stopping) return false;
        if (!(error instanceof BusError) || !error.retry) throw error;
        log.warn({ code: error.code, tries }, 'the ledger of deliveries can not be written, trying again');
        await pause(Math.min(10_000, 100 * 2 ** tries));
        if (stopping) return false;
      }
    }
    for (const delivery of deliveries) remember(delivery);
    return true;
  }

  function remember(delivery: Delivery): void {
    const key = deliveryKey(delivery.channel, delivery.alert);
    if (delivery.state === 'dead' || delivery.state === 'gone') ended.set(key, delivery);
    else ended.delete(key);
  }

  /** Reads the ledger; resolves with what is pending, and goes on giving new deliveries to the lanes. */
  function readLedger(): Promise<Delivery[]> {
    const latest = new Map<string, Delivery>();
    let loading = true;
    function take({ key, value }: InRecord): void {
      const decoded = value === null ? { reason: 'erased' } : decodeDelivery(value);
      if ('reason' in decoded) {
        if (value !== null) log.warn({ reason: decoded.reason }, 'a record of the ledger can not be read');
        latest.delete(key);
        return;
      }
      const { delivery } = decoded;
      if (!options.answersFor(delivery.channel)) return;
      if (loading) latest.set(key, delivery.state === 'sent' || delivery.state === 'skipped' ? { ...delivery, payload: '' } : delivery);
      // From here on everything but a new delivery is our own writing come back.
      else if (delivery.state === 'pending' && delivery.attempts === 0 && delivery.reason === null) accept([delivery]);
    }
    return new Promise((settle) => {
      const caughtUp = (): void => {
        loading = false;
        for (const delivery of latest.values()) remember(delivery);
        restGone(latest.values());
        settle([...latest.values()].filter(({ state }) => state === 'pending'));
        latest.clear();
      };
      tails.push(bus.tail(topics.deliveries.name, 'start', (records) => records.forEach(take), caughtUp));
    });
  }

  /** A channel that was gone when its last delivery ended stays so under the same configuration. */
  function restGone(deliveries: Iterable<Delivery>): void {
    const last = new Map<string, Delivery>();
    for (const delivery of deliveries) {
      if (delivery.endedAt !== null && delivery.endedAt >= (last.get(delivery.channel)?.endedAt ?? 0)) last.set(delivery.channel, delivery);
    }
    for (const { name, options: channelOptions } of options.channels) {
      const delivery = last.get(name);
      lanes.get(name)?.setGone(delivery?.state === 'gone' && delivery.ref === fingerprintOf(channelOptions));
    }
  }

  function accept(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const lane = lanes.get(delivery.channel);
      if (lane !== undefined) lane.add(delivery);
      // Its channel is no longer configured: on record, and there for a redrive when it comes back.
      else void write([{ ...delivery, state: 'gone', endedAt: timers.now(), nextAt: null, reason: 'channel-removed' }]).catch(fail);
    }
  }

  function fail(error: unknown): void {
    if (!stopping) options.failed(error instanceof Error ? error : new Error(String(error)));
  }

  async function control({ key, value }: InRecord): Promise<void> {
    const wish = readRedrive(key, value);
    if (wish === null || !options.answersFor(channelOfKey(wish.key))) return;
    const delivery = ended.get(wish.key);
    if (delivery === undefined) {
      const waits = [...lanes.values()].some((lane) => lane.hasten(wish.key));
      if (!waits) log.info({ reason: 'redrive-unknown' }, 'nothing to redrive');
      return;
    }
    const lane = lanes.get(delivery.channel);
    const again = redriven(delivery, wish.at);
    if (lane === undefined || 'reason' in again) {
      log.info({ reason: 'reason' in again ? again.reason : 'channel-removed', channel: delivery.channel }, 'nothing to redrive');
      return;
    }
    if (!(await write([again.delivery]))) return;
    options.counted(delivery.channel, 'redriven', delivery.reason ?? '');
    lane.setGone(false);
    lane.add(again.delivery);
  }

  for (const { name, definition, channel, options: channelOptions } of options.channels) {
    lanes.set(
      name,
      createLane({ name, definition, channel, fingerprint: fingerprintOf(channelOptions), write, timers, random: options.random, schedule, counted: options.counted, log }),
    );
  }

  return {
    async start() {
      const pending = await Promise.race([readLedger(), halted]);
      if (pending === undefined || stopping) return;
      accept(pending.sort((a, b) => a.order - b.order));
      for (const lane of lanes.values()) lane.start(fail);
      const controlled = new Promise<void>((settle) => {
        const each = async (records: readonly InRecord[]): Promise<void> => {
          for (const record of records) await control(record).catch(fail);
        };
        tails.push(bus.tail(topics.controls.name, 'start', each, settle));
      });
      await Promise.race([controlled, halted]);
    },
    stop() {
      stopping = true;
      halt();
      stopped ??= (async () => {
        for (const done of wakes) done();
        await Promise.all([...[...lanes.values()].map((lane) => lane.stop(graceMs)), ...tails.map((tail) => tail.stop())]);
      })();
      return stopped;
    },
    status: () => [...lanes.values()].map((lane) => lane.status()),
  };
}
