// The notifier over real sockets and the embedded Bus: from incident events to what receivers get, through receivers
// that are down, slow and wrong, and through restarts of our own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { openEmbedded } from '../infra/backends/index.ts';
import type { ChannelDeps } from '../notifier/channel.ts';
import { channels } from '../notifier/channels/index.ts';
import { webhookChannelWith } from '../notifier/channels/webhook.ts';
import { decodeDelivery } from '../notifier/deliver.ts';
import { createGuardedFetch } from '../notifier/guarded-fetch.ts';
import { createOutbox, deliverRole, holdRole, systemTimers, type Outbox } from '../notifier/notifier.ts';
import { redriveKey } from '../notifier/redrive.ts';
import { BusError, type Bus, type InRecord } from '../shared/bus.ts';
import type { Delivery } from '../shared/delivery.ts';
import type { Evidence } from '../shared/evidence.ts';
import type { IncidentChange, IncidentRecord } from '../shared/incident.ts';
import { partitionOf, topics } from '../shared/topics.ts';
import { aPost, aService, anAlert, anEvent, evening, minute } from './fakes/incidents.ts';
import { openReceiver, type Receiver } from './fakes/receiver.ts';
import { openSlack, shown, takeOrRefuse } from './fakes/slack.ts';

const partitions = 4;
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const newer = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
// Minutes as milliseconds, with the same shape as the real schedule.
const quick = { stepsMs: [0, 5, 10, 20], giveUpMs: 60_000, leastAttempts: 3 };
const life: IncidentChange[] = ['suspected', 'confirmed', 'updated', 'easing', 'resolved'];

const openThings = new Set<() => Promise<void>>();
afterEach(async () => {
  for (const close of [...openThings].toReversed()) await close();
  openThings.clear();
});

function kept<T extends { close(): Promise<void> }>(thing: T): T {
  openThings.add(() => thing.close());
  return thing;
}

function folder(): string {
  const place = mkdtempSync(join(tmpdir(), 'outcry-notifier-'));
  openThings.add(async () => rmSync(place, { recursive: true, force: true }));
  return place;
}

function failed(error: Error): void {
  throw error;
}

interface Settings {
  readonly file: string;
  /** name -> type and options */
  readonly channels: Readonly<Record<string, { type: string; options: Record<string, unknown> }>>;
  readonly schedule?: typeof quick;
  readonly evidence?: readonly Evidence[];
  readonly logged?: unknown[];
}

interface Notifier {
  readonly bus: Bus;
  readonly outbox: Outbox;
  readonly counted: string[];
  stop(): Promise<void>;
}

/** The whole notifier on a file, as the composition root would start it. */
async function startNotifier({ file, channels: named, schedule = quick, evidence = [], logged = [] }: Settings): Promise<Notifier> {
  const { bus } = openEmbedded({ file, partitions, mode: 'own', maxBytes: null });
  const counted: string[] = [];
  const log = { info: (...line: unknown[]) => logged.push(line), warn: (...line: unknown[]) => logged.push(line) };
  const deps: ChannelDeps = { now: Date.now, evidence: async (_, most) => evidence.slice(0, most), log, publicUrl: null, zone: 'UTC', out: new PassThrough() };
  const outbox = createOutbox({
    bus, answersFor: () => true,
    channels: Object.entries(named).map(([name, { type, options: raw }]) => {
      const definition = channels[type]!;
      const options = definition.options.parse(raw);
      return { name, definition: { ...definition, spacingMs: 0 }, options, channel: definition.create(options, deps) };
    }),
    timers: systemTimers,
    random: () => 0.5,
    schedule,
    graceMs: 20,
    counted: (channel, outcome, reason) => counted.push(`${channel} ${outcome} ${reason}`),
    log,
    failed,
  });
  const dropped = (): void => {};
  await bus.work(holdRole({ services: [aService('whatsapp', { name: 'WhatsApp' })], partitions, dropped }), failed);
  await bus.work(deliverRole({ routes: [], channels: Object.keys(named), now: Date.now, dropped }), failed);
  await outbox.start();
  const stop = async (): Promise<void> => {
    await outbox.stop();
    await bus.close();
  };
  openThings.add(stop);
  return { bus, outbox, counted, stop };
}

