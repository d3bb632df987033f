import { expect, test } from 'vitest';
import { microsecondsOf, readJetstreamEventV2 } from './event-v2.ts';
import { createLag } from './lag.ts';
import { dictionaryIdOf, zstdPacking } from './packing.ts';

const frame = (payload: object, kind = 'commit') => Buffer.from(JSON.stringify({ $type: 'message', payload: { $type: `network.bsky.jetstream.subscribeEvents#${kind}`, seq: 7, did: 'did:plc:abc', time: '2026-08-11T12:34:56.123456Z', rev: 'r', ...payload } }));

test('a time keeps its microseconds, and what is none is none', () => {
  expect(microsecondsOf('2026-08-11T12:34:56.123456Z')).toBe(Date.parse('2026-08-11T12:34:56Z') * 1000 + 123_456);
  expect(microsecondsOf('2026-08-11T12:34:56.1Z')).toBe(Date.parse('2026-08-11T12:34:56Z') * 1000 + 100_000);
  for (const value of ['2026-08-11', '2026-08-11T12:34:56+02:00', '2026-13-11T12:34:56Z', 7, null]) expect(microsecondsOf(value)).toBeUndefined();
});

test('a created post is read as in v1, at the time when the server saw it', () => {
  const post = { operation: 'create', collection: 'app.bsky.feed.post', rkey: 'k', record: { text: 'down?', langs: ['de'] } };
  expect(readJetstreamEventV2(frame({ ...post, witnessedAt: '2026-08-11T12:35:00Z' }), false)).toEqual({
    kind: 'post', timeUs: Date.parse('2026-08-11T12:35:00Z') * 1000, key: 'did:plc:abc/k/r', did: 'did:plc:abc', rkey: 'k', text: 'down?', langs: ['de'], replyTo: undefined,
  });
  expect(readJetstreamEventV2(frame({ operation: 'delete', collection: 'app.bsky.feed.post', rkey: 'k' }), false)).toMatchObject({ kind: 'deletion', did: 'did:plc:abc', rkey: 'k' });
  expect(readJetstreamEventV2(frame({}, 'sync'), false)).toMatchObject({ kind: 'past', reason: 'other-kind' });
});

test('an end is a word, whatever else it says, and a notice is no event', () => {
  expect(readJetstreamEventV2(Buffer.from('{"$type":"error","error":"ConsumerTooSlow","message":"x"}'), false)).toEqual({ kind: 'end', word: 'ConsumerTooSlow' });
  expect(readJetstreamEventV2(Buffer.from('{"$type":"error","error":"<script>"}'), false)).toEqual({ kind: 'end', word: 'error' });
  expect(readJetstreamEventV2(frame({ name: 'OutdatedCursor' }, 'info'), false)).toEqual({ kind: 'bad', reason: 'server-info' });
  for (const text of ['{}', '[]', '{"$type":"message"}', '{"$type":"message","payload":{"$type":"other#commit"}}']) expect(readJetstreamEventV2(Buffer.from(text), false).kind).toBe('bad');
});

test('a lag is the greatest of the newest events, and old ones go', () => {
  const lag = createLag();
  expect(lag.greatest()).toBeUndefined();
  lag.note(9_000);
  for (let i = 0; i < 499; i++) lag.note(i % 100);
  expect(lag.greatest()).toBe(9_000);
  for (let i = 0; i < 1_000; i++) lag.note(-50);
  expect(lag.greatest()).toBe(-50);
});

test('bytes that are no dictionary make no packing', () => {
  expect(dictionaryIdOf(Uint8Array.of(0x37, 0xa4, 0x30, 0xec, 7, 0, 0, 0))).toBe(7);
  for (const bytes of [[], [0x37, 0xa4, 0x30, 0xec], [0x37, 0xa4, 0x30, 0xec, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6, 7, 8]]) expect(zstdPacking(Uint8Array.from(bytes))).toBeUndefined();
});
