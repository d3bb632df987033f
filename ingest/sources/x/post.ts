// One message of X's stream, or one post of its search, as a value: a post, problems, or nothing that can be read. Pure.
// What has been seen before, and which version of an edited post holds, is not decided here.
import { maxTextLength, readTime, type Post } from '../../../shared/post.ts';
import { isXId, xIdTimeMs } from './id.ts';

/** What to ask for: the fields that are read here. */
export const postFields = {
  'tweet.fields': 'author_id,created_at,edit_history_tweet_ids,geo,lang,note_tweet,referenced_tweets',
  expansions: 'geo.place_id',
  'place.fields': 'country_code',
} as const;

export interface XProblem {
  /** The last part of its type, where it is one that is known; else `other`. */
  readonly type: string;
  /** X ends the connection after it. */
  readonly disconnects: boolean;
}

export interface XPost {
  readonly kind: 'post';
  /** `author` is X's id of the author; `url` is given, whoever hands it over may leave it out. */
  readonly post: Post;
  /** Ids of all versions of it, the oldest first; its own alone where it was never edited. */
  readonly versions: readonly string[];
  /** The rules that picked it; none for a post from search. */
  readonly rules: readonly { readonly id: string; readonly tag: string }[];
  /** It came with problems beside it: something that it refers to could not be shown. */
  readonly partial: boolean;
}

export type XMessage = XPost | { readonly kind: 'problems'; readonly problems: readonly XProblem[] } | { readonly kind: 'bad'; readonly reason: string };

/** X's own problem types; each is a reason of its own. */
export const problemTypes: ReadonlySet<string> = new Set([
  'invalid-request', 'resource-not-found', 'not-authorized-for-resource', 'client-forbidden', 'usage-capped', 'rate-limit-exceeded', 'streaming-connection', 'rule-cap', 'invalid-rules',
  'duplicate-rules', 'operational-disconnect', 'client-disconnected', 'disallowed-resource', 'unsupported-authentication',
]);

/** X's codes for "no language". */
const noLanguage = /^(und|zxx|art|q[a-z]{2})$/;
/** X keeps codes that ISO 639 has given up. */
const newCodes: Readonly<Record<string, string>> = { in: 'id', iw: 'he', ji: 'yi' };
const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
/** An id's time and `created_at`, which is cut to the second or not, are of the same moment when closer than this. */
const sameMomentMs = 2_000;
const maxVersions = 16;
const maxRules = 64;

const bad = (reason: string): XMessage => ({ kind: 'bad', reason });
const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A problem of X's, told by its type; never throws. */
export function readXProblem(value: unknown): XProblem {
  const { type, title, disconnect_type } = fieldsOf(value);
  const last = typeof type === 'string' ? type.slice(type.lastIndexOf('/') + 1).slice(type.slice(type.lastIndexOf('/') + 1).lastIndexOf('#') + 1) : '';
  const named = problemTypes.has(last) ? last : typeof title === 'string' && problemTypes.has(title) ? title : 'other';
  return { type: named, disconnects: named === 'operational-disconnect' || typeof disconnect_type === 'string' };
}

/** When it was posted: by its id to the ms, by `created_at` where the two don't agree. */
function timeOf(id: string, createdAt: unknown, edited: boolean): number {
  const byId = xIdTimeMs(id);
  const created = readTime(createdAt);
  // an edit has an id of its own time, and `created_at` may be that of the first version
  return created === undefined || edited || Math.abs(byId - created) < sameMomentMs ? byId : created;
}

function regionOf(geo: unknown, includes: unknown): string | undefined {
  const placeId = fieldsOf(geo)['place_id'];
  if (typeof placeId !== 'string') return undefined;
  const place = listOf(fieldsOf(includes)['places']).map(fieldsOf).find((one) => one['id'] === placeId);
  const code = place?.['country_code'];
  return typeof code === 'string' && /^[A-Za-z]{2}$/.test(code) ? code.toUpperCase() : undefined;
}

function langOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(value) || noLanguage.test(value)) return undefined;
  return newCodes[value] ?? value;
}

function referencesOf(value: unknown): { repostOf?: string; replyTo?: string } {
  const found: { repostOf?: string; replyTo?: string } = {};
  for (const one of listOf(value).slice(0, 8).map(fieldsOf)) {
    const { type, id } = one;
    if (!isXId(id)) continue;
    if (type === 'retweeted') found.repostOf = id;
    else if (type === 'replied_to') found.replyTo = id;
  }
  return found;
}

/**
 * Reads `{data, includes, matching_rules, errors}` as X sends it. Never throws. Reasons of `bad`: not-an-object, no-id,
 * no-text, no-post (neither a post nor problems).
 */
export function readXMessage(message: unknown): XMessage {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return bad('not-an-object');
  const { data, includes, matching_rules, errors } = message as Record<string, unknown>;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const problems = listOf(errors).slice(0, 16).map(readXProblem);
    return problems.length === 0 ? bad('no-post') : { kind: 'problems', problems };
  }
  const fields = fieldsOf(data);
  const { id, author_id } = fields;
  if (!isXId(id)) return bad('no-id');
  const long = fieldsOf(fields['note_tweet'])['text'];
  const text = typeof long === 'string' && long !== '' ? long : fields['text'];
  if (typeof text !== 'string') return bad('no-text');
  const earlier = listOf(fields['edit_history_tweet_ids']).filter(isXId).slice(-maxVersions);
  const versions = earlier.includes(id) ? earlier : [...earlier, id];
  const ts = timeOf(id, fields['created_at'], versions[0] !== id);
  const lang = langOf(fields['lang']);
  const region = regionOf(fields['geo'], includes);
  return {
    kind: 'post',
    post: {
      id, ts,
      text: text.slice(0, maxTextLength).replace(/&(?:amp|lt|gt);/g, (one) => entities[one]!),
      author: isXId(author_id) ? author_id : `post:${id}`,
      url: `https://x.com/i/status/${id}`,
      ...(lang === undefined ? {} : { lang }),
      ...(region === undefined ? {} : { region }),
      ...referencesOf(fields['referenced_tweets']),
    },
    versions,
    rules: listOf(matching_rules).slice(0, maxRules).map(fieldsOf).map(({ id: rule, tag }) => ({ id: String(rule), tag: typeof tag === 'string' ? tag : '' })),
    partial: listOf(errors).length > 0,
  };
}
