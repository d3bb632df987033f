// An installation that moves in the middle of an outage: one embedded process, killed; then Kafka with as many partitions,
// killed too; then Kafka with more. Its incidents, alerts and deliveries are those of an installation that stayed where it was.
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookAt, onCluster, openCarryFile, refuseHalf, settle } from '../infra/backends/carry/index.ts';
import { markKey } from '../infra/backends/carry/mark.ts';
import { databaseFile, openBackend } from '../infra/backends/index.ts';
import { openKafka } from '../infra/backends/kafka/index.ts';
import { createSnapshots } from '../infra/backends/kafka/snapshots.ts';
import { settlingRoles } from '../infra/carry-states.ts';
import { loadConfig } from '../infra/cli/command.ts';
import { migrate } from '../infra/cli/migrate.ts';
import { repartition } from '../infra/cli/repartition.ts';
import { startKafka, type LocalKafka } from '../infra/local/kafka.ts';
import { startRedis, type LocalRedis } from '../infra/local/redis.ts';
import { decodeDelivery } from '../notifier/deliver.ts';
import { partitionOf, topics } from '../shared/topics.ts';
import { runOutcry, startOutcry } from './child.ts';
import { openReceiver, type Receiver } from './fakes/receiver.ts';
import { asFile, eveningLines, type TimedLine } from './generators/evening-lines.ts';
import { tellOf, type Told } from './told.ts';

const log = pino({ level: 'silent' });
const partitions = 4;
const more = 6;
const place = mkdtempSync(join(tmpdir(), 'outcry-migrate-'));
const posts = join(place, 'evening.ndjson');
const [moves, stays] = ['moves', 'stays'].map((name) => join(place, name)) as [string, string];
const hooks: Receiver[] = [];
let kafka: LocalKafka;
let redis: LocalRedis;
/** The evening in three: the big outage is open at both cuts. */
let thirds: TimedLine[][] = [];

