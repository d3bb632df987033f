// One message of a Jetstream as a value: a post, a deletion, something that is read past, or nothing that can be read.
// Pure. What has been seen before is not decided here. The v2 dialect's envelope is in event-v2.ts.
import { parseJson } from '../../json.ts';

/** A message longer than this is no post: Bluesky's own bound on a text is 3,000 bytes. */
export const maxMessageBytes = 1 << 20;
export const postCollection = 'app.bsky.feed.post';

interface Told {
  /** When the server saw it, microseconds since 1970: its place in the stream. */
  readonly timeUs: number;
}

/** `key` tells events apart whichever instance sends them; `did` and `rkey` are of a form that is safe in an address. */
export type JetstreamEvent =
  | (Told & { kind: 'post'; key: string; did: string; rkey: string; text: string; langs: readonly string[]; replyTo: string | undefined })
  | (Told & { kind: 'deletion'; key: string; did: string; rkey: string })
  | (Told & { kind: 'past'; reason: string })
  /** The server ends the stream, and says why in a word. */
  | { kind: 'end'; word: string }
  | { kind: 'bad'; reason: string };

const didForm = /^did:[a-z]{1,16}:[A-Za-z0-9._:%-]{1,256}$/;
const rkeyForm = /^[A-Za-z0-9._:~-]{1,512}$/;

export const bad = (reason: string): JetstreamEvent => ({ kind: 'bad', reason });
export const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

/** The at:// address of a post. */
export function postUri(did: string, rkey: string): string {
  return `at://${did}/${postCollection}/${rkey}`;
}

/**
 * Reads one message as it came off the socket. Never throws. Reasons of `bad`: binary, too-long, not-json,
 * not-an-event, no-time, bad-author, bad-key, no-text. Reasons of `past`: identity, account, update, other-collection,
 * other-kind.
 */
export function readJetstreamEvent(message: Buffer, binary: boolean): JetstreamEvent {
  const event = readEnvelope(message, binary);
  if (typeof event === 'string') return bad(event);
  const timeUs = event['time_us'];
  if (typeof timeUs !== 'number' || !Number.isSafeInteger(timeUs) || timeUs <= 0) return bad('no-time');
  const kind = event['kind'];
  if (kind === 'identity' || kind === 'account') return { kind: 'past', timeUs, reason: kind };
  if (kind !== 'commit') return { kind: 'past', timeUs, reason: 'other-kind' };
  return readCommit(timeUs, event['did'], fieldsOf(event['commit']));
}

/** The object that a message is, or the reason why it is none. */
export function readEnvelope(message: Buffer, binary: boolean): Record<string, unknown> | string {
  if (binary) return 'binary';
  if (message.length > maxMessageBytes) return 'too-long';
  const value = parseJson(message.toString('utf8'));
  if (value === undefined) return 'not-json';
  return typeof value !== 'object' || value === null || Array.isArray(value) ? 'not-an-event' : (value as Record<string, unknown>);
}

/** What a commit does to a post; both dialects tell it with the same fields. */
export function readCommit(timeUs: number, did: unknown, commit: Record<string, unknown>): JetstreamEvent {
  const { operation, collection, rkey, rev } = commit;
  if (collection !== postCollection) return { kind: 'past', timeUs, reason: 'other-collection' };
  if (operation === 'update') return { kind: 'past', timeUs, reason: 'update' };
  if (typeof did !== 'string' || !didForm.test(did)) return bad('bad-author');
  if (typeof rkey !== 'string' || !rkeyForm.test(rkey)) return bad('bad-key');
  const key = `${did}/${rkey}/${typeof rev === 'string' ? rev.slice(0, 64) : ''}`;
  if (operation === 'delete') return { kind: 'deletion', timeUs, key, did, rkey };
  if (operation !== 'create') return { kind: 'past', timeUs, reason: 'other-kind' };
  const record = fieldsOf(commit['record']);
  const text = record['text'];
  if (typeof text !== 'string') return bad('no-text');
  const langs = Array.isArray(record['langs']) ? record['langs'].slice(0, 8).filter((one): one is string => typeof one === 'string') : [];
  const parent = fieldsOf(fieldsOf(record['reply'])['parent'])['uri'];
  const replyTo = typeof parent === 'string' && parent.startsWith('at://') && parent.length <= 1_000 ? parent : undefined;
  return { kind: 'post', timeUs, key, did, rkey, text, langs, replyTo };
}
