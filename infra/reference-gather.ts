// What only running parts know for the reference: the addresses that they serve and the metrics that they keep. The real
// parts are put together on a log in memory, asked, and taken down; nothing is opened to the outside.
import Fastify from 'fastify';
import pino from 'pino';
import { createIngest } from '../ingest/ingest.ts';
import { sources } from '../ingest/sources/index.ts';
import { createBoard } from '../notifier/board/board.ts';
import { openEmbedded } from './backends/index.ts';
import { createMetrics } from './metrics.ts';
import { operateRoutes } from './operate-routes.ts';

export interface Metric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

export interface Gathered {
  /** `METHOD /path`, in the order of paths. */
  readonly routes: readonly string[];
  readonly metrics: readonly Metric[];
}

/** Asks the parts. The answer depends on code only. */
export async function gatherReference(): Promise<Gathered> {
  const { bus, store } = openEmbedded({ file: ':memory:', partitions: 1, mode: 'own', maxBytes: null });
  try {
    const metrics = createMetrics({ bus, sources: () => [], heard: () => [], clock: () => 0 });
    const routes = new Set<string>();
    const web = Fastify({ exposeHeadRoutes: false });
    web.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.add(`${one} ${url}`);
    });
    const board = createBoard({
      bus, store, services: [], clock: () => 0, mode: { demo: false }, version: '', configError: () => null,
      settings: () => ({ hash: '', values: null }), reports: true,
    });
    await web.register((app) => board.plugin(app));
    operateRoutes(web, { readiness: async () => ({ ready: true, reasons: [] }), metrics: metrics.scrape });
    const ingest = createIngest({
      bus, store, services: [], authorKey: new Uint8Array(32), instance: 'reference', clock: () => 0, log: pino({ level: 'silent' }), web,
      failed: (error) => {
        throw error;
      },
    });
    const { http } = sources;
    if (http === undefined) throw new Error('the reference describes the http source, and there is none');
    const open = await ingest.open('http', http, http.options.parse({}), { writer: await bus.writer('http'), lost: () => {} });
    await web.ready();
    await open.stop();
    await web.close();
    const { body } = await metrics.scrape();
    return { routes: [...routes].sort(byPath), metrics: metricsIn(body) };
  } finally {
    await bus.close();
  }
}

function byPath(a: string, b: string): number {
  const [left, right] = [a, b].map((route) => route.split(' ').toReversed().join(' '));
  return left! < right! ? -1 : 1;
}

/** Our own metrics in the text that Prometheus reads; those of Node and the process are the client library's. */
function metricsIn(scraped: string): Metric[] {
  return [...scraped.matchAll(/^# HELP (outcry_\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(([, name, help, type]) => ({ name: name!, help: help!, type: type! }));
}