function configure(folder: string, hook: string, over: object = {}): string {
  const file = join(folder, 'outcry.yaml');
  writeFileSync(file, JSON.stringify({
    data: './data', partitions, listen: { port: 0 }, privacy: { authorKey: 'the key that moves along' }, logLevel: 'error',
    sources: { evening: { type: 'lines', file: posts } },
    channels: { hook: { type: 'webhook', url: hook, secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`], allowPrivate: true, allowHttp: true } },
    ...over,
  }));
  return file;
}

const onKafka = (count: number) => ({ backend: 'kafka', partitions: count, kafka: { brokers: kafka.brokers, replicationFactor: 1, minInsyncReplicas: 1 }, redis: { url: redis.url } });

async function toldBy(file: string): Promise<Told> {
  const { bus, close } = await openBackend(loadConfig(file), 'join', log);
  return tellOf(bus).finally(close);
}

/** What was told without the places where it stands, which another number of partitions changes. */
const placeless = ({ incidents, alerts, evidence }: Told) => Object.fromEntries(Object.entries({ incidents, alerts, evidence }).map(([name, lines]) => [name, lines.map((line) => line.replace(/^\d+ /, '')).toSorted()]));

const idsOf = (received: Receiver['received']) => received.filter(({ status }) => status === 200).map(({ headers }) => headers['webhook-id'] as string);

async function runToEnd(folder: string): Promise<void> {
  const { code, errors } = await runOutcry(['run', '--exit'], { cwd: folder });
  expect(code, errors).toBe(0);
}

async function statesOf(file: string): Promise<Map<string, string>> {
  const { bus, close } = await openBackend(loadConfig(file), 'join', log);
  const count = bus.partitions(topics.observations.name);
  const latest = await bus.latest(topics.snapshots.name).finally(close);
  const states = new Map<string, string>();
  for (let part = 0; part < count; part++) {
    for (const { key, value } of createSnapshots('detector', String(part)).load(latest)?.parts ?? []) {
      if (key.startsWith('watch/')) states.set(`${key} in ${part}`, createHash('sha256').update(value).digest('hex'));
    }
  }
  return states;
}

beforeAll(async () => {
  [kafka, redis] = await Promise.all([startKafka({ own: true }), startRedis({ own: true })]);
  hooks.push(await openReceiver(), await openReceiver());
  const evening = eveningLines().toSorted((a, b) => a.ts - b.ts);
  const start = evening[0]!.ts;
  const minutes = (post: TimedLine) => (post.ts - start) / 60_000;
  thirds = [evening.filter((post) => minutes(post) < 28), evening.filter((post) => minutes(post) >= 28 && minutes(post) < 40), evening.filter((post) => minutes(post) >= 40)];
  for (const folder of [moves, stays]) mkdirSync(folder);
});

afterAll(async () => {
  await Promise.all([kafka.stop(), redis.stop(), ...hooks.map((hook) => hook.close())]);
  rmSync(place, { recursive: true, force: true });
});

test('an installation moves to Kafka in the middle of an outage, and later to more partitions, and tells what one tells that stays', async () => {
  const [movedHook, stayedHook] = hooks as [Receiver, Receiver];
  writeFileSync(posts, asFile(thirds[0]!));
  configure(moves, movedHook.url);

  // killed with alerts that the receiver did not take
  movedHook.behave(() => ({ status: 503 }));
  const first = startOutcry(['run'], { cwd: moves });
  await movedHook.until((received) => received.length > 0);
  const running = await runOutcry(['migrate', '--config', configure(moves, movedHook.url, onKafka(partitions))], { cwd: moves });
  expect(running).toMatchObject({ code: 1, output: '' });
  expect(running.errors).toMatch(/another Outcry runs on .*: stop it first/);
  first.process.kill('SIGKILL');
  await first.ended;
  // what it sent last is refused too
  await movedHook.rest();
  movedHook.behave(() => ({}));
  cpSync(join(moves, 'data'), join(stays, 'data'), { recursive: true });
  configure(stays, stayedHook.url);
  const before = readFileSync(databaseFile(join(moves, 'data')));

  // cut off in the middle, refused while it is a half, and begun anew
  const file = configure(moves, movedHook.url, onKafka(partitions));
  const config = loadConfig(file);
  await expect(onCluster(config.kafka!, log, '', (cluster) => migrate(cluster, {
    config, folder: config.data, log,
    say: (line) => {
      if (line.startsWith(topics.evidence.name)) throw new Error('the machine is gone');
    },
  }))).rejects.toThrow('the machine is gone');
  const half = await openBackend(config, 'join', log);
  await expect(refuseHalf(half.bus).finally(half.close)).rejects.toThrow(/half of an installation.*run `outcry migrate` again/);
  const moved = await runOutcry(['migrate'], { cwd: moves });
  expect(moved.errors).toMatch(/outcry\.deliveries: [1-9]\d* records/);
  expect(moved, moved.errors).toMatchObject({ code: 0, output: expect.stringMatching(/^moved .*outcry\.db to .* with 4 partitions/) });
  expect(readFileSync(databaseFile(join(moves, 'data'))).equals(before)).toBe(true);
  expect(existsSync(join(moves, 'data', 'migrating.db'))).toBe(false);
  const again = await runOutcry(['migrate'], { cwd: moves });
  expect(again).toMatchObject({ code: 1, errors: expect.stringMatching(/was moved here on .*: start the workers/) });

  // baselines: the very bytes of the source, once that has read what it had before it
  const copy = join(place, 'settled.db');
  cpSync(databaseFile(join(stays, 'data')), copy);
  if (existsSync(`${databaseFile(join(stays, 'data'))}-wal`)) cpSync(`${databaseFile(join(stays, 'data'))}-wal`, `${copy}-wal`);
  await settle(copy, partitions, settlingRoles(config, partitions, Date.now));
  const settled = openCarryFile(copy, partitions);
  const wanted = new Map([...settled.states('detector')].flatMap(([part, parts]) => parts.filter(({ key }) => key.startsWith('watch/')).map(({ key, value }) => [`${key} in ${part}`, createHash('sha256').update(value).digest('hex')] as const)));
  settled.close();
  const watched = await statesOf(file);
  expect(watched.size).toBeGreaterThan(5);
  expect(watched).toEqual(wanted);

  appendFileSync(posts, asFile(thirds[1]!));
  await runToEnd(stays);
  await runToEnd(moves);
  const [stayed, went] = [await toldBy(join(stays, 'outcry.yaml')), await toldBy(file)];
  expect(stayed.incidents.some((line) => line.includes('"change":"confirmed"'))).toBe(true);
  expect(went).toEqual(stayed);

  // killed again, then from four partitions to six, cut off twice
  appendFileSync(posts, asFile(thirds[2]!));
  movedHook.behave(() => ({ status: 503 }));
  const heard = movedHook.received.length;
  const third = startOutcry(['run'], { cwd: moves });
  await movedHook.until((received) => received.length > heard);
  const parting = () => runOutcry(['topics', 'repartition', String(more), '--config', file], { cwd: moves });
  expect(await parting()).toMatchObject({ code: 1, output: '', errors: expect.stringMatching(/workers are running \(members of .*outcry-detector/) });
  third.process.kill('SIGKILL');
  await third.ended;
  await movedHook.rest();
  movedHook.behave(() => ({}));
  const path = join(config.data, 'repartition.db');
  const cutAt = (when: (line: string) => boolean) => onCluster(config.kafka!, log, '', (cluster) => repartition(cluster, {
    config, partitions: more, path, log,
    say: (line) => {
      if (when(line)) throw new Error('the machine is gone');
    },
  }));
  const copying = (): Promise<string> => cutAt((line) => line.startsWith('everything is in')).then(() => 'done', (error: Error) => error.message);
  let how = await copying();
  for (; /workers are running|a worker holds/.test(how); how = await copying()) await new Promise((resolve) => setTimeout(resolve, 500));
  expect(how).toBe('the machine is gone');
  let copied = false;
  await expect(cutAt((line) => {
    copied ||= line.startsWith('everything is in');
    return copied && line.startsWith(topics.alerts.name);
  })).rejects.toThrow('the machine is gone');
  expect(existsSync(path)).toBe(true);
  const cut = await parting();
  expect(cut.errors).toMatch(/everything is in .*repartition\.db/);
  expect(cut, cut.errors).toMatchObject({ code: 0, output: `the log has ${more} partitions: set \`partitions: ${more}\` for every worker and start them\n` });
  expect(existsSync(path)).toBe(false);
  const old = await runOutcry(['run', '--exit'], { cwd: moves });
  expect(old).toMatchObject({ code: 1, errors: expect.stringMatching(/partitions/) });

  const six = configure(moves, movedHook.url, onKafka(more));
  const dealt = await statesOf(six);
  expect(dealt.size).toBeGreaterThanOrEqual(watched.size);
  for (const key of dealt.keys()) {
    const [, service, part] = /^watch\/(.*) in (\d+)$/.exec(key)!;
    expect(Number(part)).toBe(partitionOf(service!, more));
  }
  await runToEnd(stays);
  await runToEnd(moves);
  const [wholeStayed, wholeMoved] = [await toldBy(join(stays, 'outcry.yaml')), await toldBy(six)];
  expect(placeless(wholeMoved)).toEqual(placeless(wholeStayed));
  expect(wholeMoved.incidents.length).toBeGreaterThan(went.incidents.length);

  // everybody was told each thing, and once
  const told = idsOf(movedHook.received);
  expect(told.toSorted()).toEqual([...new Set(idsOf(stayedHook.received))].toSorted());
  expect(new Set(told).size).toBe(told.length);
  expect(told.length).toBe(wholeMoved.alerts.length);
  const { bus, close } = await openBackend(loadConfig(six), 'join', log);
  const deliveries = [...(await bus.latest(topics.deliveries.name).finally(close)).values()].map(({ value }) => decodeDelivery(value!));
  expect(deliveries).toHaveLength(wholeMoved.alerts.length);
  expect(deliveries.every((one) => 'delivery' in one && one.delivery.state === 'sent')).toBe(true);
}, 1_800_000);

test('an embedded installation goes to a cluster with another number of partitions, and a cluster with records is refused', async () => {
  const folder = join(place, 'other');
  mkdirSync(folder);
  const [, hook] = hooks as [Receiver, Receiver];
  const posted = join(place, 'first.ndjson');
  writeFileSync(posted, asFile(thirds[0]!));
  const own = { sources: { evening: { type: 'lines', file: posted } } };
  configure(folder, hook.url, own);
  await runToEnd(folder);
  const embedded = await toldBy(join(folder, 'outcry.yaml'));
  const file = configure(folder, hook.url, { ...own, ...onKafka(3), redis: { url: redis.url, keyPrefix: 'other:' } });
  const config = loadConfig(file);
  const move = () => onCluster(config.kafka!, log, 'other-', (cluster) => migrate(cluster, { config, folder: config.data, log, say: () => {} }));
  await move();
  const look = await onCluster(config.kafka!, log, 'other-', lookAt);
  expect(look).toMatchObject({ partitions: 3, mark: { kind: 'migrate', state: 'done' } });
  const bus = await openKafka(config.kafka!, { partitions: 3, instance: 'test', log, clock: Date.now, namespace: 'other-' });
  expect(placeless(await tellOf(bus))).toEqual(placeless(embedded));
  const failures: Error[] = [];
  const running = await Promise.all(settlingRoles(config, 3, Date.now).map((role) => bus.work(role, (error) => failures.push(error))));
  while (bus.progress().some(({ live, lag }) => !live || lag > 0) && failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(onCluster(config.kafka!, log, 'other-', lookAt)).rejects.toThrow(/workers are running \(members of .*other-outcry-detector/);
  await Promise.all(running.map((one) => one.stop()));
  expect(failures).toEqual([]);
  expect(placeless(await tellOf(bus))).toEqual(placeless(embedded));
  await bus.publish([{ topic: topics.controls.name, key: markKey, value: null }]);
  await bus.close();
  await expect(move()).rejects.toThrow(/the cluster is not empty: .*outcry\.alerts.* hold records/);
}, 900_000);
