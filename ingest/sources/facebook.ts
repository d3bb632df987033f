// `facebook`: what people write on Pages of one's own, as Meta's webhook hands it over. Only Pages that installed one's app
// are heard: Facebook offers no stream of public posts.
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maxTextLength } from '../../shared/post.ts';
import { serviceIdPattern } from '../../shared/service.ts';
import type { Answer } from '../door-answers.ts';
import { bodyGate, createDoor, headerOf, refuse, sameSecret } from '../door.ts';
import { jsonOf } from '../json.ts';
import type { Source, SourceDefinition, SourceDeps } from '../source.ts';
import { deliverySchema, readChange } from './facebook/change.ts';
import { signatureTrouble } from './webhook/signature.ts';

const options = z.strictObject({
  appSecret: z.string().min(16).describe("the app's secret, with which Meta signs; give it as ${NAME} from the environment"),
  verifyToken: z.string().min(8).describe('a word of your own choice that you type into the webhook\'s form at Meta'),
  pages: z.record(z.string().regex(/^\d{1,32}$/, 'a Page id is digits'), z.string().regex(serviceIdPattern)).default({}).describe('Page id: the service that its visitors write about; of other Pages only posts that name a service count'),
  behindProxy: z.boolean().default(false).describe('callers are known by the last entry of X-Forwarded-For: only behind a proxy that sets it, or all the world is one caller there'),
  links: z.boolean().default(false).describe("keep each comment's address beside it"),
});
type Options = z.infer<typeof options>;

const bodyBytes = 4 << 20;
/** Requests from one block of addresses: Meta sends a thousand changes in one. */
const requestsPerMinute = 3_000;

function createFacebook(options: Options, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  const path = `/v1/facebook/${deps.name.split('@')[0]}`;
  const rule = { form: 'hub' as const, secrets: [options.appSecret], headerName: '' };
  const idOf = (id: string): string => `fb-${deps.anonymise('facebook-post', id)}`;

  function signed(request: FastifyRequest): Answer | undefined {
    const trouble = signatureTrouble({ body: request.body as Uint8Array, header: (name) => headerOf(request, name) }, rule, clock());
    if (trouble === null) return undefined;
    intake.dropped(trouble);
    return refuse(401, `the request is not signed with this app's secret (${trouble})`);
  }

  function take(change: unknown, page: string): void {
    const read = readChange(change, page);
    if (read.kind === 'none') return void intake.dropped(read.reason);
    if (read.kind === 'deletion') return intake.deletion(idOf(read.id));
    const service = options.pages[page];
    intake.post({
      id: idOf(read.id), ts: read.ts ?? clock(), text: read.text.slice(0, maxTextLength), author: `fb-${read.author}`,
      ...(service === undefined ? {} : { service }),
      ...(read.replyTo === undefined ? {} : { replyTo: idOf(read.replyTo) }),
      ...(options.links && read.url !== undefined && read.url.length <= 2_000 ? { url: read.url } : {}),
    });
  }

  function hand(request: FastifyRequest): Answer {
    const value = jsonOf(request.body as Uint8Array);
    if (value === undefined) {
      intake.dropped('not-json');
      return refuse(400, 'the body is not JSON');
    }
    const read = deliverySchema.safeParse(value);
    // signed, so it is Meta's: sending it again would not make it better
    if (!read.success || read.data.object !== 'page') intake.dropped('delivery-bad-shape');
    else for (const { id, changes } of read.data.entry) for (const change of changes) take(change, id);
    return { status: 200, body: { ok: true } };
  }

  return createDoor({
    deps, behindProxy: options.behindProxy,
    detail: `takes Meta's webhook at ${path}`,
    contentTypes: ['application/json'],
    routes(door, scope) {
      scope.get(path, async (request, reply) => {
        const { 'hub.mode': mode, 'hub.challenge': challenge, 'hub.verify_token': token } = request.query as Readonly<Record<string, unknown>>;
        const ours = mode === 'subscribe' && typeof token === 'string' && sameSecret(token, options.verifyToken);
        if (!ours || typeof challenge !== 'string' || !/^\w{1,128}$/.test(challenge)) return reply.code(403).type('text/plain').send('not our verify token');
        return reply.type('text/plain').send(challenge);
      });
      scope.post(path, { bodyLimit: bodyBytes }, (request, reply) =>
        door.serve(reply, [() => door.overLimit('facebook', request, requestsPerMinute, 60_000), bodyGate(request), () => signed(request)], () => door.durably(undefined, () => hand(request))));
    },
  });
}

export default {
  type: 'facebook',
  summary: "What people write on Facebook Pages of your own, by Meta's signed webhook at /v1/facebook/NAME.",
  options,
  silenceNormal: true,
  workers: 'each',
  filtered: true,
  latenessMs: 2_000,
  reasons: {
    'delivery-bad-shape': 'signed, but not what a Page sends', 'change-bad-shape': 'a change without the fields of one', 'not-a-comment': 'a like, a rating, or another change that says nothing',
    'own-page': "the Page's own words", edited: 'a comment was edited: the first words count', 'no-author': 'nobody is named as its author',
  },
  create: createFacebook,
  check: async ({ pages }, services) => {
    const strange = Object.values(pages).filter((service) => !services.some(({ id }) => id === service));
    if (strange.length > 0) return { ok: false, detail: `not watched: ${strange.join(', ')}; name services of the catalogue or of \`services\`` };
    return { ok: true, detail: `takes /v1/facebook/NAME for ${Object.keys(pages).length} Pages; Meta must reach it by https: subscribe the app to \`feed\` and press "Test" in its form` };
  },
} satisfies SourceDefinition<typeof options>;
