import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTelegramUpdate } from './update.ts';

const message = { message_id: 5, date: 1_777_836_600, from: { id: 77, is_bot: false }, chat: { id: -100_1, type: 'supergroup' }, text: 'WhatsApp is down' };

test('a message of a group is a post; without a public name of the group it has no address', () => {
  expect(readTelegramUpdate({ update_id: 9, message })).toEqual({ kind: 'post', update: 9, chat: -1001, post: { id: 'tg--1001-5', ts: 1_777_836_600_000, text: 'WhatsApp is down', author: '77' } });
  expect(readTelegramUpdate({ update_id: 9, message: { ...message, chat: { ...message.chat, username: 'support' } } })).toMatchObject({ post: { url: 'https://t.me/support/5' } });
});

test('who writes in the name of a channel or group is that', () => {
  expect(readTelegramUpdate({ update_id: 9, channel_post: { ...message, from: undefined, sender_chat: { id: -100_1 } } })).toMatchObject({ post: { author: '-1001' } });
});

test('what is no news of a group is read past, for a reason', () => {
  const reasonOf = (more: object) => (readTelegramUpdate({ update_id: 9, message: { ...message, ...more } }) as { reason?: string }).reason;
  expect([reasonOf({ chat: { id: 5, type: 'private' } }), reasonOf({ from: { id: 1, is_bot: true } }), reasonOf({ text: ' ' }), reasonOf({ date: 0 }), reasonOf({ from: {} }), reasonOf({ message_id: 'x' })]).toEqual(['private-chat', 'bot', 'no-text', 'no-time', 'bad-author', 'other-kind']);
  expect(readTelegramUpdate({ update_id: 9, edited_message: message })).toEqual({ kind: 'past', update: 9, reason: 'edited' });
});

test('any update is a value, and one without a number moves no place', () => {
  fc.assert(fc.property(fc.oneof(fc.anything(), fc.record({ update_id: fc.nat(), message: fc.oneof(fc.anything(), fc.record({ message_id: fc.anything(), date: fc.anything(), chat: fc.anything(), from: fc.anything(), text: fc.anything() })) })), (value) => {
    const found = readTelegramUpdate(value);
    expect(found.kind === 'bad' || Number.isSafeInteger(found.update)).toBe(true);
  }), { seed: 1, numRuns: 2_000 });
});
