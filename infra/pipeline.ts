// The parts of Outcry that this process runs, put together: ingest, detector and notifier, or some of them. Started and
// stopped as one; a new configuration is a stop and a start on the same log.
import Fastify, { type FastifyBaseLogger } from 'fastify';
import { readLexicons } from '../detector/lexicon.ts';
import type { Bus, Running } from '../shared/bus.ts';
import type { SourceStatus } from '../shared/source-status.ts';
import type { Config } from './config.ts';
import { createHold } from './holding.ts';
import { createMetrics } from './metrics.ts';
import { operateRoutes } from './operate-routes.ts';
import { startDetector } from './part-detector.ts';
import { startIngest } from './part-ingest.ts';
import { startNotifier } from './part-notifier.ts';
import type { PartDeps, PipelineDeps } from './part.ts';
import { settingsHash } from './settings-hash.ts';
import { stored } from './stored.ts';

export interface Pipeline extends Running {
  /** Address of the board, or of /healthz and its like where the notifier is elsewhere. */
  readonly url: string;
  /** Resolves when all sources have come to their end; never for live ones, nor where the ingest is elsewhere. */
  readonly done: Promise<void>;
  readonly metrics: ReturnType<typeof createMetrics>;
}

const blindIsNotReadyAfterMs = 60_000;

export async function startPipeline(config: Config, deps: PipelineDeps): Promise<Pipeline> {
  const { backend, roles, log, failed } = deps;
  const { bus, store } = backend;
  const clock = Date.now;
  const lexicons = readLexicons(stored);
  let sources: () => SourceStatus[] = () => [];
  let heard: () => Readonly<Record<string, number>>[] = () => [];
  let caughtUp = () => true;
  const metrics = createMetrics({ bus, sources: () => sources(), clock, heard: () => heard(), storeFailures: backend.storeFailures });

  // whoever takes a minute to say what he wants keeps a connection from others
  // plugins are all ours, and on a starved machine a fold that catches up may keep them waiting for long
  const web = Fastify({ loggerInstance: log.child({ part: 'web' }, { level: 'warn' }) as FastifyBaseLogger, bodyLimit: 1 << 20, requestTimeout: 60_000, forceCloseConnections: true, pluginTimeout: 0 });
  operateRoutes(web, { readiness: () => readiness(bus, sources(), caughtUp(), clock()), metrics: metrics.scrape });

  const shared: PartDeps = {
    ...deps, config, web, clock, metrics, lexicons,
    settings: { hash: settingsHash(config.detection, lexicons, config.services), values: config.detection },
    hold: createHold({ bus, store, holder: backend.holder, patienceMs: backend.patienceMs, log: log.child({ part: 'holding' }), failed }),
  };

  const running: Running[] = [];
  let url: string;
  let done: Promise<void> = new Promise(() => {});
  try {
    if (roles.includes('detector')) {
      const detector = await startDetector(shared);
      running.unshift(detector);
      heard = detector.heard;
    }
    if (roles.includes('notifier')) {
      const notifier = await startNotifier(shared);
      // along the flow, so that each part still finds the next one running when it stops
      running.push(notifier);
      caughtUp = notifier.caughtUp;
    }
    if (roles.includes('ingest')) {
      const ingest = await startIngest(shared);
      running.unshift(ingest);
      sources = ingest.sources;
      done = ingest.done;
    }
    url = await web.listen({ host: config.listen.host, port: config.listen.port });
  } catch (error) {
    await stopAll([...running, { stop: () => web.close() }]).catch(() => {});
    throw error;
  }
  running.splice(roles.includes('ingest') ? 1 : 0, 0, { stop: () => web.close() });

  let stopped: Promise<void> | undefined;
  return {
    url,
    metrics,
    done,
    stop() {
      stopped ??= stopAll(running);
      return stopped;
    },
  };
}

/** Stops one after the other, each whatever became of the one before; rejects with the first trouble. */
async function stopAll(running: readonly Running[]): Promise<void> {
  let first: unknown;
  for (const one of running) await one.stop().catch((error: unknown) => (first ??= error));
  if (first !== undefined) throw first as Error;
}

async function readiness(bus: Bus, sources: readonly SourceStatus[], caughtUp: boolean, now: number): Promise<{ ready: boolean; reasons: string[] }> {
  const reasons: string[] = [];
  await bus.check().catch((error: unknown) => reasons.push((error as Error).message));
  for (const { role, part, live } of bus.progress()) if (!live) reasons.push(`${role} ${part} is still catching up with the log`);
  if (!caughtUp) reasons.push('the board is still reading the log');
  // a status page that is read says nothing of what people say
  const hearing = sources.filter((one) => (one.carries ?? 'posts') === 'posts');
  const seeing = hearing.filter((one) => one.state === 'live' || one.state === 'catching-up' || one.state === 'closed' || one.silenceNormal || now - one.since < blindIsNotReadyAfterMs);
  if (hearing.length > 0 && seeing.length === 0) reasons.push(`blind: ${hearing.map((one) => `${one.source}: ${one.detail}`).join('; ')}`);
  return { ready: reasons.length === 0, reasons };
}
