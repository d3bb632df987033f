// The board: one address that shows what Outcry knows. This page ties the read model, the feed and the event stream
// to HTTP routes. It listens on nothing itself: infra gives it a server.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Bus } from '../../shared/bus.ts';
import { deliverySchema } from '../../shared/delivery.ts';
import type { Service } from '../../shared/service.ts';
import type { Store } from '../../shared/store.ts';
import { createBoardFeed } from './board-feed.ts';
import { createEventStream, streamLimits } from './event-stream.ts';
import { createEvidenceSearch } from './evidence-search.ts';
import type { OfficialFigures } from './official-log.ts';
import { loadPageFiles, type PageFile } from './page-files.ts';
import { boardLimits, createReadModel, type Limits } from './read-model.ts';
import type { AboutView, EvidencePage, ServicesView } from './views.ts';

export interface BoardMode {
  /** The demonstration plays: the page says that nothing on it is real. */
  readonly demo: boolean;
  /** A sentence for the top of every page; the demonstration brings its own in the reader's language. */
  readonly banner?: string;
  /** The charts' clock is event time, not the wall's: the demonstration, a replay. */
  readonly eventTime?: 'simulated';
}

export interface BoardDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly services: readonly Service[];
  /** ms, wall clock. */
  readonly clock: () => number;
  readonly mode: BoardMode;
  readonly version: string;
  /** What is wrong with the configuration on disk while an earlier one still runs; null when nothing is. */
  readonly configError: () => string | null;
  /** The detector's settings in force, for the page that shows the arithmetic. */
  readonly settings: () => { readonly hash: string; readonly values: unknown };
  /** Whether POST /v1/reports is served on the same address: the page then offers its report button. */
  readonly reports: boolean;
  readonly limits?: Limits;
}

export interface Board {
  /** The routes, as a Fastify plugin. Register it once. */
  plugin(app: FastifyInstance): Promise<void>;
  /** Starts reading the topics; resolves once they are being read, not when they have been. */
  start(): Promise<void>;
  /** Stops reading and ends all event streams. Idempotent. */
  stop(): Promise<void>;
  /** Whether all that was there at the start has been read. */
  caughtUp(): boolean;
  /** What status pages say, in figures. */
  official(): OfficialFigures;
}

const security: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

const evidencePageSize = 100;

export function createBoard(deps: BoardDeps): Board {
  const { bus, clock, mode } = deps;
  const simulated = mode.eventTime === 'simulated';
  const model = createReadModel(deps.services, deps.limits ?? boardLimits);
  const stream = createEventStream({ ...streamLimits, boot: clock().toString(36) });
  const searchEvidence = createEvidenceSearch(bus);
  const feed = createBoardFeed({ bus, store: deps.store, model, stream, clock, simulated, about });

  function about(): AboutView {
    const eventTime = model.eventTime();
    const { now, blind } = feed.asked();
    return {
      version: deps.version,
      demo: mode.demo,
      banner: mode.banner ?? null,
      simulated,
      reports: deps.reports,
      now: new Date(now).toISOString(),
      eventTime: eventTime === null ? null : new Date(eventTime).toISOString(),
      wall: new Date(clock()).toISOString(),
      caughtUp: feed.caughtUp(),
      blind,
      configError: deps.configError(),
      dead: model.dead(),
    };
  }

  function services(query: string): ServicesView {
    const found = model.services(feed.asked(), query);
    return { about: about(), total: found.length, services: found };
  }

  async function evidence(id: string, offset: number): Promise<EvidencePage | null> {
    const held = model.evidence(id, offset, evidencePageSize);
    if (held !== 'let-go') return held;
    const incident = model.incident(id, feed.asked());
    if (incident === null) return null;
    const items = await searchEvidence(id);
    return {
      incident: id,
      total: items.length,
      offset,
      sumOfWeights: items.reduce((sum, item) => sum + item.weight * item.standsFor, 0),
      score: incident.score,
      asOf: incident.asOf,
      items: items.slice(offset, offset + evidencePageSize),
    };
  }

  function apiRoutes(app: FastifyInstance): void {
    app.get('/api/about', () => about());
    app.get('/api/services', (request) => services(queryText(request, 'q')));
    app.get('/api/services/:id', (request, reply) => orNotFound(reply, model.service(parameter(request, 'id'), feed.asked())));
    app.get('/api/incidents', (request) => {
      const service = queryText(request, 'service');
      return { incidents: model.incidents(feed.asked(), service === '' ? undefined : service).slice(0, 500) };
    });
    app.get('/api/incidents/:id', (request, reply) => orNotFound(reply, model.incident(parameter(request, 'id'), feed.asked())));
    app.get('/api/incidents/:id/evidence', async (request, reply) => {
      const offset = Number(queryText(request, 'offset') || '0');
      if (!Number.isSafeInteger(offset) || offset < 0) return reply.code(400).send({ error: 'offset: a whole number from 0' });
      return orNotFound(reply, await evidence(parameter(request, 'id'), offset));
    });
    app.get('/api/sources', () => ({ blind: feed.asked().blind, sources: feed.sources() }));
    app.get('/api/deliveries', (request, reply) => {
      const state = deliverySchema.shape.state.optional().safeParse(queryText(request, 'state') || undefined);
      if (!state.success) return reply.code(400).send({ error: 'state: one of pending, sent, skipped, gone, dead' });
      return model.deliveries(state.data);
    });
    app.get('/api/arithmetic', () => ({ version: deps.version, settings: deps.settings() }));
    app.get('/api/events', (request, reply) => {
      const service = queryText(request, 'service');
      const lastEventId = request.headers['last-event-id'];
      reply.hijack();
      if (stream.connect(reply.raw, service === '' ? null : service, typeof lastEventId === 'string' ? lastEventId : null)) return;
      reply.raw.writeHead(503, { 'content-type': 'application/json', 'retry-after': '30' }).end('{"error":"no room for another watcher now"}');
    });
    app.get('/api/*', (_request, reply) => reply.code(404).send({ error: 'no such address' }));
  }

  async function plugin(app: FastifyInstance): Promise<void> {
    const files = await loadPageFiles();
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(security).header('cache-control', 'no-store');
    });
    for (const path of ['/', '/s/:service', '/i/:incident', '/arithmetic']) app.get(path, (request, reply) => sendFile(request, reply, files.page));
    app.get('/assets/:name', (request, reply) => {
      const file = files.assets.get(parameter(request, 'name'));
      return file === undefined ? orNotFound(reply, null) : sendFile(request, reply, file);
    });
    apiRoutes(app);
    // who mistypes an address in a browser is told by the page, with the way back
    app.setNotFoundHandler((request, reply) => {
      reply.code(404);
      const isPerson = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
      return isPerson ? reply.type(files.page.type).send(files.page.body) : orNotFound(reply, null);
    });
  }

  return { plugin, start: feed.start, stop: feed.stop, caughtUp: feed.caughtUp, official: () => model.officialFigures(feed.asked()) };
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  reply.header('cache-control', 'no-cache').header('etag', file.etag);
  return request.headers['if-none-match'] === file.etag ? reply.code(304).send() : reply.type(file.type).send(file.body);
}

function orNotFound(reply: FastifyReply, answer: object | null): object {
  return answer ?? reply.code(404).send({ error: 'not found' });
}

function parameter(request: FastifyRequest, name: string): string {
  return (request.params as Readonly<Record<string, string>>)[name] ?? '';
}

// A repeated query parameter comes as a list; the board asks for no list, so only the first counts.
function queryText(request: FastifyRequest, name: string): string {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first.slice(0, 200) : '';
}
