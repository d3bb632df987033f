// The whole pipeline in one process: the page that shows how the parts are put together. Started and stopped as one;
// a new configuration is a stop and a start on the same log.
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createDetector, type Detector } from '../detector/detector.ts';
import { createJudge } from '../detector/judge.ts';
import { readLexicons } from '../detector/lexicon.ts';
import { createIngest, type OpenSource } from '../ingest/ingest.ts';
import { createBoard } from '../notifier/board/board.ts';
import type { Channel } from '../notifier/channel.ts';
import { createOutbox, deliverRole, holdRole, systemTimers } from '../notifier/notifier.ts';
import { createSamples } from '../notifier/samples.ts';
import type { Bus, Role, Running } from '../shared/bus.ts';
import type { Store } from '../shared/store.ts';
import { topics } from '../shared/topics.ts';
import type { Config } from './config.ts';
import { createMetrics } from './metrics.ts';
import { settingsHash } from './settings-hash.ts';
import { version } from './version.ts';

export interface PipelineDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly log: Logger;
  /** Where the console channel writes. */
  readonly out: NodeJS.WritableStream;
  readonly authorKey: Uint8Array;
  /** The demonstration: said on the board. */
  readonly demo: boolean;
  /** Event time is not the wall's: charts go by the posts. */
  readonly simulated: boolean;
  /** What is wrong with the file on disk while this configuration runs. */
  readonly configError: () => string | null;
  /** A part broke beyond retrying: the process should end. */
  readonly failed: (error: Error) => void;
}

export interface Pipeline extends Running {
  /** Address of the board. */
  readonly url: string;
  /** Resolves when all sources have come to their end; never for live ones. */
  readonly done: Promise<void>;
  readonly metrics: ReturnType<typeof createMetrics>;
}

const blindIsNotReadyAfterMs = 60_000;

export async function startPipeline(config: Config, deps: PipelineDeps): Promise<Pipeline> {
  const { bus, store, log, failed } = deps;
  const { services, detection } = config;
  const clock = Date.now;
  const open: OpenSource[] = [];
  const sources = () => open.map((one) => one.status());
  const detectors = new Map<string, Detector>();
  const metrics = createMetrics({ bus, sources, clock, heard: () => [...detectors.values()].map((one) => one.figures()) });
  const lexicons = readLexicons();
  const hash = settingsHash(detection, lexicons, services);
  const judge = createJudge(lexicons, services);
  const partitions = bus.partitions(topics.observations.name);

  const detectorRole: Role = {
    name: 'detector', input: topics.observations.name, scope: 'partition', output: topics.incidents.name,
    create(part) {
      const detector = createDetector({ settings: detection, settingsHash: hash, judge, services, part, partitions });
      detectors.set(part, detector);
      return detector;
    },
  };
  const roles = [
    detectorRole,
    holdRole({ services, partitions, dropped: (reason) => metrics.dropped('hold', reason) }),
    deliverRole({ routes: config.routes, channels: config.channels.map(({ name }) => name), now: clock, dropped: (reason) => metrics.dropped('deliver', reason) }),
  ];

  const web: FastifyInstance = Fastify({ loggerInstance: log.child({ part: 'web' }, { level: 'warn' }) as FastifyBaseLogger, bodyLimit: 1 << 20, forceCloseConnections: true });
  const board = createBoard({
    bus, store, services, clock, version, metrics: metrics.scrape,
    mode: { demo: deps.demo, ...(deps.simulated ? { eventTime: 'simulated' as const } : {}) },
    configError: deps.configError,
    readiness: () => readiness(bus, sources(), () => board.caughtUp(), clock()),
    settings: () => ({ hash, values: detection }),
    reports: config.sources.some(({ definition }) => definition.type === 'http'),
  });
  await web.register((app) => board.plugin(app));

  const samples = createSamples();
  const channels = config.channels.map(({ name, definition, options }) => ({
    name, definition, options,
    channel: definition.create(options, {
      now: clock, log: log.child({ channel: name }), publicUrl: config.publicUrl, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, out: deps.out,
      evidence: async (incident, most) => samples.strongest(incident, most),
    }) as Channel,
  }));
  const outbox = createOutbox({ bus, channels, timers: systemTimers, random: Math.random, counted: metrics.delivered, log: log.child({ part: 'outbox' }), failed });

  const ingest = createIngest({ bus, store, services, authorKey: deps.authorKey, instance: `${process.pid}`, clock, log, web, failed });

  const running: Running[] = [];
  for (const role of roles) running.push(await bus.work(role, failed));
  running.push(bus.tail(topics.evidence.name, 'start', samples.take));
  await board.start();
  await outbox.start();
  await ingest.retire(config.sources.map(({ name }) => name));
  for (const { name, definition, options } of config.sources) open.push(await ingest.open(name, definition, options));
  const url = await web.listen({ host: config.listen.host, port: config.listen.port });

  let stopped: Promise<void> | undefined;
  return {
    url,
    metrics,
    done: Promise.all(open.map((one) => one.done)).then(() => {}),
    stop() {
      // along the flow, so that each part still finds the next one running
      stopped ??= (async () => {
        const stops: (() => Promise<void>)[] = [
          ...open.map((one) => () => one.stop()),
          () => board.stop(),
          () => web.close(),
          ...running.map((one) => () => one.stop()),
          () => outbox.stop(),
        ];
        let first: unknown;
        for (const stop of stops) await stop().catch((error: unknown) => (first ??= error));
        if (first !== undefined) throw first as Error;
      })();
      return stopped;
    },
  };
}

async function readiness(bus: Bus, sources: ReturnType<OpenSource['status']>[], caughtUp: () => boolean, now: number): Promise<{ ready: boolean; reasons: string[] }> {
  const reasons: string[] = [];
  await bus.check().catch((error: unknown) => reasons.push((error as Error).message));
  for (const { role, part, live } of bus.progress()) if (!live) reasons.push(`${role} ${part} is still catching up with the log`);
  if (!caughtUp()) reasons.push('the board is still reading the log');
  const seeing = sources.filter((one) => one.state === 'live' || one.state === 'catching-up' || one.state === 'closed' || one.silenceNormal || now - one.since < blindIsNotReadyAfterMs);
  if (sources.length > 0 && seeing.length === 0) reasons.push(`blind: ${sources.map((one) => `${one.source}: ${one.detail}`).join('; ')}`);
  return { ready: reasons.length === 0, reasons };
}
