import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHackerNewsItem } from './item.ts';

const read = (item: unknown) => readHackerNewsItem(7, Buffer.from(typeof item === 'string' ? item : JSON.stringify(item)));
const comment = { id: 7, type: 'comment', by: 'amy', time: 1_777_836_600, text: 'WhatsApp is <i>down</i>', parent: 5 };

test('a comment is its words without markup, and what it answers', () => {
  expect(read(comment)).toEqual({ kind: 'post', post: { id: 'hn-7', ts: 1_777_836_600_000, text: 'WhatsApp is down', author: 'amy', url: 'https://news.ycombinator.com/item?id=7', replyTo: 'hn-5' } });
});

test('a story is its title, with the text under it', () => {
  expect(read({ ...comment, type: 'story', title: 'WhatsApp down?', parent: undefined })).toMatchObject({ post: { text: 'WhatsApp down?\nWhatsApp is down' } });
  expect(read({ ...comment, type: 'story', title: 'WhatsApp down?', text: undefined })).toMatchObject({ post: { text: 'WhatsApp down?' } });
});

test('what was taken back or is not there yet is no post', () => {
  expect([read({ id: 7, deleted: true, time: 1 }), read({ ...comment, dead: true }), read('null')]).toEqual([{ kind: 'gone', reason: 'deleted' }, { kind: 'gone', reason: 'dead' }, { kind: 'absent' }]);
});

test('an answer for another item is none for this one', () => {
  expect(read({ ...comment, id: 8 })).toEqual({ kind: 'bad', reason: 'not-an-item' });
});

test('any answer is an item or a reason', () => {
  const item = fc.record({ id: fc.constant(7), type: fc.constantFrom('story', 'comment', 'job', 'x', 3), by: fc.oneof(fc.string(), fc.anything()), time: fc.oneof(fc.integer(), fc.anything()), text: fc.oneof(fc.string(), fc.anything()), title: fc.anything(), parent: fc.anything() }, { requiredKeys: ['id'] });
  fc.assert(fc.property(fc.oneof(fc.json(), item.map((one) => {
    try {
      return JSON.stringify(one);
    } catch {
      return '{';
    }
  })), (text) => {
    const found = read(text);
    if (found.kind === 'post') expect([found.post.text !== '', Number.isSafeInteger(found.post.ts), found.post.author.length <= 64]).toEqual([true, true, true]);
  }), { seed: 1, numRuns: 2_000 });
});
