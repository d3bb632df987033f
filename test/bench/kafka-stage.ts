// What the benches over Kafka share: a broker, a Redis and the topics; roles as processes of their own; their CPU and their
// metrics. Which posts there are, and what is measured, is the bench's.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createTopics } from '../../infra/backends/kafka/index.ts';
import { loadConfig } from '../../infra/cli/command.ts';
import type { Config } from '../../infra/config.ts';
import { startKafka } from '../../infra/local/kafka.ts';
import { startRedis } from '../../infra/local/redis.ts';
import { startOutcry, type Child } from '../child.ts';

export interface BenchRole {
  readonly pid: number;
  /** All values of a metric. */
  metric(name: string): Promise<number[]>;
}

export interface BenchStage {
  readonly folder: string;
  /** The file that the source reads; to be written before ingest starts. */
  readonly posts: string;
  readonly config: Config;
  readonly brokerPid: number;
  /** Starts a role; resolves when it answers, a detector and a notifier when they are ready. */
  start(role: 'ingest' | 'detector' | 'notifier'): Promise<BenchRole>;
  close(): Promise<void>;
}

/** CPU of a process so far, µs: its own and the kernel's for it. */
export function cpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  // in ticks of a hundredth of a second
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

export const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

const lookMs = 500;
const pause = () => new Promise((resolve) => setTimeout(resolve, lookMs));

/** Waits until `looks` looks in a row found it done; gives when the first of them did (performance.now()): the others only make sure. */
export async function settled(isDone: () => Promise<boolean>, looks: number): Promise<number> {
  let reached = performance.now();
  for (let calm = 0; calm < looks; ) {
    await pause();
    calm = (await isDone()) ? calm + 1 : 0;
    if (calm < 2) reached = performance.now();
  }
  return reached;
}

/** `speed`: how fast the posts are read, as in the source `lines`. */
export async function openBenchStage(services: readonly { readonly id: string }[], speed: number | 'max'): Promise<BenchStage> {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-bench-'));
  const kafka = await startKafka({ own: true, heapMegabytes: 1_024, longLived: true });
  const redis = await startRedis({ own: true });
  const children: Child[] = [];
  const posts = join(folder, 'posts.ndjson');
  const file = join(folder, 'outcry.yaml');
  writeFileSync(file, JSON.stringify({
    backend: 'kafka', kafka: { brokers: kafka.brokers, replicationFactor: 1, minInsyncReplicas: 1 }, redis: { url: redis.url },
    privacy: { authorKey: 'the key of a bench' }, listen: { port: 0 }, services: { mode: 'replace', list: services.map(({ id }) => ({ id })) },
    sources: { posts: { type: 'lines', file: posts, speed } }, channels: {}, logLevel: 'error',
  }));
  const config = loadConfig(file);
  await createTopics({ settings: config.kafka!, partitions: config.partitions, log: pino({ level: 'silent' }) });
  return {
    folder, posts, config, brokerPid: kafka.pid()!,
    async start(role) {
      const child = startOutcry(['run', '--role', role, '--instance', role, '--port', '0'], { cwd: folder });
      children.push(child);
      const url = (await child.line(/^(?:Board|Health and metrics): (\S+)$/m))[1]!;
      if (role !== 'ingest') while (!(await fetch(`${url}/readyz`)).ok) await pause();
      return {
        pid: child.process.pid!,
        async metric(name) {
          const text = await (await fetch(`${url}/metrics`)).text();
          return [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))].map(([, value]) => Number(value));
        },
      };
    },
    async close() {
      for (const child of children) child.process.kill('SIGKILL');
      await Promise.all([kafka.stop(), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
