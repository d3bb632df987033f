// From any tool's JSON to posts: where in it the posts stand, and which of its fields is what. Pure.
import { z } from 'zod';
import { readPost, secondsBelow, type Post } from '../../../shared/post.ts';

const pathSchema = z.string().min(1).max(200).describe('names joined by dots, `tags.0` for the first of a list');
const several = z.union([pathSchema, z.array(pathSchema).min(1).max(8)]);

export const fieldsSchema = z.strictObject({
  id: several.default('id').describe("the post's own id; several: the first that is there"),
  text: several.default('text').describe('what was written; several are joined, so that subject and body are read together'),
  author: several.default('author').describe('who wrote it: stored as a keyed hash only'),
  ts: several.default('ts').describe('when: ISO 8601, an email date, seconds or ms; the time of arrival without it'),
  lang: several.default('lang').describe('language of the post, BCP 47'),
  url: several.default('url').describe("the post's address"),
  service: several.default('service').describe('the service that it is about, where the tool knows'),
  region: several.default('region').describe('ISO 3166'),
  replyTo: several.default('replyTo').describe('id of the post that it answers'),
  repostOf: several.default('repostOf').describe('id of the post that it repeats'),
});
export type Fields = z.infer<typeof fieldsSchema>;

/** The value at a path; undefined where there is none. A stranger's key never reaches what every object has. */
export function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

const listOf = (paths: string | readonly string[]): readonly string[] => (typeof paths === 'string' ? [paths] : paths);

function firstAt(value: unknown, paths: string | readonly string[]): unknown {
  for (const path of listOf(paths)) {
    const found = valueAt(value, path);
    if (found !== undefined && found !== null && found !== '') return found;
  }
  return undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined);

/** A time in any of the forms that tools send, ms; undefined for what is none. */
export function looseTime(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{9,13}(\.\d{1,6})?$/.test(value) ? Number(value) : value;
  if (typeof number === 'number') return Number.isFinite(number) && number > 0 ? Math.floor(number < secondsBelow ? number * 1000 : number) : undefined;
  if (typeof value !== 'string' || value.length > 64) return undefined;
  // without a zone the reader's own would be taken
  if (!/(?:Z|[+-]\d{2}:?\d{2}|GMT|UTC)(?:\s*\([^)]*\))?$/i.test(value.trim())) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}

/** The posts' values in a body: the body itself, or what stands at `items`; undefined: nothing stands there. */
export function itemsOf(body: unknown, items: string | undefined): readonly unknown[] | undefined {
  const found = items === undefined ? body : valueAt(body, items);
  return Array.isArray(found) ? found : found === undefined || found === null ? undefined : [found];
}

/** One value as a post, or why it is none. `now` in ms; `idFor` names a post that has no id of its own; `service` where it says none. */
export function postFrom(item: unknown, fields: Fields, { now, service, idFor }: { now: number; service: string | undefined; idFor: (text: string) => string }): { post: Post } | { reason: string } {
  if (typeof item !== 'object' || item === null) return { reason: 'not-an-object' };
  const parts = listOf(fields.text).map((path) => textOf(valueAt(item, path))).filter((part) => part !== undefined && part.trim() !== '');
  if (parts.length === 0) return { reason: 'no-text' };
  const text = parts.join('\n');
  const given = firstAt(item, fields.ts);
  const ts = given === undefined ? now : looseTime(given);
  if (ts === undefined) return { reason: 'bad-ts' };
  return readPost({
    text, ts,
    id: textOf(firstAt(item, fields.id)) ?? idFor(text),
    author: textOf(firstAt(item, fields.author)),
    lang: textOf(firstAt(item, fields.lang)),
    url: textOf(firstAt(item, fields.url)),
    service: textOf(firstAt(item, fields.service)) ?? service,
    region: textOf(firstAt(item, fields.region)),
    replyTo: textOf(firstAt(item, fields.replyTo)),
    repostOf: textOf(firstAt(item, fields.repostOf)),
  });
}
