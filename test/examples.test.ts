// The example consumers against a real broker: each prints every alert once, in the order of its incident, and nothing
// of what an aborted transaction left behind.
import { spawn } from 'node:child_process';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs, { type Message, type Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startKafka, type LocalKafka } from '../infra/local/kafka.ts';
import { encodeAlert, type Alert } from '../shared/alert.ts';
import { topics } from '../shared/topics.ts';
import { javaClient, kcatClient, pythonClient, typescriptClient, type Client } from './example-clients.ts';
import { eveningAlerts } from './generators/evening-alerts.ts';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel, Partitioners } = kafkajs;
const topic = topics.alerts.name;
let kafka: LocalKafka;
let producer: Producer;
/** What the topic holds, and what is still to be told while consumers run. */
const told: Alert[] = [];
const untold: Alert[] = [];

CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
  decompress: async (buffer: Buffer) => zstdDecompressSync(buffer),
});

function messageOf(alert: Alert): Message {
  const { headers, value } = encodeAlert(alert);
  return { key: alert.incident.id, headers, value: Buffer.from(value) };
}

async function tell(alerts: readonly Alert[]): Promise<void> {
  const transaction = await producer.transaction();
  // each twice: who reads the topic may have read a record before
  await transaction.send({ topic, compression: CompressionTypes.ZSTD, messages: alerts.flatMap((alert) => [messageOf(alert), messageOf(alert)]) });
  await transaction.commit();
  told.push(...alerts);
}

async function tellInVain(alerts: readonly Alert[]): Promise<void> {
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: alerts.map((alert) => messageOf({ ...alert, id: `${alert.id}0`, headline: 'aborted' })) });
  await transaction.abort();
}

beforeAll(async () => {
  const alerts = await eveningAlerts();
  expect(new Set(alerts.map(({ service }) => service.id)).size).toBeGreaterThan(1);
  kafka = await startKafka({ own: true });
  const client = new Kafka({ clientId: 'test', brokers: [...kafka.brokers], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 4, replicationFactor: 1 }] });
  await admin.disconnect();
  producer = client.producer({
    transactionalId: 'test', idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner, retry: { initialRetryTime: 10, retries: 15, maxRetryTime: 2_000 },
  });
  await producer.connect();
  untold.push(...alerts.slice(-3));
  await tellInVain(alerts);
  await tell(alerts.slice(0, -3));
});

afterAll(async () => {
  await producer?.disconnect();
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
  const hurry = setTimeout(() => end('SIGKILL'), 60_000);
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
});

test('the Python consumer prints each alert once and goes on where it stopped', async () => {
  await printsEachOnce(pythonClient(), 'python');
  await goesOn(pythonClient(), 'python');
});

test('the Java consumer prints each alert once and goes on where it stopped', async () => {
  await printsEachOnce(javaClient(), 'java');
  await goesOn(javaClient(), 'java');
});

test('kcat prints each alert once', async () => {
  await printsEachOnce(kcatClient(), 'unused');
});