async function publish(bus: Bus, ...records: IncidentRecord[]): Promise<void> {
  await bus.publish(
    records.flatMap((record) => {
      const value = new TextEncoder().encode(JSON.stringify(record));
      if (record.kind === 'incident') return [{ topic: topics.incidents.name, key: record.incident.service, value, partition: partitionOf(record.incident.service, partitions) }];
      return Array.from({ length: partitions }, (_, partition) => ({ topic: topics.incidents.name, key: 'progress', value, partition }));
    }),
  );
}

/** Publishes an incident's changes, a minute apart, the first with sequence number `from`. */
function tell(bus: Bus, changes: readonly IncidentChange[], from = 1): Promise<void> {
  const at = evening + from * minute;
  return publish(bus, ...changes.map((change, i) => anEvent(from + i, change, at + i * minute)), { v: 1, kind: 'progress', at: at + changes.length * minute });
}

function ledger(bus: Bus, enough: (deliveries: readonly Delivery[]) => boolean): Promise<Delivery[]> {
  const latest = new Map<string, Delivery>();
  return new Promise((settle) => {
    const tail = bus.tail(topics.deliveries.name, 'start', (records) => {
      for (const { key, value } of records) {
        const decoded = value === null ? { reason: '' } : decodeDelivery(value);
        if ('delivery' in decoded) latest.set(key, decoded.delivery);
      }
      const all = [...latest.values()].sort((a, b) => a.order - b.order);
      if (!enough(all)) return;
      settle(all);
      queueMicrotask(() => void tail.stop());
    });
  });
}

function states(deliveries: readonly Delivery[]): string[] {
  return deliveries.map(({ state, reason }) => [state, reason].filter((part) => part !== null).join(' '));
}

function ended(n: number): (deliveries: readonly Delivery[]) => boolean {
  return (deliveries) => deliveries.filter(({ state }) => state !== 'pending').length >= n;
}

/** webhook-ids that the receiver accepted, in order. */
function accepted({ received }: Receiver): string[] {
  return received.filter(({ status }) => status === 200).map(({ headers }) => String(headers['webhook-id']).replace(/^.*-/, ''));
}

function hook(receiver: Receiver, change: Record<string, unknown> = {}) {
  return { hook: { type: 'webhook', options: { url: receiver.url, secrets: [secret], allowPrivate: true, allowHttp: true, ...change } } };
}

test('a receiver that is down for a while and restarts of ours: each event once, in order', async () => {
  const receiver = kept(await openReceiver());
  const file = join(folder(), 'outcry.db');
  receiver.behave(() => ({ status: 503 }));
  let notifier = await startNotifier({ file, channels: hook(receiver) });
  await tell(notifier.bus, life);
  await receiver.until(({ length }) => length >= 3);
  await notifier.stop();

  const before = receiver.received.length;
  notifier = await startNotifier({ file, channels: hook(receiver) });
  await receiver.until(({ length }) => length >= before + 2);
  await notifier.stop();
  await receiver.rest();

  receiver.behave(() => ({}));
  notifier = await startNotifier({ file, channels: hook(receiver) });
  await ledger(notifier.bus, ended(5));
  await notifier.stop();
  notifier = await startNotifier({ file, channels: hook(receiver) });
  await tell(notifier.bus, ['reopened'], 6);
  const deliveries = await ledger(notifier.bus, ended(6));

  expect(accepted(receiver)).toEqual(['1', '2', '3', '4', '5', '6']);
  expect(new Set(receiver.received.slice(0, before + 2).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(states(deliveries)).toEqual(Array.from({ length: 6 }, () => 'sent'));
});

test('an answer that is cut off is asked for again under the same id, with a new timestamp and signature', async () => {
  const receiver = kept(await openReceiver());
  const notifier = await startNotifier({ file: ':memory:', channels: hook(receiver) });
  let first = true;
  receiver.behave(() => {
    const answer = first ? { manner: 'cut' as const } : {};
    first = false;
    return answer;
  });
  await tell(notifier.bus, ['suspected']);
  await ledger(notifier.bus, ended(1));
  expect(receiver.received).toHaveLength(2);
  expect(receiver.received[0]!.headers['webhook-id']).toBe(receiver.received[1]!.headers['webhook-id']);
  for (const { body, headers } of receiver.received) expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'outcry.incident.suspected' });
});

