// The example consumers against a real broker: each prints every alert once, in the order of its incident, and nothing
// of what an aborted transaction left behind.
import { spawn } from 'node:child_process';
import kafkajs from 'kafkajs';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopics, kafkaSettingsSchema, openKafka } from '../infra/backends/kafka/index.ts';
import { startKafka, type LocalKafka } from '../infra/local/kafka.ts';
import { encodeAlert, type Alert } from '../shared/alert.ts';
import type { Bus, OutRecord, Writer } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';
import { javaClient, kcatClient, pythonClient, typescriptClient, type Client } from './example-clients.ts';
import { eveningAlerts } from './generators/evening-alerts.ts';

const { Kafka, logLevel, Partitioners } = kafkajs;
const topic = topics.alerts.name;
const partitions = 4;
/** A client that has not printed all by then never will: on a machine with much else to do it needs a minute to start. */
const hurryMs = 240_000;
const bothMs = 2 * hurryMs + 60_000;
let kafka: LocalKafka;
let bus: Bus;
let writer: Writer;
/** What the topic holds, and what is still to be told while consumers run. */
const told: Alert[] = [];
const untold: Alert[] = [];

const recordOf = (alert: Alert): OutRecord => ({ topic, key: alert.incident.id, ...encodeAlert(alert) });

/**
 * As Outcry writes them, but each twice: who starts again reads some a second time. Not the last of an incident, so that
 * every partition ends with a record that is printed: a client is asked to end by its last line, and would leave a repeat unread.
 */
async function tell(alerts: readonly Alert[]): Promise<void> {
  const last = new Map(alerts.map((alert) => [alert.incident.id, alert]));
  await writer.publish(alerts.flatMap((alert) => (last.get(alert.incident.id) === alert ? [recordOf(alert)] : [recordOf(alert), recordOf(alert)])));
  told.push(...alerts);
}

/** What a crash leaves: alerts of a transaction that was never committed. */
async function tellInVain(alerts: readonly Alert[]): Promise<void> {
  const producer = new Kafka({ clientId: 'test', brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).producer({
    transactionalId: 'in-vain', idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  const records = alerts.map((alert) => recordOf({ ...alert, id: `${alert.id}0`, headline: 'aborted' }));
  await transaction.send({ topic, messages: records.map(({ key, headers, value }) => ({ key, value: Buffer.from(value!), headers: { ...headers } })) });
  await transaction.abort();
  await producer.disconnect();
}

beforeAll(async () => {
  const alerts = await eveningAlerts();
  expect(new Set(alerts.map(({ service }) => service.id)).size).toBeGreaterThan(1);
  kafka = await startKafka({ own: true });
  const settings = kafkaSettingsSchema.parse({ brokers: [...kafka.brokers], replicationFactor: 1, minInsyncReplicas: 1 });
  const log = pino({ level: 'silent' });
  await createTopics({ settings, partitions, log });
  bus = await openKafka(settings, { partitions, instance: 'test', log, clock: Date.now });
  writer = await bus.writer('hold');
  untold.push(...alerts.slice(-3));
  await tellInVain(alerts);
  await tell(alerts.slice(0, -3));
});

afterAll(async () => {
  await writer?.close();
  await bus?.close();
  await kafka?.stop();
});

/** Lines that a client prints until there are `count` of them; then it is asked to end, and does. */
async function linesOf({ command, args }: Client, group: string, count: number): Promise<string[]> {
  const child = spawn(command, args, { env: { ...process.env, BROKERS: kafka.brokers.join(','), GROUP: group }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const end = (signal: NodeJS.Signals): void => {
    // with what it started; it may have ended by itself
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, signal);
  };
  let [output, errors] = ['', ''];
  const hurry = setTimeout(() => end('SIGKILL'), hurryMs);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > count) end('SIGTERM');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  await new Promise<void>((resolve, reject) => child.once('error', reject).once('close', () => resolve()));
  clearTimeout(hurry);
  const lines = output.split('\n').filter((line) => line !== '');
  if (lines.length < count) throw new Error(`${command} ended after ${lines.length} of ${count} lines:\n${output}${errors}`);
  return lines;
}

const lineOf = ({ at, incident, service, headline }: Alert): string => `${new Date(at).toISOString()} ${incident.state} ${service.id} ${headline}`;

/** Lines by service, because order holds within an incident only. */
function byService(lines: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const line of lines) (found[line.split(' ')[2]!] ??= []).push(line);
  return found;
}

async function printsEachOnce(client: Client, group: string): Promise<void> {
  const lines = await linesOf(client, group, told.length);
  expect(byService(lines)).toEqual(byService(told.map(lineOf)));
}

/** One that keeps its place: started again it prints only what came since. */
async function goesOn(client: Client, group: string): Promise<void> {
  const next = untold.shift()!;
  await tell([next]);
  expect(await linesOf(client, group, 1)).toEqual([lineOf(next)]);
}

test('the TypeScript consumer prints each alert once and goes on where it stopped', async () => {
  await printsEachOnce(typescriptClient(), 'typescript');
  await goesOn(typescriptClient(), 'typescript');
}, bothMs);

test('the Python consumer prints each alert once and goes on where it stopped', async () => {
  await printsEachOnce(pythonClient(), 'python');
  await goesOn(pythonClient(), 'python');
}, bothMs);

test('the Java consumer prints each alert once and goes on where it stopped', async () => {
  await printsEachOnce(javaClient(), 'java');
  await goesOn(javaClient(), 'java');
}, bothMs);

test('kcat prints each alert once', async () => {
  await printsEachOnce(kcatClient(), 'unused');
});
