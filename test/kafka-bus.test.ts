// The Kafka backend against the Bus contract, and what only a cluster can suffer: frozen, killed and rebalanced.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopics, kafkaSettingsSchema, openKafka } from '../infra/backends/kafka/index.ts';
import { isFenced } from '../infra/backends/kafka/kafka-error.ts';
import { createClient } from '../infra/backends/kafka/link.ts';
import { createTransactor, OutcomeOpen } from '../infra/backends/kafka/producer.ts';
import { startKafka, type LocalKafka } from '../infra/local/kafka.ts';
import { BusError, type Bus, type InRecord, type Role } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';
import { busContract, counting, observation, readAll, until, words } from './contracts/bus-contract.ts';

const partitions = 4;
const log = pino({ level: process.env['OUTCRY_TEST_LOG'] ?? 'silent' });
let kafka: LocalKafka;
let places = 0;

beforeAll(async () => {
  kafka = await startKafka({ own: true, properties: { 'log.cleaner.backoff.ms': '200' } });
});
afterAll(async () => {
  await kafka?.stop();
});

const settings = () => kafkaSettingsSchema.parse({ brokers: [...kafka.brokers], replicationFactor: 1, minInsyncReplicas: 1 });

interface Place {
  readonly namespace: string;
  open(): Promise<Bus>;
}

/** Topics of its own on the shared broker. */
async function newPlace(): Promise<Place> {
  const namespace = `place-${++places}.`;
  await createTopics({ settings: settings(), partitions, log, namespace });
  return { namespace, open: () => openKafka(settings(), { partitions, instance: `test-${places}`, log, clock: Date.now, namespace }) };
}

busContract('kafka', async () => {
  const { open } = await newPlace();
  return { open, remove: async () => {} };
});

const fail = (error: Error) => {
  throw error;
};

/** Publishes numbered observations over all partitions until stopped, and again what was refused; resolves to how many were accepted. */
function publishOn(bus: Bus, everyMs: number): { stop(): Promise<number>; slowestMs(): number } {
  let stopped = false;
  let slowest = 0;
  const sent: Promise<void>[] = [];
  const insist = async (i: number): Promise<void> => {
    const began = performance.now();
    for (;;) {
      try {
        await bus.publish([observation(i % partitions, String(i))]);
        slowest = Math.max(slowest, performance.now() - began);
        return;
      } catch (error) {
        if (!(error instanceof BusError) || !error.retry) throw error;
      }
    }
  };
  const loop = (async () => {
    let i = 0;
    for (; !stopped; i++) {
      sent.push(insist(i));
      await wait(everyMs);
    }
    await Promise.all(sent);
    return i;
  })();
  return { stop: () => ((stopped = true), loop), slowestMs: () => slowest };
}

/** What the counting role said for a partition: how often it counted, and what. */
const said = (records: readonly InRecord[], partition: number) =>
  words(records.filter((one) => one.partition === partition)).map((word) => word.split(' ') as [string, string]);

/** Each partition was counted without a hole or a repeat, and what was counted is what the log holds. */
async function expectExact(bus: Bus): Promise<void> {
  const input = await readAll(bus, topics.observations.name);
  await until(async () => (await readAll(bus, topics.incidents.name)).length >= input.length);
  const output = await readAll(bus, topics.incidents.name);
  for (let p = 0; p < partitions; p++) {
    const there = words(input.filter((one) => one.partition === p));
    expect(said(output, p)).toEqual(there.map((word, i) => [String(i + 1), word]));
  }
}

const sum = (accepted: number) => Array.from({ length: accepted }, (_, i) => i);

/** Every accepted number is in the log; a repeated publish may have put it there twice. */
async function expectNoneLost(bus: Bus, accepted: number): Promise<void> {
  const there = new Set(words(await readAll(bus, topics.observations.name)).map(Number));
  expect(sum(accepted).filter((i) => !there.has(i))).toEqual([]);
}

