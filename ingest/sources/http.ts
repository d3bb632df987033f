// `http`: posts and people's own reports, pushed to our web server. 202 is a promise: it is given only once what was
// sent is durable. Which service a post names, and what counts, is decided further on.
import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { bodyGate, createDoor, headerOf, refuse, sameSecret, type Door } from '../door.ts';
import type { Source, SourceDefinition, SourceDeps } from '../source.ts';
import { isLocal } from '../door-address.ts';
import type { Answer } from '../door-answers.ts';
import { readPostsBody, readReportBody, type Entry } from './http/body.ts';

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
const toldErrors = 100;
const toldIds = 1_000;

/** A page of another site may not make its visitors' browsers speak for them. */
function crossSite(request: FastifyRequest): Answer | undefined {
  const site = headerOf(request, 'sec-fetch-site');
  return site === undefined || site === 'same-origin' || site === 'none' ? undefined : refuse(403, 'not from another site');
}

function mayPost(request: FastifyRequest, token: string | undefined): Answer | undefined {
  if (token !== undefined) {
    const given = /^Bearer +(\S+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
    return given !== undefined && sameSecret(given, token) ? undefined : refuse(401, 'send the token of this source as `Authorization: Bearer`');
  }
  const forwarded = request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined;
  const local = isLocal({ remote: request.socket.remoteAddress ?? '', host: request.headers.host, forwarded });
  return local ? undefined : refuse(403, 'without a token only this machine may post: set `token` in the source');
}

function createHttp(options: Options, deps: SourceDeps): Source {
  const { intake, clock, anonymise } = deps;

  function handPosts(request: FastifyRequest, key: string | undefined): Answer {
    const ndjson = /ndjson/i.test(headerOf(request, 'content-type') ?? '');
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

  function handReport(door: Door, request: FastifyRequest, key: string | undefined): Answer {
    const read = readReportBody(request.body as Uint8Array);
    if ('problem' in read) return refuse(400, read.problem);
    const { service, text, region } = read.report;
    if (!deps.knowsService(service)) return refuse(404, `no service ${service} here`);
    const now = clock();
    // one person a block and day: their second report is kept, and counts no more than the first
    const author = anonymise('http-report', `${door.prefixOf(request)} ${new Date(now).toISOString().slice(0, 10)}`);
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

  return createDoor({
    deps,
    behindProxy: options.behindProxy,
    detail: options.posts ? 'takes POST /v1/posts' : 'takes reports',
    contentTypes: ['application/json', ...(options.posts ? ['application/x-ndjson', 'application/ndjson'] : [])],
    routes(door, scope) {
      const postGates = (request: FastifyRequest) => [() => crossSite(request), () => mayPost(request, options.token), () => door.overLimit('posts', request, options.requestsPerMinute, 60_000)];
      if (options.posts) {
        scope.post('/v1/posts', { bodyLimit: postsBytes }, (request, reply) =>
          door.serve(reply, [...postGates(request), bodyGate(request)], () => {
            const key = door.keyOf(request, 'posts');
            return door.durably(key, () => handPosts(request, key));
          }));
        scope.delete('/v1/posts', { bodyLimit: reportBytes }, (request, reply) => door.serve(reply, postGates(request), () => door.durably(undefined, () => handDeletion(request))));
      }
      if (options.reports) {
        scope.post('/v1/reports', { bodyLimit: reportBytes }, (request, reply) =>
          door.serve(reply, [() => crossSite(request), () => door.overLimit('reports', request, options.reportsPerHour, 3_600_000), bodyGate(request)], () => {
            const key = door.keyOf(request, `reports ${door.prefixOf(request)}`);
            return door.durably(key, () => handReport(door, request, key));
          }));
      }
    },
  });
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
