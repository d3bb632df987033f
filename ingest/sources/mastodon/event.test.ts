import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { idBefore, readStatus, readStreamMessage, timeOfId } from './event.ts';

const status = (more: object = {}) => ({
  id: '117020593134559451', created_at: '2026-08-01T13:55:46.609Z', visibility: 'public', language: 'ja', uri: 'https://a.example/users/b/statuses/1', url: 'https://a.example/@b/1',
  edited_at: null, reblog: null, spoiler_text: '', in_reply_to_id: null, content: '<p>down?</p>', account: { acct: 'b', url: 'https://a.example/@b' }, ...more,
});
const update = (event: string, payload: unknown) => Buffer.from(JSON.stringify({ stream: ['public'], event, payload }));

test('an id is a time, as instances make them: within a moment of the one that is told', () => {
  expect(timeOfId('117020593134559451')).toBe(Date.parse('2026-08-01T13:55:46.608Z'));
  expect(timeOfId(idBefore(1_785_592_546_609))).toBe(1_785_592_546_608);
  for (const id of ['7', '9tAbCd', '01ARZ3NDEKTSV4RRFFQ69G5FAV', '9999999999999999999']) expect(timeOfId(id)).toBeUndefined();
});

test('a status is read from its string, with its author as all instances know them', () => {
  expect(readStreamMessage(update('update', JSON.stringify(status({ in_reply_to_id: '5', edited_at: '2026-08-01T14:00:00.000Z' }))), false)).toEqual({
    kind: 'status',
    status: {
      localId: '117020593134559451', uri: 'https://a.example/users/b/statuses/1', placeMs: 1_785_592_546_608, createdMs: 1_785_592_546_609, editedMs: 1_785_592_800_000,
      author: 'https://a.example/@b', text: 'down?', lang: 'ja', url: 'https://a.example/@b/1', replyTo: '5', repostOf: undefined,
    },
  });
});

test('deletions, refusals and what is about no post are told apart', () => {
  expect(readStreamMessage(update('delete', '117020593134559451'), false)).toEqual({ kind: 'deletion', localId: '117020593134559451' });
  expect(readStreamMessage(Buffer.from('{"error":"Unknown stream type","status":400}'), false)).toEqual({ kind: 'refused', status: 400 });
  expect(readStreamMessage(update('announcement', '{}'), false)).toEqual({ kind: 'past', reason: 'other-event' });
  expect(readStreamMessage(update('update', JSON.stringify(status({ visibility: 'private' }))), false)).toEqual({ kind: 'past', reason: 'not-public' });
});

test('a text is never longer than a post may be, however it came', () => {
  const read = readStatus(status({ spoiler_text: 'a'.repeat(4_000), content: `<p>${'b<br>'.repeat(100_000)}</p>` }));
  expect('status' in read && read.status.text.length).toBe(4_000);
});

test('any message is an event or a reason', () => {
  const any = fc.record({ id: fc.oneof(fc.constant('7'), fc.anything()), uri: fc.oneof(fc.constant('x'), fc.anything()), created_at: fc.oneof(fc.constant('2026-08-01T13:55:46.609Z'), fc.anything()), content: fc.anything(), account: fc.anything(), reblog: fc.anything(), visibility: fc.oneof(fc.constant('public'), fc.anything()) }, { requiredKeys: [] });
  const text = (value: unknown): string => {
    try {
      return JSON.stringify(value) ?? '{';
    } catch {
      return '{';
    }
  };
  const message = fc.oneof(fc.uint8Array().map((one) => Buffer.from(one)), fc.json().map((one) => Buffer.from(one)), fc.tuple(fc.constantFrom('update', 'status.update', 'delete', 'x'), fc.oneof(any.map(text), fc.anything().map(text))).map(([event, payload]) => update(event, payload)));
  fc.assert(fc.property(message, fc.boolean(), (bytes, binary) => {
    expect(['status', 'deletion', 'refused', 'past', 'bad']).toContain(readStreamMessage(bytes, binary).kind);
  }), { seed: 1, numRuns: 3_000 });
});
