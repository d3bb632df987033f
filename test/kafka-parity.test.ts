// One evening, told twice: by one process on the embedded backend, and by workers on a real Kafka and a real Redis that
// are killed in turn. Incidents, evidence and alerts are the same bytes, and the webhook receiver has every event.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, test } from 'vitest';
import { openBackend } from '../infra/backends/index.ts';
import { createTopics } from '../infra/backends/kafka/index.ts';
import { loadConfig } from '../infra/cli/command.ts';
import { startKafka } from '../infra/local/kafka.ts';
import { startRedis } from '../infra/local/redis.ts';
import type { Bus } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';
import { startOutcry, type Child } from './child.ts';
import { openReceiver, type Receiver } from './fakes/receiver.ts';
import { tellOf, type Told } from './told.ts';

const log = pino({ level: 'silent' });
const kills = 6;

function configure(folder: string, hook: string, more: object): string {
  const file = join(folder, 'outcry.yaml');
  writeFileSync(file, JSON.stringify({
    data: './data',
    listen: { port: 0 },
    privacy: { authorKey: 'one key for all the workers' },
    sources: { demonstration: { type: 'demo', speed: 'max' } },
    channels: { hook: { type: 'webhook', url: hook, secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`], allowPrivate: true, allowHttp: true } },
    logLevel: 'error',
    ...more,
  }));
  return file;
}

async function readTold(file: string): Promise<Told> {
  const { bus, close } = await openBackend(loadConfig(file), 'join', log);
  try {
    return await tellOf(bus);
  } finally {
    await close();
  }
}

interface Worker {
  readonly role: string;
  readonly instance: string;
  child: Child;
}

const start = (cwd: string, role: string, instance: string): Worker => ({
  role, instance, child: startOutcry(['run', '--role', role, '--instance', instance, '--port', '0', ...(role === 'ingest' ? ['--exit'] : [])], { cwd }),
});

/** Records that a worker's folds still have before them; undefined while it does not answer. */
async function lagOf(worker: Worker): Promise<number | undefined> {
  try {
    const [, url] = await worker.child.line(/^(?:Board|Health and metrics): (\S+)$/m);
    const text = await (await fetch(`${url}/metrics`)).text();
    const ready = (await fetch(`${url}/readyz`)).ok;
    const lags = [...text.matchAll(/^outcry_role_lag_records\{.*\} (\S+)$/gm)].map(([, lag]) => Number(lag));
    return ready ? lags.reduce((sum, lag) => sum + lag, 0) : undefined;
  } catch {
    return undefined;
  }
}

async function untilQuiet(workers: readonly Worker[], bus: Bus): Promise<void> {
  for (let calm = 0; calm < 4; ) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const lags = await Promise.all(workers.map(lagOf));
    const pending = [...(await bus.latest(topics.deliveries.name)).values()].some(({ value }) => (JSON.parse(new TextDecoder().decode(value!)) as { state: string }).state === 'pending');
    calm = pending || lags.some((lag) => lag !== 0) ? 0 : calm + 1;
  }
}

const idsOf = (receiver: Receiver) => [...new Set(receiver.received.map(({ headers }) => headers['webhook-id'] as string))].toSorted();

test(`workers on Kafka and Redis, killed ${kills} times, tell the evening as one process does, byte for byte`, async () => {
  const place = mkdtempSync(join(tmpdir(), 'outcry-parity-'));
  const [alone, together] = ['alone', 'together'].map((name) => join(place, name)) as [string, string];
  for (const folder of [alone, together]) mkdirSync(folder);
  const aloneHook = await openReceiver();
  const togetherHook = await openReceiver();
  const kafka = await startKafka({ own: true });
  const redis = await startRedis({ own: true });
  const workers: Worker[] = [];
  try {
    const expected = await (async () => {
      const file = configure(alone, aloneHook.url, {});
      expect(await startOutcry(['run', '--exit'], { cwd: alone }).ended).toBe(0);
      return readTold(file);
    })();

    const file = configure(together, togetherHook.url, { backend: 'kafka', kafka: { brokers: kafka.brokers, replicationFactor: 1, minInsyncReplicas: 1 }, redis: { url: redis.url } });
    const config = loadConfig(file);
    await createTopics({ settings: config.kafka!, partitions: config.partitions, log });
    const ingest = start(together, 'ingest', 'in-1');
    workers.push(start(together, 'notifier', 'note-1'), start(together, 'detector', 'det-1'), start(together, 'detector', 'det-2'), ingest);
    const errors = () => workers.map(({ instance, child }) => `${instance}: ${child.errors().slice(-2_000)}`).join('\n');
    for (let killed = 0; killed < kills; killed++) {
      const worker = workers[killed % workers.length]!;
      await worker.child.line(/^(?:Board|Health and metrics):/m);
      await new Promise((resolve) => setTimeout(resolve, 500 + killed * 200));
      worker.child.process.kill('SIGKILL');
      const how = await worker.child.ended;
      // the source may have come to its end before
      if (worker === ingest && how === 0) continue;
      expect(how, errors()).toBe('SIGKILL');
      worker.child = start(together, worker.role, worker.instance).child;
    }
    expect(await ingest.child.ended, errors()).toBe(0);
    const { bus, close } = await openBackend(config, 'join', log);
    await untilQuiet(workers.filter((one) => one !== ingest), bus);
    await close();
    for (const worker of workers) worker.child.process.kill('SIGTERM');
    for (const worker of workers) expect(await worker.child.ended, errors()).toBe(0);

    const found = await readTold(file);
    expect(expected.incidents.length).toBeGreaterThan(5);
    expect(found.incidents).toEqual(expected.incidents);
    expect(found.alerts).toEqual(expected.alerts);
    expect(found.evidence).toEqual(expected.evidence);
    expect(idsOf(togetherHook)).toEqual(idsOf(aloneHook));
  } finally {
    for (const worker of workers) worker.child.process.kill('SIGKILL');
    await Promise.all([kafka.stop(), redis.stop(), aloneHook.close(), togetherHook.close()]);
    rmSync(place, { recursive: true, force: true });
  }
}, 600_000);
