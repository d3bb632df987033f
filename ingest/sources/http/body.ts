// Bodies of the HTTP source as posts: one post, a JSON array, NDJSON lines, or a person's own report. Pure: what is
// missing is filled in from arguments, what is wrong is a reason. Nothing is taken here.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readPost, secondsBelow, type Post } from '../../../shared/post.ts';
import { symptomSchema } from '../../../shared/report.ts';
import { serviceIdPattern } from '../../../shared/service.ts';
import { jsonOf, parseJson } from '../../json.ts';

/** One entry of a body, by its line (NDJSON) or its place in the array, from 1. */
export type Entry = { line: number; post: Post } | { line: number; reason: string };

export interface PostsBody {
  /** The body was a single post, and is answered as one. */
  readonly single: boolean;
  readonly entries: readonly Entry[];
}

/** What is neither a text nor a number makes no post, and may be nested deeper than can be written. */
function hash(parts: readonly unknown[]): string {
  const plain = parts.map((part) => (typeof part === 'object' ? null : part));
  return createHash('sha256').update(JSON.stringify(plain)).digest('base64url').slice(0, 20);
}

/**
 * A stranger's value as an entry. Without a time it is of `now` (ms); without an id it gets `http-` and `keyed`, the name
 * that the request's key gives it, or a hash of what it says.
 */
function entryOf(line: number, value: unknown, now: number, keyed: string | undefined): Entry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { line, reason: 'not-an-object' };
  const raw = { ...value } as Record<string, unknown>;
  if (raw['ts'] === undefined || raw['ts'] === null) raw['ts'] = now;
  else if (typeof raw['ts'] === 'number' && raw['ts'] > 0 && raw['ts'] < secondsBelow) return { line, reason: 'ts-in-seconds' };
  if (raw['id'] === undefined || raw['id'] === null) raw['id'] = `http-${keyed ?? hash([raw['ts'], raw['author'], raw['text'], raw['service']])}`;
  const read = readPost(raw);
  return 'post' in read ? { line, post: read.post } : { line, reason: read.reason };
}

/** Reads the body of POST /v1/posts. Undefined: the whole of it is no JSON. `key`: short name of the request, for ids. */
export function readPostsBody(bytes: Uint8Array, ndjson: boolean, now: number, key: string | undefined): PostsBody | undefined {
  const text = new TextDecoder().decode(bytes);
  const keyed = (i: number) => (key === undefined ? undefined : `${key}-${i}`);
  if (ndjson) {
    const entries = text.split('\n').flatMap((line, i): Entry[] => {
      if (line.trim() === '') return [];
      const value = parseJson(line);
      return [value === undefined ? { line: i + 1, reason: 'not-json' } : entryOf(i + 1, value, now, keyed(i + 1))];
    });
    return { single: false, entries };
  }
  const value = parseJson(text);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return { single: true, entries: [entryOf(1, value, now, key)] };
  return { single: false, entries: value.map((one: unknown, i) => entryOf(i + 1, one, now, keyed(i + 1))) };
}

const reportSchema = z.object({
  service: z.string().regex(serviceIdPattern, 'the id of a service'),
  kind: symptomSchema.nullish(),
  region: z.string().regex(/^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$/, 'an ISO 3166 code').nullish(),
  note: z.string().max(280).nullish(),
});

/** A person's own report. */
export interface OwnReport {
  readonly service: string;
  /** Their note, else the kind that they chose, else nothing. */
  readonly text: string;
  readonly region: string | undefined;
}

/** Reads the body of POST /v1/reports, or says in words what is wrong with it. */
export function readReportBody(bytes: Uint8Array): { report: OwnReport } | { problem: string } {
  const value = jsonOf(bytes);
  if (value === undefined) return { problem: 'the body is not JSON' };
  const read = reportSchema.safeParse(value);
  if (!read.success) return { problem: read.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ') };
  const { service, kind, region, note } = read.data;
  return { report: { service, text: (note ?? '').trim() || (kind ?? ''), region: region?.toUpperCase() } };
}