test('members that come and go lose nothing and repeat nothing', async () => {
  const place = await newPlace();
  const first = await place.open();
  const running = await first.work(counting('partition'), fail);
  const publishing = publishOn(first, 2);
  for (let round = 0; round < 4; round++) {
    const second = await place.open();
    await second.work(counting('partition'), fail);
    // the fault has come: both have parts, all of them live
    await until(() => second.progress().length === 2 && first.progress().length === 2 && [...first.progress(), ...second.progress()].every(({ live }) => live));
    await second.close();
    await until(() => first.progress().length === 4 && first.progress().every(({ live }) => live));
  }
  const accepted = await publishing.stop();
  await expectNoneLost(first, accepted);
  await expectExact(first);
  await running.stop();
  await first.close();
});

/** Starts the worker and resolves when it works; `lines` is its log. */
async function startMember(namespace: string): Promise<{ child: ChildProcess; lines: { msg?: string; reason?: string }[] }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning', join(import.meta.dirname, 'kafka-member.ts'), kafka.brokers[0]!, namespace, String(partitions)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: { msg?: string; reason?: string }[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(JSON.parse(line) as { msg?: string }));
  await until(() => lines.some(({ msg }) => msg === 'up') || child.exitCode !== null);
  expect(child.exitCode).toBeNull();
  return { child, lines };
}

test('a former owner that was frozen gives its parts up when it wakes, and writes nothing', async () => {
  const place = await newPlace();
  const bus = await place.open();
  const { child, lines } = await startMember(place.namespace);
  const publishing = publishOn(bus, 2);
  await until(async () => (await readAll(bus, topics.incidents.name)).length > 100);
  child.kill('SIGSTOP');
  const running = await bus.work(counting('partition'), fail);
  // its session must run out before the parts move
  await until(() => bus.progress().length === 4 && bus.progress().every(({ live }) => live));
  await wait(500);
  child.kill('SIGCONT');
  // the fault has come: what it had in hand was refused, or its requests had run out of time
  await until(() => lines.some(({ msg }) => msg === 'gave the part up'));
  await until(() => bus.progress().length === 2 && bus.progress().every(({ live }) => live));
  const accepted = await publishing.stop();
  child.kill('SIGTERM');
  await once(child, 'exit');
  await until(() => bus.progress().length === 4 && bus.progress().every(({ live }) => live));
  await expectNoneLost(bus, accepted);
  await expectExact(bus);
  await running.stop();
  await bus.close();
});

