// A Post: one public message, as its source hands it over. The author is the source's own id here and only here:
// past ingest it is a keyed hash.
import { z } from 'zod';

/** How long a text may be before it is cut: longer posts stay words, and cost no more than this. */
export const maxTextLength = 4_000;

export const postSchema = z.object({
  id: z.string().min(1).max(512),
  ts: z.number().int().describe('event time, ms since 1970 UTC'),
  text: z.string(),
  author: z.string().min(1).max(512),
  lang: z.string().max(35).optional().describe('BCP 47, as the source says'),
  source: z.string().max(64).optional(),
  url: z.string().max(2_000).optional(),
  service: z.string().max(64).optional().describe('the service that the post is about, where the collector knows'),
  repostOf: z.string().max(512).optional().describe('id of the post that this one repeats'),
  replyTo: z.string().max(512).optional(),
  region: z.string().regex(/^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$/).optional().describe('ISO 3166 code, from the source itself, else unknown'),
});

export type Post = z.infer<typeof postSchema>;

const fields = ['lang', 'source', 'url', 'service', 'repostOf', 'replyTo', 'region'] as const;

/**
 * A stranger's JSON value as a Post, or the reason why it is none. `ts` may be ISO 8601 with a zone or ms. A text over
 * maxTextLength is cut; an optional field of the wrong kind is left out. By hand, because it stands on the hot path:
 * a property test holds it against the schema.
 */
export function readPost(value: unknown): { post: Post } | { reason: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { reason: 'not-an-object' };
  const raw = value as Record<string, unknown>;
  const id = typeof raw['id'] === 'number' ? String(raw['id']) : raw['id'];
  if (typeof id !== 'string' || id === '' || id.length > 512) return { reason: 'no-id' };
  if (typeof raw['text'] !== 'string') return { reason: 'no-text' };
  const ts = readTime(raw['ts']);
  if (ts === undefined) return { reason: raw['ts'] === undefined ? 'no-ts' : 'bad-ts' };
  // collections without authors exist: each post then stands for one person
  const author = typeof raw['author'] === 'number' ? String(raw['author']) : (raw['author'] ?? `post:${id.slice(0, 500)}`);
  if (typeof author !== 'string' || author === '' || author.length > 512) return { reason: 'bad-author' };
  const post: Post = { id, ts, text: raw['text'].length > maxTextLength ? raw['text'].slice(0, maxTextLength) : raw['text'], author };
  for (const field of fields) {
    const one = raw[field];
    if (typeof one === 'string' && one !== '' && postSchema.shape[field].safeParse(one).success) post[field] = one;
  }
  return { post };
}

/** Seconds since 1970 are smaller than this until the year 5138, ms greater since 1973, before which nobody posted. */
export const secondsBelow = 100_000_000_000;

const isoTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/** ms since 1970 of an ISO 8601 time with a zone, or of a whole number of ms; undefined for anything else. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 && value < 8.64e15 ? value : undefined;
  if (typeof value !== 'string' || !isoTime.test(value)) return undefined;
  const ms = Date.parse(value.replace(',', '.'));
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}
