// `http`: posts and people's own reports, pushed to our web server. 202 is a promise: it is given only once what was
// sent is durable. Which service a post names, and what counts, is decided further on.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Source, SourceDefinition, SourceDeps } from '../source.ts';
import { createClockWatch } from '../steady-clock.ts';
import { addressPrefix, isLocal } from './http-address.ts';
import { createAnswerBook, type Answer } from './http-answers.ts';
import { readPostsBody, readReportBody, type Entry } from './http-body.ts';

const options = z.strictObject({
  posts: z.boolean().default(true).describe('take posts at POST /v1/posts'),
  reports: z.boolean().default(true).describe("take people's own reports at POST /v1/reports: the board's button"),
  token: z.string().min(16).optional().describe('callers of /v1/posts send it as `Authorization: Bearer`; without one only this machine may post'),
  requestsPerMinute: z.number().int().min(1).default(600).describe('requests to /v1/posts that one address block may make'),
  reportsPerHour: z.number().int().min(1).default(60).describe('reports that one address block may send'),
  behindProxy: z.boolean().default(false).describe('callers are known by the last entry of X-Forwarded-For: only behind a proxy that sets it'),
});
type Options = z.infer<typeof options>;

const postsBytes = 1 << 20;
const reportBytes = 4 << 10;
const beatMs = 1_000;
/** How long a caller waits for the log before being sent away. */
const patienceMs = 5_000;
/** Requests that wait for the log at once: what they hold in memory is bounded by this. */
const maxInHand = 64;
const toldErrors = 100;
const toldIds = 1_000;

const busy: Answer = { status: 503, body: { error: 'the log takes no more at the moment: try again' }, retryAfter: 5 };
const refuse = (status: number, error: string): Answer => ({ status, body: { error } });

/** true once `promise` resolves; false when it rejects or `ms` have passed. */
function within(promise: Promise<void>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    const settle = (kept: boolean) => () => {
      clearTimeout(timer);
      resolve(kept);
    };
    promise.then(settle(true), settle(false));
  });
}

function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

