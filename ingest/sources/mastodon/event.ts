// One message of a Mastodon stream, and one status of its REST answers, as values. Pure. What has been seen before, and
// what is done with an edit, is not decided here.
import { maxTextLength, readTime } from '../../../shared/post.ts';
import { parseJson } from '../../json.ts';
import { textOfHtml } from './text.ts';

/** A message longer than this is no post: servers allow some thousand letters. */
export const maxMessageBytes = 1 << 20;

export interface Status {
  /** The instance's own id, by which a deletion names it. */
  readonly localId: string;
  /** The same on every instance; it holds the author's name. */
  readonly uri: string;
  /** ms by the instance's clock: its place in the instance's timelines. */
  readonly placeMs: number;
  /** ms: when it was written, by its author's server, never later than the instance got it. */
  readonly createdMs: number;
  /** ms: its last edit. */
  readonly editedMs: number | undefined;
  /** The author's address, the same on every instance. */
  readonly author: string;
  readonly text: string;
  readonly lang: string | undefined;
  readonly url: string | undefined;
  /** Local id of the post that it answers. */
  readonly replyTo: string | undefined;
  /** Address of the post that it repeats. */
  readonly repostOf: string | undefined;
}

export type StreamMessage =
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'deletion'; readonly localId: string }
  /** The server turns something down: all streams of this token, or one. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'past'; readonly reason: string }
  | { readonly kind: 'bad'; readonly reason: string };

const bad = (reason: string): { kind: 'bad'; reason: string } => ({ kind: 'bad', reason });
const idForm = /^[\w-]{1,64}$/;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const word = (value: unknown, max: number): string | undefined => (typeof value === 'string' && value !== '' && value.length <= max ? value : undefined);

/** Mastodon's ids are times: ms since 1970 times 2^16. Other servers have other ids, whose times would be absurd. */
const firstIdMs = Date.UTC(2016, 0, 1);
const lastIdMs = Date.UTC(2100, 0, 1);

/** The time in an id, ms by the instance's clock; undefined where it holds none. */
export function timeOfId(id: string): number | undefined {
  if (!/^\d{15,19}$/.test(id)) return undefined;
  const ms = Number(BigInt(id) >> 16n);
  return ms >= firstIdMs && ms < lastIdMs ? ms : undefined;
}

/** The id that comes before every post of the time `ms`, for servers whose ids are times. */
export function idBefore(ms: number): string {
  return String((BigInt(Math.floor(ms)) << 16n) - 1n);
}

/** Who wrote it, by the address that all instances share; they may write its host in other letters. */
function authorOf(account: unknown): string | undefined {
  if (!isObject(account)) return undefined;
  const address = word(account['url'], 500) ?? word(account['uri'], 500);
  return address ?? word(account['acct'], 500);
}

/**
 * Reads a status. Reasons: not-a-status, not-public, bad-id, no-uri, no-time, bad-author, no-text. A repost brings the text
 * of what it repeats. Never throws.
 */
export function readStatus(value: unknown): { status: Status } | { reason: string } {
  if (!isObject(value)) return { reason: 'not-a-status' };
  const { visibility } = value;
  if (visibility !== undefined && visibility !== 'public' && visibility !== 'unlisted') return { reason: 'not-public' };
  const localId = value['id'];
  if (typeof localId !== 'string' || !idForm.test(localId)) return { reason: 'bad-id' };
  const uri = word(value['uri'], 1_000);
  if (uri === undefined) return { reason: 'no-uri' };
  const createdMs = readTime(value['created_at']);
  if (createdMs === undefined) return { reason: 'no-time' };
  const author = authorOf(value['account']);
  if (author === undefined) return { reason: 'bad-author' };
  const repeated = isObject(value['reblog']) ? value['reblog'] : undefined;
  const said = repeated ?? value;
  const content = said['content'];
  if (typeof content !== 'string') return { reason: 'no-text' };
  const warning = word(said['spoiler_text'], maxTextLength);
  const body = textOfHtml(content.length > 16 * maxTextLength ? content.slice(0, 16 * maxTextLength) : content);
  const placeMs = timeOfId(localId) ?? createdMs;
  return {
    status: {
      localId, uri, placeMs,
      // the id is made a moment before or after
      createdMs: createdMs > placeMs + 1_000 ? placeMs : createdMs,
      editedMs: readTime(value['edited_at']),
      author,
      text: (warning === undefined ? body : `${warning}\n${body}`).slice(0, maxTextLength),
      lang: word(said['language'], 35),
      url: word(value['url'], 2_000),
      replyTo: word(value['in_reply_to_id'], 64),
      repostOf: repeated === undefined ? undefined : word(repeated['uri'], 1_000),
    },
  };
}

const events = new Set(['notification', 'filters_changed', 'conversation', 'announcement', 'announcement.reaction', 'announcement.delete', 'notifications_merged']);

/**
 * Reads one message as it came off the socket. Never throws. Reasons of `bad`: binary, too-long, not-json, not-an-event,
 * payload-not-json and those of readStatus. Reasons of `past`: other-event, not-public.
 */
export function readStreamMessage(data: Buffer, binary: boolean): StreamMessage {
  if (binary) return bad('binary');
  if (data.length > maxMessageBytes) return bad('too-long');
  const value = parseJson(data.toString('utf8'));
  if (value === undefined) return bad('not-json');
  if (!isObject(value)) return bad('not-an-event');
  const { event, payload, error, status } = value;
  if (typeof error === 'string') return { kind: 'refused', status: typeof status === 'number' && Number.isInteger(status) ? status : 400 };
  if (event === 'delete') return typeof payload === 'string' && idForm.test(payload) ? { kind: 'deletion', localId: payload } : bad('bad-id');
  if (event !== 'update' && event !== 'status.update') return typeof event === 'string' && events.has(event) ? { kind: 'past', reason: 'other-event' } : bad('not-an-event');
  if (typeof payload !== 'string') return bad('payload-not-json');
  const told = parseJson(payload);
  if (told === undefined) return bad('payload-not-json');
  const read = readStatus(told);
  if ('status' in read) return { kind: 'status', status: read.status };
  return read.reason === 'not-public' ? { kind: 'past', reason: read.reason } : bad(read.reason);
}
