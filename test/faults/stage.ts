// Where a fault run plays: a broker with a proxy before it, a Redis, a receiver of webhooks, the configuration of the
// workers, and an eye on how far posts and incidents have come.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pino from 'pino';
import { openBackend } from '../../infra/backends/index.ts';
import { createTopics } from '../../infra/backends/kafka/index.ts';
import { loadConfig } from '../../infra/cli/command.ts';
import type { Config } from '../../infra/config.ts';
import { startKafka, type LocalKafka } from '../../infra/local/kafka.ts';
import { freePort } from '../../infra/local/ports.ts';
import { startRedis, type LocalRedis } from '../../infra/local/redis.ts';
import { decodeFrame } from '../../shared/frame.ts';
import { topics } from '../../shared/topics.ts';
import { openReceiver, type Receiver } from '../fakes/receiver.ts';
import { createCrew, crewConfig, type Crew } from './crew.ts';
import { startNetwork, type Network } from './network.ts';

export interface Stage {
  readonly folder: string;
  readonly posts: string;
  readonly kafka: LocalKafka;
  readonly redis: LocalRedis;
  readonly network: Network;
  readonly receiver: Receiver;
  readonly crew: Crew;
  /** As the workers have it, but straight to the broker. */
  readonly config: Config;
  /** Posts are read so many times as fast as their own time goes, or as fast as it can be. */
  pace(speed: number | 'max'): void;
  /** Event time, ms, that the posts in the log have come to. */
  readMs(): number;
  /** Event time, ms, that all incident partitions have come to. */
  toldMs(): number;
  /** Deliveries that wait. */
  pending(): Promise<number>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly say: (line: string) => void;
  readonly startMs: number;
}

const log = pino({ level: 'silent' });

/** Starts the servers and creates the topics; the workers are the caller's to start. */
export async function openStage({ say, startMs }: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-faults-'));
  const posts = join(folder, 'posts.ndjson');
  const [plain, controller, proxied, proxy] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const closers: (() => Promise<unknown> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  try {
    // workers reach the broker through the proxy alone, and it reaches itself without
    const kafka = await startKafka({
      own: true, port: plain, say, heapMegabytes: 768,
      properties: {
        'listeners': `PLAIN://127.0.0.1:${plain},CONTROLLER://127.0.0.1:${controller},PROXIED://127.0.0.1:${proxied}`,
        'advertised.listeners': `PLAIN://127.0.0.1:${plain},PROXIED://127.0.0.1:${proxy}`,
        'listener.security.protocol.map': 'PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT',
        'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      },
    });
    closers.push(() => kafka.stop());
    const redis = await startRedis({ own: true, say });
    closers.push(() => redis.stop());
    const network = await startNetwork(proxy, proxied, say);
    closers.push(() => network.stop());
    const receiver = await openReceiver();
    closers.push(() => receiver.close());

    const configure = (name: string, broker: number, speed: number | 'max'): string => {
      const file = join(folder, `${name}.yaml`);
      writeFileSync(file, JSON.stringify({
        ...crewConfig([`127.0.0.1:${broker}`], redis.url),
        detection: { quietMinutes: 3, reopenHours: 1 },
        sources: { posts: { type: 'lines', file: posts, speed } },
        channels: { hook: { type: 'webhook', url: receiver.url, secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`], allowPrivate: true, allowHttp: true } },
      }));
      return file;
    };
    const direct = configure('direct', plain, 'max');
    const workers = configure('workers', proxy, 'max');
    const ingest = configure('ingest', proxy, 1);
    const config = loadConfig(direct);
    await createTopics({ settings: config.kafka!, partitions: config.partitions, log });
    const { bus, close: closeBus } = await openBackend(config, 'join', log);
    closers.push(closeBus);
    let readMs = startMs;
    const told = new Map<number, number>();
    bus.tail(topics.observations.name, 'now', (records) => {
      const decoded = decodeFrame(records.at(-1)!.value!, false);
      if ('frame' in decoded) readMs = Math.max(readMs, decoded.frame.watermark);
    });
    bus.tail(topics.incidents.name, 'now', (records) => {
      for (const { key, partition, value } of records) if (key === 'progress') told.set(partition, (JSON.parse(new TextDecoder().decode(value!)) as { at: number }).at);
    });
    const crew = createCrew(folder, { ingest, detector: workers, notifier: workers });
    closers.push(() => crew.stop());
    return {
      folder, posts, kafka, redis, network, receiver, crew, config, close,
      pace: (speed) => void configure('ingest', proxy, speed),
      readMs: () => readMs,
      toldMs: () => (told.size < config.partitions ? startMs : Math.min(...told.values())),
      async pending() {
        const latest = await bus.latest(topics.deliveries.name);
        return [...latest.values()].filter(({ value }) => (JSON.parse(new TextDecoder().decode(value!)) as { state: string }).state === 'pending').length;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Until nothing is left to fold or to deliver. */
export async function untilQuiet(stage: Stage, patienceMs: number): Promise<void> {
  const began = performance.now();
  const others = stage.crew.instances().filter((instance) => !instance.startsWith('in'));
  for (let calm = 0; calm < 4; ) {
    await wait(250);
    const lags = await Promise.all(others.map((instance) => stage.crew.lag(instance)));
    const pending = await stage.pending();
    // a part that nobody has at the moment has no lag either
    const parts = await Promise.all(['detector', 'hold', 'deliver'].map(async (role) => new Set((await Promise.all(others.map((instance) => stage.crew.parts(instance, role)))).flat()).size));
    const allHeld = parts[0] === stage.config.partitions && parts[1] === 1 && parts[2] === 1;
    calm = allHeld && pending === 0 && lags.every((lag) => lag === 0) ? calm + 1 : 0;
    if (calm === 0 && performance.now() - began > patienceMs) throw new Error(`not all was told ${patienceMs / 1000} s after the last post: ${pending} deliveries wait, records before the workers: ${lags.join(', ')}; parts of detector, hold and deliver: ${parts.join(', ')}`);
  }
}
