// One message of a Jetstream in its v2 dialect (subprotocol xrpc.v1.json) as the same value as in v1. Pure.
import { bad, fieldsOf, readCommit, readEnvelope, type JetstreamEvent } from './event.ts';

const messagePrefix = 'network.bsky.jetstream.subscribeEvents#';
const timeForm = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** Microseconds since 1970 of an ISO 8601 time in UTC, all of its six decimals; undefined for anything else. */
export function microsecondsOf(value: unknown): number | undefined {
  const found = typeof value === 'string' ? timeForm.exec(value) : null;
  if (found === null) return undefined;
  const seconds = Date.parse(`${found[1]!}Z`);
  const us = seconds * 1000 + Number((found[2] ?? '').slice(0, 6).padEnd(6, '0'));
  return Number.isSafeInteger(us) && us > 0 ? us : undefined;
}

/**
 * Reads one message as it came off the socket, unpacked. Never throws. Reasons as in v1, and of `bad` also: server-info, a
 * notice that carries no event.
 */
export function readJetstreamEventV2(message: Buffer, binary: boolean): JetstreamEvent {
  const frame = readEnvelope(message, binary);
  if (typeof frame === 'string') return bad(frame);
  if (frame['$type'] === 'error') {
    const word = frame['error'];
    return { kind: 'end', word: typeof word === 'string' && /^[A-Za-z]{1,40}$/.test(word) ? word : 'error' };
  }
  if (frame['$type'] !== 'message') return bad('not-an-event');
  const event = fieldsOf(frame['payload']);
  const type = event['$type'];
  if (typeof type !== 'string' || !type.startsWith(messagePrefix)) return bad('not-an-event');
  const kind = type.slice(messagePrefix.length);
  if (kind === 'info') return bad('server-info');
  // the place in the stream is when this server saw it, which an import of old times does not change
  const timeUs = microsecondsOf(event['witnessedAt']) ?? microsecondsOf(event['time']);
  if (timeUs === undefined) return bad('no-time');
  if (kind === 'commit') return readCommit(timeUs, event['did'], event);
  return { kind: 'past', timeUs, reason: kind === 'identity' || kind === 'account' ? kind : 'other-kind' };
}