test('a worker killed again and again loses nothing and repeats nothing', async () => {
  const place = await newPlace();
  const bus = await place.open();
  const publishing = publishOn(bus, 2);
  for (let round = 0; round < 2; round++) {
    const { child } = await startMember(place.namespace);
    await wait(400 * round);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const running = await bus.work(counting('partition'), fail);
  const accepted = await publishing.stop();
  await expectNoneLost(bus, accepted);
  await expectExact(bus);
  await running.stop();
  await bus.close();
});

test('a broker frozen for longer than a request may take loses nothing that it acknowledged', async () => {
  const place = await newPlace();
  const bus = await place.open();
  const running = await bus.work(counting('partition'), fail);
  const publishing = publishOn(bus, 30);
  await until(async () => (await readAll(bus, topics.incidents.name)).length > 20);
  await kafka.pause();
  await expect(bus.check()).rejects.toMatchObject({ code: 'unavailable', retry: true });
  await wait(8_000);
  kafka.resume();
  await wait(1_000);
  const accepted = await publishing.stop();
  // the fault has come: requests ran out of their time and were made again
  expect(publishing.slowestMs()).toBeGreaterThan(10_000);
  // the controller fenced the frozen broker: until it has elected leaders again a check says so, and to try again
  await until(() => bus.check().then(() => true, (error: unknown) => {
    if (error instanceof BusError && error.retry) return false;
    throw error;
  }));
  await expectNoneLost(bus, accepted);
  await expectExact(bus);
  await running.stop();
  await bus.close();
});

test('a broker killed and started again loses nothing that it acknowledged', async () => {
  const place = await newPlace();
  const bus = await place.open();
  const running = await bus.work(counting('partition'), fail);
  const writer = await bus.writer('one');
  const publishing = publishOn(bus, 2);
  let written = 0;
  let writing = true;
  const writes = (async () => {
    while (writing) {
      try {
        await writer.publish([observation(0, `w${written}`), observation(1, `w${written}`)]);
        written++;
      } catch (error) {
        if (!(error instanceof BusError) || !error.retry) throw error;
      }
    }
  })();
  for (let round = 0; round < 2; round++) {
    await wait(1_500);
    await kafka.kill();
    await expect(bus.check()).rejects.toMatchObject({ code: 'unavailable' });
    await kafka.restart();
  }
  await wait(500);
  writing = false;
  await writes;
  const accepted = await publishing.stop();
  const input = await readAll(bus, topics.observations.name);
  for (const p of [0, 1]) expect(words(input.filter(({ partition }) => partition === p)).filter((word) => word.startsWith('w'))).toEqual(sum(written).map((i) => `w${i}`));
  await expectNoneLost(bus, accepted);
  await expectExact(bus);
  await running.stop();
  await bus.close();
});

test('topics that are missing or kept in another way are refused with what to do', async () => {
  await expect(openKafka(settings(), { partitions, instance: 'test', log, clock: Date.now, namespace: 'nowhere.' })).rejects.toThrow(/lacks topics of ours: nowhere\.outcry\.observations.*Run `outcry topics`/);
  const { namespace } = await newPlace();
  await expect(openKafka(settings(), { partitions: 8, instance: 'test', log, clock: Date.now, namespace })).rejects.toThrow(/outcry\.observations has 4 partitions and should have 8: set `partitions: 4` again/);
});

test('a long replay lets the heartbeats through', async () => {
  const place = await newPlace();
  const bus = await place.open();
  const role = counting('topic');
  const first = await bus.work(role, fail);
  await bus.publish(sum(64).map((i) => observation(0, String(i))));
  await until(() => bus.progress().length === 1 && bus.progress().every(({ live, lag }) => live && lag === 0));
  await first.stop();
  // without its snapshot it has all of it to replay
  const owners = [...(await bus.latest(topics.snapshots.name)).keys()];
  await bus.publish(owners.map((key) => ({ topic: topics.snapshots.name, key, value: null })));
  let turns = 0;
  const turn = setInterval(() => void turns++, 1);
  const seen = new Set<number>();
  let folded = 0;
  const slow: Role = { ...role, create: (part) => ({ ...role.create(part), fold() {
    folded++;
    seen.add(turns);
    const began = performance.now();
    while (performance.now() - began < 20);
  } }) };
  const second = await bus.work(slow, fail);
  // before it has its part there is none that is not live
  await until(() => bus.progress().length === 1 && bus.progress().every(({ live }) => live));
  clearInterval(turn);
  expect(folded).toBe(64);
  // one request's records came in one answer; eight times 20 ms is more than a chunk may take
  expect(seen.size).toBeGreaterThanOrEqual(4);
  await second.stop();
  await bus.close();
});

test('a topic that was deleted and made anew stops who has read further, instead of leaving them blind', async () => {
  const place = await newPlace();
  const topic = `${place.namespace}${topics.observations.name}`;
  const bus = await place.open();
  const errors: Error[] = [];
  const caughtUp = () => until(() => bus.progress().length === 1 && bus.progress().every(({ live, lag }) => live && lag === 0));
  const first = await bus.work(counting('topic'), fail);
  await bus.publish(sum(20).map((i) => observation(0, String(i))));
  await caughtUp();
  // leaves a snapshot
  await first.stop();
  await bus.work(counting('topic'), (error) => void errors.push(error));
  await caughtUp();
  const admin = createClient(settings(), 'test', log).kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await until(async () => !(await admin.listTopics()).includes(topic));
  await admin.disconnect();
  await createTopics({ settings: settings(), partitions, log, namespace: place.namespace });
  const told = expect.objectContaining({ code: 'corrupt', retry: false, message: expect.stringMatching(/partition 0 of .*observations is shorter than what was read of it: it ends at 0 and was read up to 20.*begin anew/) });
  // the one that runs
  await until(() => errors.length > 0);
  expect(errors).toEqual([told]);
  await bus.close();
  // one that starts at a snapshot
  const next = await place.open();
  await next.work(counting('topic'), (error) => void errors.push(error));
  await until(() => errors.length > 1);
  expect(errors[1]).toEqual(told);
  await next.close();
});

test('a cluster that is not there is named, with what to check', async () => {
  const nowhere = kafkaSettingsSchema.parse({ brokers: ['127.0.0.1:1'] });
  await expect(openKafka(nowhere, { partitions, instance: 'test', log, clock: Date.now })).rejects.toThrow(/brokers 127\.0\.0\.1:1 do not answer .*`kafka\.brokers`/);
});

test('an interrupted transaction is settled by its owner, and by nobody whom another has followed', async () => {
  const { namespace } = await newPlace();
  const client = createClient(settings(), 'test', log);
  const topic = `${namespace}${topics.observations.name}`;
  const made = () => {
    const link = client.link();
    let next = 0;
    const deps = { link, placing: () => ({ topic, partition: 0, key: 'k' }), compress: true, clock: Date.now, acked: (_: string, __: number, after: number) => (next = after) };
    return { link, next: () => next, transactor: createTransactor(deps, `${namespace}settling`) };
  };
  const first = made();
  await first.transactor.open();
  await first.transactor.commit([observation(0, 'kept')], null);
  expect(await first.transactor.settle(new OutcomeOpen({ topic, partition: 0, offset: first.next() - 1 }, null), {})).toBe('kept');
  expect(await first.transactor.settle(new OutcomeOpen(null, null), {})).toBe('undone');
  await first.transactor.commit([observation(0, 'and on')], null);
  const second = made();
  await second.transactor.open();
  await expect(first.transactor.settle(new OutcomeOpen(null, null), {})).rejects.toSatisfy(isFenced);
  await second.transactor.commit([observation(0, 'by another')], null);
  await Promise.all([first.link.close(), second.link.close()]);
});

test('compaction takes old markers and leaves every event beside them, and readers get over the holes', async () => {
  const place = await newPlace();
  const topic = `${place.namespace}${topics.incidents.name}`;
  const client = createClient(settings(), 'test', log);
  const admin = client.kafka.admin();
  await admin.connect();
  const soon = { 'cleanup.policy': 'compact,delete', 'segment.ms': '200', 'min.compaction.lag.ms': '0', 'min.cleanable.dirty.ratio': '0.01', 'max.message.bytes': '4194304', 'retention.ms': '3600000' };
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries: Object.entries(soon).map(([name, value]) => ({ name, value })) }] });
  await admin.disconnect();
  const bus = await place.open();
  const writer = await bus.writer('one');
  const record = (key: string, value: string) => ({ topic: topics.incidents.name, partition: 0, key, value: new TextEncoder().encode(value) });
  let events = 0;
  const round = async () => {
    await writer.publish([record('progress', 'm'), record('whatsapp', String(events++)), record('progress', 'm')]);
    await bus.publish([record('whatsapp', String(events++)), record('progress', 'm')]);
  };
  const eventsIn = (records: readonly InRecord[]) => words(records.filter(({ key }) => key !== 'progress')).map(Number);
  const followed: InRecord[] = [];
  const tail = bus.tail(topics.incidents.name, 'start', (records) => void followed.push(...records));
  // segments close by writing on
  await until(async () => {
    await round();
    await wait(50);
    const there = await readAll(bus, topics.incidents.name);
    return events > 60 && there.filter(({ key }) => key === 'progress').length < events / 4;
  });
  expect(eventsIn(await readAll(bus, topics.incidents.name))).toEqual(sum(events));
  await until(() => eventsIn(followed).length >= events);
  expect(eventsIn(followed)).toEqual(sum(events));
  expect(followed.find(({ key }) => key !== 'progress')!.key).toBe('whatsapp');
  await tail.stop();
  await bus.close();
});
