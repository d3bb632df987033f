// The same posts, told twice: by one process on the embedded backend, and by workers on a real Kafka and a real Redis that
// are killed in turn.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { openBackend } from '../../infra/backends/index.ts';
import { createTopics } from '../../infra/backends/kafka/index.ts';
import { loadConfig } from '../../infra/cli/command.ts';
import { startKafka } from '../../infra/local/kafka.ts';
import { startRedis } from '../../infra/local/redis.ts';
import type { Bus } from '../../shared/bus.ts';
import { topics } from '../../shared/topics.ts';
import { startOutcry, type Child } from '../child.ts';
import { openReceiver, type Receiver } from '../fakes/receiver.ts';
import { tellOf, type Told } from '../told.ts';

const log = pino({ level: 'silent' });

export interface Twice {
  readonly alone: Told;
  readonly together: Told;
  /** Ids of the events that each one's webhook subscriber got. */
  readonly aloneIds: readonly string[];
  readonly togetherIds: readonly string[];
}

export interface TwiceOptions {
  /** The one source, as a configuration says it; it must come to an end. */
  readonly source: object;
  /** Services besides those of the catalogue. */
  readonly services: readonly object[];
  /** How many times a worker is killed. */
  readonly kills: number;
}

function configure(folder: string, hook: string, { source, services }: TwiceOptions, more: object): string {
  const file = join(folder, 'outcry.yaml');
  writeFileSync(file, JSON.stringify({
    data: './data',
    listen: { port: 0 },
    privacy: { authorKey: 'one key for all the workers' },
    sources: { told: source },
    services: { list: services },
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

interface Work {
  /** Records that its folds still have before them. */
  readonly lag: number;
  /** Its live parts, as `role part`. */
  readonly parts: readonly string[];
}

/** Undefined while it does not answer, or is not ready. */
async function workOf(worker: Worker): Promise<Work | undefined> {
  try {
    const [, url] = await worker.child.line(/^(?:Board|Health and metrics): (\S+)$/m);
    const text = await (await fetch(`${url}/metrics`)).text();
    const ready = (await fetch(`${url}/readyz`)).ok;
    const lags = [...text.matchAll(/^outcry_role_lag_records\{.*\} (\S+)$/gm)].map(([, lag]) => Number(lag));
    const parts = [...text.matchAll(/^outcry_role_live\{role="([^"]*)",part="([^"]*)"\} 1$/gm)].map(([, role, part]) => `${role} ${part}`);
    return ready ? { lag: lags.reduce((sum, lag) => sum + lag, 0), parts } : undefined;
  } catch {
    return undefined;
  }
}

async function untilQuiet(workers: readonly Worker[], bus: Bus): Promise<void> {
  for (let calm = 0; calm < 4; ) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const work = await Promise.all(workers.map(workOf));
    // a part that nobody has at the moment has no lag either
    const held = new Set(work.flatMap((one) => one?.parts ?? []));
    const allHeld = ['detector', 'hold', 'deliver'].every((role) => [...held].filter((part) => part.startsWith(`${role} `)).length === (role === 'detector' ? bus.partitions(topics.observations.name) : 1));
    const pending = [...(await bus.latest(topics.deliveries.name)).values()].some(({ value }) => (JSON.parse(new TextDecoder().decode(value!)) as { state: string }).state === 'pending');
    calm = !allHeld || pending || work.some((one) => one?.lag !== 0) ? 0 : calm + 1;
  }
}

const idsOf = (receiver: Receiver) => [...new Set(receiver.received.map(({ headers }) => headers['webhook-id'] as string))].toSorted();

/** Tells the posts in both ways. Throws where a worker ends otherwise than it should. */
export async function tellTwice(options: TwiceOptions): Promise<Twice> {
  const place = mkdtempSync(join(tmpdir(), 'outcry-parity-'));
  const [alone, together] = ['alone', 'together'].map((name) => join(place, name)) as [string, string];
  for (const folder of [alone, together]) mkdirSync(folder);
  const aloneHook = await openReceiver();
  const togetherHook = await openReceiver();
  const kafka = await startKafka({ own: true });
  const redis = await startRedis({ own: true });
  const workers: Worker[] = [];
  const mustEnd = (how: unknown, wanted: unknown, what: () => string): void => {
    if (how !== wanted) throw new Error(`a worker ended with ${String(how)}, not ${String(wanted)}: ${what()}`);
  };
  try {
    const aloneFile = configure(alone, aloneHook.url, options, {});
    const one = startOutcry(['run', '--exit'], { cwd: alone });
    mustEnd(await one.ended, 0, one.errors);

    const file = configure(together, togetherHook.url, options, { backend: 'kafka', kafka: { brokers: kafka.brokers, replicationFactor: 1, minInsyncReplicas: 1 }, redis: { url: redis.url } });
    const config = loadConfig(file);
    await createTopics({ settings: config.kafka!, partitions: config.partitions, log });
    const ingest = start(together, 'ingest', 'in-1');
    workers.push(start(together, 'notifier', 'note-1'), start(together, 'detector', 'det-1'), start(together, 'detector', 'det-2'), ingest);
    const errors = () => workers.map(({ instance, child }) => `${instance}: ${child.errors().slice(-2_000)}`).join('\n');
    for (let killed = 0; killed < options.kills; killed++) {
      const worker = workers[killed % workers.length]!;
      await worker.child.line(/^(?:Board|Health and metrics):/m);
      await new Promise((resolve) => setTimeout(resolve, 500 + killed * 200));
      worker.child.process.kill('SIGKILL');
      const how = await worker.child.ended;
      // the source may have come to its end before
      if (worker === ingest && how === 0) continue;
      mustEnd(how, 'SIGKILL', errors);
      worker.child = start(together, worker.role, worker.instance).child;
    }
    mustEnd(await ingest.child.ended, 0, errors);
    const { bus, close } = await openBackend(config, 'join', log);
    await untilQuiet(workers.filter((worker) => worker !== ingest), bus);
    await close();
    for (const worker of workers) worker.child.process.kill('SIGTERM');
    for (const worker of workers) mustEnd(await worker.child.ended, 0, errors);
    return { alone: await readTold(aloneFile), together: await readTold(file), aloneIds: idsOf(aloneHook), togetherIds: idsOf(togetherHook) };
  } finally {
    for (const worker of workers) worker.child.process.kill('SIGKILL');
    await Promise.all([kafka.stop(), redis.stop(), aloneHook.close(), togetherHook.close()]);
    rmSync(place, { recursive: true, force: true });
  }
}
