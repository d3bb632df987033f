import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJetstreamEvent } from './event.ts';

const event = (commit: object, more: object = {}) =>
  Buffer.from(JSON.stringify({ did: 'did:plc:abc', time_us: 1_779_719_009_157_119, kind: 'commit', commit: { rev: 'r', operation: 'create', collection: 'app.bsky.feed.post', rkey: 'k', ...commit }, ...more }));

test('a created post is read with its languages and what it answers', () => {
  expect(readJetstreamEvent(event({ record: { text: 'down?', langs: ['de', 7], reply: { parent: { uri: 'at://did:plc:x/app.bsky.feed.post/y' } } } }), false)).toEqual({
    kind: 'post', timeUs: 1_779_719_009_157_119, key: 'did:plc:abc/k/r', did: 'did:plc:abc', rkey: 'k', text: 'down?', langs: ['de'], replyTo: 'at://did:plc:x/app.bsky.feed.post/y',
  });
});

test('a deletion is told by the same author and key as its post', () => {
  expect(readJetstreamEvent(event({ operation: 'delete' }), false)).toMatchObject({ kind: 'deletion', did: 'did:plc:abc', rkey: 'k' });
});

test('ids that could be more than ids are refused', () => {
  for (const did of ['x', 'did:plc:', 'did:plc:a/b', 'did:plc:<b>', 'did:plc:a b', 7, null]) expect(readJetstreamEvent(event({ record: { text: 'a' } }, { did }), false)).toEqual({ kind: 'bad', reason: 'bad-author' });
  for (const rkey of ['', 'a/b', '../..', 'a?b', 'k\n', 'x'.repeat(513), null]) expect(readJetstreamEvent(event({ rkey, record: { text: 'a' } }), false)).toEqual({ kind: 'bad', reason: 'bad-key' });
});

test('any message is an event or a reason', () => {
  const commit = fc.record({ rev: fc.anything(), operation: fc.oneof(fc.constantFrom('create', 'delete', 'update'), fc.anything()), collection: fc.constantFrom('app.bsky.feed.post', 'x'), rkey: fc.oneof(fc.constant('k'), fc.anything()), record: fc.oneof(fc.anything(), fc.record({ text: fc.anything(), langs: fc.anything(), reply: fc.anything() })) }, { requiredKeys: [] });
  const message = fc.oneof(
    fc.uint8Array().map((one) => Buffer.from(one)),
    fc.json().map((one) => Buffer.from(one)),
    fc.record({ did: fc.constantFrom('did:plc:a', 'x'), time_us: fc.oneof(fc.nat(), fc.anything()), kind: fc.constantFrom('commit', 'identity', 'account', 'x'), commit: fc.oneof(commit, fc.anything()) }).map((one) => {
      try {
        return Buffer.from(JSON.stringify(one));
      } catch {
        return Buffer.from('{');
      }
    }),
  );
  fc.assert(fc.property(message, fc.boolean(), (bytes, binary) => {
    expect(['post', 'deletion', 'past', 'bad']).toContain(readJetstreamEvent(bytes, binary).kind);
  }), { seed: 1, numRuns: 3_000 });
});