test('subscribers verify what they get, through a change of keys, and a tampered body fails', async () => {
  const receiver = kept(await openReceiver());
  const file = join(folder(), 'outcry.db');
  for (const [i, secrets] of [[secret], [newer, secret], [newer]].entries()) {
    const notifier = await startNotifier({ file, channels: hook(receiver, { secrets }) });
    await tell(notifier.bus, [life[i]!], i + 1);
    await ledger(notifier.bus, ended(i + 1));
    await notifier.stop();
  }
  const verifies = (i: number, key: string, body = receiver.received[i]!.body): boolean => {
    try {
      new Webhook(key).verify(body, receiver.received[i]!.headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };
  expect([0, 1, 2].map((i) => [verifies(i, secret), verifies(i, newer)])).toEqual([[true, false], [true, true], [false, true]]);
  expect(verifies(0, secret, receiver.received[0]!.body.replace('214', '2'))).toBe(false);
});

test('what a receiver never takes becomes a dead letter, which a person can redrive once', async () => {
  const receiver = kept(await openReceiver());
  const file = join(folder(), 'outcry.db');
  receiver.behave((body) => (body.includes('incident.suspected') ? { status: 404 } : {}));
  let notifier = await startNotifier({ file, channels: hook(receiver) });
  await tell(notifier.bus, ['suspected', 'confirmed']);
  const [dead] = await ledger(notifier.bus, ended(2));
  expect(dead).toMatchObject({ state: 'dead', reason: 'http-404', attempts: 7 });
  expect(notifier.counted.filter((line) => line.startsWith('hook dead'))).toEqual(['hook dead http-404']);
  const letter = await new Promise<string>((settle) => {
    const tail = notifier.bus.tail(topics.deadLetters.name, 'start', ([record]) => {
      settle(new TextDecoder().decode(record!.value!));
      queueMicrotask(() => void tail.stop());
    });
  });
  expect(JSON.parse(letter)).toMatchObject({ from: 'deliver', reason: 'http-404', delivery: { alert: dead!.alert } });

  receiver.behave(() => ({}));
  await notifier.bus.publish([{ topic: topics.controls.name, key: redriveKey('hook', dead!.alert), value: new TextEncoder().encode(JSON.stringify({ at: Date.now() + 1 })) }]);
  const after = await ledger(notifier.bus, (all) => all.every(({ state }) => state === 'sent') && all.length === 2);
  expect(after.map(({ attempts }) => attempts)).toEqual([1, 1]);
  await notifier.stop();

  // The control record is still there, and asks for nothing any more.
  notifier = await startNotifier({ file, channels: hook(receiver) });
  await tell(notifier.bus, ['updated'], 3);
  await ledger(notifier.bus, ended(3));
  expect(accepted(receiver)).toEqual(['2', '1', '3']);
});

test('a receiver that says gone is left alone, across a restart, until its configuration changes', async () => {
  const receiver = kept(await openReceiver());
  const file = join(folder(), 'outcry.db');
  receiver.behave(() => ({ status: 410 }));
  let notifier = await startNotifier({ file, channels: hook(receiver) });
  await tell(notifier.bus, ['suspected', 'confirmed']);
  expect(states(await ledger(notifier.bus, ended(2)))).toEqual(['gone http-410', 'gone channel-gone']);
  await notifier.stop();

  receiver.behave(() => ({}));
  notifier = await startNotifier({ file, channels: hook(receiver) });
  expect(notifier.outbox.status()).toMatchObject([{ channel: 'hook', gone: true }]);
  await tell(notifier.bus, ['updated'], 3);
  await ledger(notifier.bus, ended(3));
  await notifier.stop();
  expect(receiver.received).toHaveLength(1);

  notifier = await startNotifier({ file, channels: hook(receiver, { secrets: [newer] }) });
  await tell(notifier.bus, ['easing'], 4);
  const deliveries = await ledger(notifier.bus, (all) => ended(4)(all) && all[3]!.state === 'sent');
  expect(states(deliveries)).toEqual(['gone http-410', 'gone channel-gone', 'gone channel-gone', 'sent']);
});

test('a channel taken out of the configuration leaves its deliveries on record', async () => {
  const receiver = kept(await openReceiver());
  const file = join(folder(), 'outcry.db');
  receiver.behave(() => ({ status: 503 }));
  let notifier = await startNotifier({ file, channels: hook(receiver), schedule: { ...quick, stepsMs: [0, 60_000] } });
  await tell(notifier.bus, ['suspected']);
  await receiver.until(({ length }) => length >= 1);
  await notifier.stop();
  notifier = await startNotifier({ file, channels: {} });
  expect(states(await ledger(notifier.bus, ended(1)))).toEqual(['gone channel-removed']);
});

test('a receiver that hangs does not keep us from stopping, and gets the event after the restart', async () => {
  const receiver = kept(await openReceiver());
  const file = join(folder(), 'outcry.db');
  receiver.behave(() => ({ manner: 'hang' }));
  let notifier = await startNotifier({ file, channels: hook(receiver) });
  await tell(notifier.bus, ['suspected']);
  await receiver.until(({ length }) => length >= 1);
  await notifier.stop();
  receiver.behave(() => ({}));
  notifier = await startNotifier({ file, channels: hook(receiver) });
  expect(states(await ledger(notifier.bus, ended(1)))).toEqual(['sent']);
  expect(accepted(receiver)).toEqual(['1']);
});

test('a reply without end is read no further than 64 kB and counts by its status; a redirect is not followed', async () => {
  const receiver = kept(await openReceiver());
  const elsewhere = kept(await openReceiver());
  receiver.behave((body) => (body.includes('suspected"') ? { status: 200, manner: 'flood' } : { status: 302, headers: { location: elsewhere.url } }));
  const notifier = await startNotifier({ file: ':memory:', channels: hook(receiver) });
  await tell(notifier.bus, ['suspected', 'erased']);
  await publish(notifier.bus, anEvent(3, 'easing', evening + 9 * minute), { v: 1, kind: 'progress', at: evening + 10 * minute });
  await receiver.until((received) => received.some(({ status }) => status === 302));
  const deliveries = await ledger(notifier.bus, ended(3));
  expect(states(deliveries)[0]).toBe('sent');
  expect(states(deliveries)[2]).toBe('dead http-302');
  expect(elsewhere.connections()).toBe(0);
});

test('a receiver that only listens is given up in time', async () => {
  const receiver = kept(await openReceiver());
  receiver.behave(() => ({ manner: 'hang' }));
  const client = kept(createGuardedFetch({ allowPrivate: true, allowHttp: true, timeoutMs: 30 }));
  expect(await client.post(receiver.url, {}, '{}', new AbortController().signal)).toEqual({ kind: 'failed', reason: 'timeout' });
});

test('while the ledger can not be written, nothing further is sent, and nothing is sent twice', async () => {
  const receiver = kept(await openReceiver());
  const { bus } = openEmbedded({ file: ':memory:', partitions, mode: 'own', maxBytes: null });
  openThings.add(() => bus.close());
  let refusals = 3;
  const seen: number[] = [];
  // The real Bus, with a disk that is full for a while.
  const full: Bus = {
    ...bus,
    publish(records) {
      if (refusals === 0) return bus.publish(records);
      refusals -= 1;
      seen.push(receiver.received.length);
      return Promise.reject(new BusError('full', 'no room', true));
    },
  };
  const { url } = receiver;
  const options = { url, secrets: [secret], allowPrivate: true, allowHttp: true };
  const definition = channels['webhook']!;
  const log = { info: () => {}, warn: () => {} };
  const channel = definition.create(options, { now: Date.now, evidence: async () => [], log, publicUrl: null, zone: 'UTC', out: new PassThrough() });
  const outbox = createOutbox({ answersFor: () => true, bus: full, channels: [{ name: 'hook', definition, options, channel }], timers: systemTimers, random: () => 0.5, counted: () => {}, log, failed });
  openThings.add(() => outbox.stop());
  await bus.work(holdRole({ services: [], partitions, dropped: () => {} }), failed);
  await bus.work(deliverRole({ routes: [], channels: ['hook'], now: Date.now, dropped: () => {} }), failed);
  await outbox.start();
  await tell(bus, ['suspected', 'confirmed']);
  await ledger(bus, ended(2));
  expect(seen).toEqual([1, 1, 1]);
  expect(accepted(receiver)).toEqual(['1', '2']);
});

test('our own old entries of the ledger, read late, send nothing again', async () => {
  const receiver = kept(await openReceiver());
  let refusals = 1;
  receiver.behave(() => (refusals-- > 0 ? { status: 503 } : {}));
  const { bus } = openEmbedded({ file: ':memory:', partitions, mode: 'own', maxBytes: null });
  openThings.add(() => bus.close());
  const own: InRecord[] = [];
  let readLate: (records: readonly InRecord[]) => void | Promise<void> = () => {};
  // The real Bus, as a log that is not compacted yet: every step of a delivery is still there to be read.
  const uncompacted: Bus = {
    ...bus,
    publish(records) {
      own.push(...records.map((record, offset) => ({ ...record, partition: 0, offset, headers: {} })));
      return bus.publish(records);
    },
    tail(topic, from, each, caughtUp) {
      if (topic === topics.deliveries.name) readLate = each;
      return bus.tail(topic, from, each, caughtUp);
    },
  };
  const options = { url: receiver.url, secrets: [secret], allowPrivate: true, allowHttp: true };
  const definition = channels['webhook']!;
  const log = { info: () => {}, warn: () => {} };
  const channel = definition.create(options, { now: Date.now, evidence: async () => [], log, publicUrl: null, zone: 'UTC', out: new PassThrough() });
  const outbox = createOutbox({ answersFor: () => true, bus: uncompacted, channels: [{ name: 'hook', definition, options, channel }], timers: systemTimers, random: () => 0.5, schedule: quick, counted: () => {}, log, failed });
  openThings.add(() => outbox.stop());
  await bus.work(holdRole({ services: [], partitions, dropped: () => {} }), failed);
  await bus.work(deliverRole({ routes: [], channels: ['hook'], now: Date.now, dropped: () => {} }), failed);
  await outbox.start();
  await tell(bus, ['suspected']);
  await ledger(bus, ended(1));
  expect(own.map(({ value }) => decodeDelivery(value!)).flatMap((one) => ('delivery' in one ? states([one.delivery]) : []))).toEqual(['pending http-503', 'sent']);
  await readLate(own);
  await tell(bus, ['confirmed'], 2);
  await ledger(bus, ended(2));
  expect(accepted(receiver)).toEqual(['1', '2']);
});

test.each(['127.0.0.1', '2130706433', '0177.0.0.1', '[::ffff:127.0.0.1]', '169.254.169.254', 'localhost', 'rebind.example'])('a webhook to %s opens no connection', async (host) => {
  const inside = kept(await openReceiver());
  const { port } = new URL(inside.url);
  const deps: ChannelDeps = { now: Date.now, evidence: async () => [], log: { info: () => {}, warn: () => {} }, publicUrl: null, zone: 'UTC', out: new PassThrough() };
  // A name that may have been public when somebody looked, and is private now that we connect: one question, whose
  // answer is both judged and used, leaves it no second chance.
  const asked: string[] = [];
  const rebinding = webhookChannelWith((name, answer) => {
    asked.push(name);
    answer(null, [{ address: '127.0.0.1', family: 4 }]);
  });
  const channel = rebinding.create({ url: `http://${host}:${port}/`, secrets: [secret], allowPrivate: false, allowHttp: true }, deps);
  const attempt = { id: 'a-1', attempt: 9, signal: new AbortController().signal };
  for (let i = 0; i < 2; i += 1) expect(await channel.deliver(anAlert(1, 'suspected', evening), attempt)).toEqual({ outcome: 'never', reason: 'address-private' });
  expect(asked).toEqual(/[a-z]/.test(host) && host.at(0) !== '[' ? [host, host] : []);
  expect((await channel.check()).ok).toBe(false);
  expect(inside.connections()).toBe(0);
  await channel.stop();
});

function slackTo(slack: Receiver): Settings['channels'] {
  return { slack: { type: 'slack-webhook', options: { url: slack.url, allowPrivate: true, allowHttp: true } } };
}

test("Slack gets a message within its limits in which a stranger's <!channel> is words", async () => {
  const slack = kept(await openSlack());
  const notifier = await startNotifier({ file: ':memory:', channels: slackTo(slack), evidence: [aPost('<!channel> @here https://evil.example down'), aPost('&'.repeat(500))] });
  await tell(notifier.bus, ['suspected']);
  expect(states(await ledger(notifier.bus, ended(1)))).toEqual(['sent']);
  expect(slack.received[0]!.body).toContain('&lt;!channel&gt; ＠here https[:]//evil[.]example down');
  expect(slack.received[0]!.body).not.toContain('<!channel>');
});

test('a Slack that was down gets the newest state, and what it missed is on record', async () => {
  const slack = kept(await openSlack());
  slack.behave(() => ({ status: 500, text: 'rollup_error' }));
  const logged: unknown[] = [];
  const notifier = await startNotifier({ file: ':memory:', channels: slackTo(slack), logged });
  await tell(notifier.bus, ['suspected', 'confirmed', 'easing']);
  await ledger(notifier.bus, ended(2));
  slack.behave(takeOrRefuse);
  expect(states(await ledger(notifier.bus, ended(3)))).toEqual(['skipped superseded', 'skipped superseded', 'sent']);
  expect(shown(slack)).toHaveLength(1);
  expect(shown(slack)[0]).toContain('WhatsApp: outage easing');
  expect(JSON.stringify(logged)).not.toContain(new URL(slack.url).pathname);
});

test('Slack says when to come back, and an archived channel is gone', async () => {
  const slack = kept(await openSlack());
  const times: number[] = [];
  slack.behave(() => {
    times.push(performance.now());
    return times.length === 1 ? { status: 429, headers: { 'retry-after': '1' }, text: 'rate_limited' } : { status: 410, text: 'channel_is_archived' };
  });
  const notifier = await startNotifier({ file: ':memory:', channels: slackTo(slack) });
  await tell(notifier.bus, ['suspected']);
  expect(states(await ledger(notifier.bus, ended(1)))).toEqual(['gone slack-channel_is_archived']);
  // timers count in whole milliseconds
  expect(times[1]! - times[0]!).toBeGreaterThan(998);
});
