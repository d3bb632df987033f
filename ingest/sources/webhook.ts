// `webhook`: posts pushed by any tool in its own form (a ticket system, a mailbox that is turned into requests, a social
// suite), signed with a secret. 202 is a promise, as with `http`; what is dropped is told, not refused, since a tool that
// is refused sends the same again for days.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { serviceIdPattern } from '../../shared/service.ts';
import type { Answer } from '../door-answers.ts';
import { bodyGate, createDoor, headerOf, refuse } from '../door.ts';
import { parseJson } from '../json.ts';
import type { Source, SourceDefinition, SourceDeps } from '../source.ts';
import { fieldsSchema, itemsOf, postFrom } from './webhook/fields.ts';
import { signatureSchema, signatureTrouble } from './webhook/signature.ts';

const options = z.strictObject({
  secrets: z.array(z.string().min(16)).min(1).max(4).describe('any of them may sign; secrets, so give them as ${NAME} from the environment'),
  signature: signatureSchema.default('standard').describe('standard: Standard Webhooks. hub: X-Hub-Signature-256. header: the HMAC-SHA256 of the body, hex or base64, in `signatureHeader`. bearer: the secret as `Authorization: Bearer`'),
  signatureHeader: z.string().regex(/^[A-Za-z0-9-]{1,64}$/).default('X-Signature').describe('the header that `signature: header` reads'),
  items: z.string().min(1).max(200).optional().describe('where the list of posts stands in the body, names joined by dots; without it the body is one post or a list of them'),
  fields: fieldsSchema.prefault({}).describe('which field of the body is what'),
  service: z.string().regex(serviceIdPattern).optional().describe('what posts are about that name no service, such as a support mailbox of one product'),
  requestsPerMinute: z.number().int().min(1).default(600).describe('requests that one address block may make'),
  behindProxy: z.boolean().default(false).describe('callers are known by the last entry of X-Forwarded-For: only behind a proxy that sets it'),
});
type Options = z.infer<typeof options>;

const bodyBytes = 4 << 20;
const toldErrors = 20;

/** A body as a value: JSON, or a form's fields. Undefined: it is neither. */
function readBody(bytes: Uint8Array, contentType: string): unknown {
  const text = new TextDecoder().decode(bytes);
  if (/x-www-form-urlencoded/i.test(contentType)) return Object.fromEntries(new URLSearchParams(text));
  return parseJson(text);
}

/** What an item without an id is known by: all that it says, or its text where it is nested so deep that nothing can write it. */
function idFor(item: unknown, text: string): string {
  let said = '';
  try {
    said = JSON.stringify(item);
  } catch {
    // the text alone then
  }
  return `hook-${createHash('sha256').update(said + text).digest('base64url').slice(0, 22)}`;
}

function createWebhook(options: Options, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  const path = `/v1/hooks/${deps.name.split('@')[0]}`;
  const rule = { form: options.signature, secrets: options.secrets, headerName: options.signatureHeader };

  function signed(request: FastifyRequest): Answer | undefined {
    const trouble = signatureTrouble({ body: request.body as Uint8Array, header: (name) => headerOf(request, name) }, rule, clock());
    if (trouble === null) return undefined;
    intake.dropped(trouble);
    return refuse(401, `the request is not signed as this source expects (${trouble})`);
  }

  function hand(request: FastifyRequest): Answer {
    const body = readBody(request.body as Uint8Array, headerOf(request, 'content-type') ?? '');
    if (body === undefined) {
      intake.dropped('not-json');
      return refuse(400, 'the body is not JSON');
    }
    let accepted = 0;
    const dropped: { item: number; reason: string }[] = [];
    const items = itemsOf(body, options.items);
    if (items === undefined) {
      intake.dropped('no-items');
      dropped.push({ item: 0, reason: 'no-items' });
    }
    items?.forEach((item, i) => {
      const read = postFrom(item, options.fields, {
        now: clock(), service: options.service,
        idFor: (text) => idFor(item, text),
      });
      if ('reason' in read) intake.dropped(read.reason);
      const outcome = 'reason' in read ? read : intake.post(read.post);
      if ('reason' in outcome) dropped.push({ item: i + 1, reason: outcome.reason });
      else accepted += 1;
    });
    return { status: 202, body: { accepted, dropped: dropped.length, ...(dropped.length === 0 ? {} : { reasons: dropped.slice(0, toldErrors) }) } };
  }

  return createDoor({
    deps, behindProxy: options.behindProxy,
    detail: `takes POST ${path}`,
    contentTypes: ['application/json', 'application/x-www-form-urlencoded'],
    routes(door, scope) {
      scope.post(path, { bodyLimit: bodyBytes }, (request, reply) =>
        door.serve(reply, [() => door.overLimit('hook', request, options.requestsPerMinute, 60_000), bodyGate(request), () => signed(request)], () => {
          // a tool that repeats a delivery gives it the same id; with `bearer` nobody signed for that id
          const id = options.signature === 'standard' ? headerOf(request, 'webhook-id') : undefined;
          return door.durably(id === undefined ? undefined : deps.anonymise('http-key', `${deps.name}\0hook\0${id}`), () => hand(request));
        }));
    },
  });
}

export default {
  type: 'webhook',
  summary: 'Posts that any tool pushes in its own form to POST /v1/hooks/NAME, signed: ticket systems, support mailboxes, social suites.',
  options,
  silenceNormal: true,
  workers: 'each',
  filtered: true,
  latenessMs: 2_000,
  reasons: { 'no-items': 'the body has nothing where `items` says that the posts stand', 'not-signed': 'the request carries no signature of the form that is set', 'bad-signature': 'signed with another secret, or altered', 'signature-too-old': 'signed more than five minutes ago or ahead (standard)' },
  create: createWebhook,
  check: async ({ signature, service }, services) => {
    if (service !== undefined && !services.some(({ id }) => id === service)) return { ok: false, detail: `\`service: ${service}\` is not watched: name one of the catalogue or of \`services\`` };
    return { ok: true, detail: `takes POST /v1/hooks/NAME with a signature of the form \`${signature}\`; nothing is asked of anybody, so send it a test from your tool` };
  },
} satisfies SourceDefinition<typeof options>;