function createHttp(options: Options, deps: SourceDeps): Source {
  const { intake, clock, store, web, anonymise } = deps;
  const answers = createAnswerBook(store);
  const inHand = new Set<Promise<unknown>>();
  let opened: Promise<void> | undefined;
  let stopped = false;
  let beating: NodeJS.Timeout | undefined;

  function prefixOf(request: FastifyRequest): string {
    const last = options.behindProxy ? header(request, 'x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
    return addressPrefix(last ?? request.socket.remoteAddress ?? '');
  }

  /** A page of another site may not make its visitors' browsers speak for them. */
  function crossSite(request: FastifyRequest): Answer | undefined {
    const site = header(request, 'sec-fetch-site');
    return site === undefined || site === 'same-origin' || site === 'none' ? undefined : refuse(403, 'not from another site');
  }

  function mayPost(request: FastifyRequest): Answer | undefined {
    if (options.token !== undefined) {
      const given = /^Bearer +(\S+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
      return given !== undefined && sameSecret(given, options.token) ? undefined : refuse(401, 'send the token of this source as `Authorization: Bearer`');
    }
    const forwarded = request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined;
    const local = isLocal({ remote: request.socket.remoteAddress ?? '', host: request.headers.host, forwarded });
    return local ? undefined : refuse(403, 'without a token only this machine may post: set `token` in the source');
  }

  /** Counts a request against its block's allowance; windows begin on the clock, so that the wait can be told. */
  async function overLimit(what: string, request: FastifyRequest, most: number, windowMs: number): Promise<Answer | undefined> {
    const now = clock();
    const window = Math.floor(now / windowMs);
    const caller = anonymise('http-caller', prefixOf(request));
    // a Store that is down must not silence people
    const count = await store.increment(`http-rate/${deps.name}/${what}/${caller}/${window}`, windowMs).catch(() => 0);
    if (count <= most) return undefined;
    return { status: 429, body: { error: 'too many requests from your network: wait' }, retryAfter: Math.max(1, Math.ceil(((window + 1) * windowMs - now) / 1000)) };
  }

  /** The caller's Idempotency-Key as our own short name, unguessable and theirs alone. */
  function keyOf(request: FastifyRequest, scope: string): string | undefined {
    const given = header(request, 'idempotency-key');
    return given === undefined || given === '' ? undefined : anonymise('http-key', `${deps.name}\0${scope}\0${given}`);
  }

  /** Runs `hand`, which hands over posts in one synchronous step, between room before and durability behind. */
  function durably(key: string | undefined, hand: () => Answer): Promise<Answer> {
    return answers.once(key, async () => {
      if (!(await within(intake.ready(), patienceMs)) || stopped) return busy;
      const answer = hand();
      return (await within(intake.accepted(), patienceMs)) ? answer : busy;
    });
  }

  function handPosts(request: FastifyRequest, key: string | undefined): Answer {
    const ndjson = /ndjson/i.test(header(request, 'content-type') ?? '');
    const body = readPostsBody(request.body as Uint8Array, ndjson, clock(), key);
    if (body === undefined) return refuse(400, 'the body is not JSON');
    const ids: string[] = [];
    const errors: { line: number; reason: string }[] = [];
    const fail = (entry: Entry, reason: string) => errors.push({ line: entry.line, reason });
    for (const entry of body.entries) {
      if ('reason' in entry) {
        intake.dropped(entry.reason);
        fail(entry, entry.reason);
        continue;
      }
      const taken = intake.post(entry.post);
      if (taken.outcome === 'dropped') fail(entry, taken.reason);
      else ids.push(entry.post.id);
    }
    const accepted = ids.length;
    if (errors.length > 0) return { status: 400, body: { accepted, ids: ids.slice(0, toldIds), refused: errors.length, errors: errors.slice(0, toldErrors) } };
    return { status: 202, body: body.single ? { id: ids[0], accepted } : { accepted, ids: ids.slice(0, toldIds) } };
  }

  function handReport(request: FastifyRequest, key: string | undefined): Answer {
    const read = readReportBody(request.body as Uint8Array);
    if ('problem' in read) return refuse(400, read.problem);
    const { service, text, region } = read.report;
    if (!deps.knowsService(service)) return refuse(404, `no service ${service} here`);
    const now = clock();
    // one person a block and day: their second report is kept, and counts no more than the first
    const author = anonymise('http-report', `${prefixOf(request)} ${new Date(now).toISOString().slice(0, 10)}`);
    const id = `http-${key ?? randomUUID()}`;
    const taken = intake.post({ id, ts: now, text, author, service, ...(region === undefined ? {} : { region }) }, 'button');
    return taken.outcome === 'dropped' ? refuse(400, taken.reason) : { status: 202, body: { id } };
  }

  function handDeletion(request: FastifyRequest): Answer {
    const id = (request.query as Readonly<Record<string, unknown>>)['id'];
    if (typeof id !== 'string' || id === '' || id.length > 512) return refuse(400, 'which post? /v1/posts?id=...');
    intake.deletion(id);
    return { status: 202, body: { id } };
  }

  /** One request: the gates in order, then its work, counted so that stop() can wait for it. */
  async function serve(reply: FastifyReply, gates: readonly (() => Answer | undefined | Promise<Answer | undefined>)[], work: () => Promise<Answer>): Promise<FastifyReply> {
    const own = (async () => {
      if (stopped || inHand.size > maxInHand) return busy;
      for (const gate of gates) {
        const refusal = await gate();
        if (refusal !== undefined) return refusal;
      }
      return stopped ? busy : work();
    })();
    inHand.add(own);
    try {
      const { status, body, retryAfter } = await own;
      if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
      if (status === 401) reply.header('www-authenticate', 'Bearer');
      return reply.code(status).header('cache-control', 'no-store').send(body);
    } finally {
      inHand.delete(own);
    }
  }

  async function routes(scope: FastifyInstance): Promise<void> {
    scope.removeAllContentTypeParsers();
    const raw = async (_request: FastifyRequest, body: Buffer) => body;
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, raw);
    if (options.posts) scope.addContentTypeParser(['application/x-ndjson', 'application/ndjson'], { parseAs: 'buffer' }, raw);
    scope.setErrorHandler<FastifyError>((error, _request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) deps.log.error({ err: error }, 'request failed');
      void reply.code(status).send({ error: status >= 500 ? 'this is our fault' : error.message });
    });
    const noBody = (request: FastifyRequest) => (Buffer.isBuffer(request.body) ? undefined : refuse(400, 'a body, please'));
    const postGates = (request: FastifyRequest) => [() => crossSite(request), () => mayPost(request), () => overLimit('posts', request, options.requestsPerMinute, 60_000)];
    if (options.posts) {
      scope.post('/v1/posts', { bodyLimit: postsBytes }, (request, reply) =>
        serve(reply, [...postGates(request), () => noBody(request)], () => {
          const key = keyOf(request, 'posts');
          return durably(key, () => handPosts(request, key));
        }));
      scope.delete('/v1/posts', { bodyLimit: reportBytes }, (request, reply) => serve(reply, postGates(request), () => durably(undefined, () => handDeletion(request))));
    }
    if (options.reports) {
      scope.post('/v1/reports', { bodyLimit: reportBytes }, (request, reply) =>
        serve(reply, [() => crossSite(request), () => overLimit('reports', request, options.reportsPerHour, 3_600_000), () => noBody(request)], () => {
          const key = keyOf(request, `reports ${prefixOf(request)}`);
          return durably(key, () => handReport(request, key));
        }));
    }
  }

  async function open(): Promise<void> {
    try {
      await web.register(routes);
    } catch (error) {
      intake.state('blind', `can't add its addresses: ${(error as Error).message}`);
      return;
    }
    intake.state('live', options.posts ? 'takes POST /v1/posts' : 'takes reports');
    const steady = createClockWatch(clock, () => performance.now());
    intake.beat(clock());
    beating = setInterval(() => steady() && intake.beat(clock()), beatMs);
  }

  return {
    async start() {
      if (!stopped) await (opened ??= open());
    },
    async stop() {
      stopped = true;
      await opened;
      clearInterval(beating);
      await Promise.allSettled(inHand);
    },
  };
}

export default {
  type: 'http',
  summary: "Posts pushed by your own tools, and people's own reports from the board.",
  options,
  silenceNormal: true,
  workers: 'each',
  filtered: true,
  latenessMs: 2_000,
  create: createHttp,
  check: async ({ posts, token }) => ({
    ok: true,
    detail: posts ? `takes /v1/posts from ${token === undefined ? 'this machine only (no token is set)' : 'whoever has the token'}` : 'takes reports at /v1/reports',
  }),
} satisfies SourceDefinition<typeof options>;
