import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRedditThing } from './thing.ts';

const data = { id: '1abcde', created_utc: 1_777_836_600.5, author: 'amy', subreddit: 'Outages', title: 'WhatsApp down?', selftext: 'For *me*', permalink: '/r/outages/comments/1abcde/whatsapp_down/' };

test('a post is its title and text, with an address and its number', () => {
  expect(readRedditThing('t3', { kind: 't3', data })).toEqual({
    kind: 'post', number: Number.parseInt('1abcde', 36), subreddit: 'outages',
    post: { id: 't3_1abcde', ts: 1_777_836_600_500, text: 'WhatsApp down?\nFor *me*', author: 'amy', url: 'https://www.reddit.com/r/outages/comments/1abcde/whatsapp_down/' },
  });
});

test('an author is known by an id that stays when the name changes', () => {
  expect(readRedditThing('t3', { kind: 't3', data: { ...data, author_fullname: 't2_xyz' } })).toMatchObject({ post: { author: 't2_xyz' } });
});

test('addresses that hold a name, or are none, are left out', () => {
  for (const permalink of ['/user/amy/comments/1/x/', '/r/u_amy/comments/1/x/', '//evil.example/', '/r/a b/comments/', 'javascript:alert(1)', 7]) {
    expect((readRedditThing('t3', { kind: 't3', data: { ...data, permalink } }) as { post: object }).post).not.toHaveProperty('url');
  }
});

test('what was taken back keeps its number, so that the place moves past it', () => {
  for (const [more, reason] of [[{ author: '[deleted]' }, 'deleted'], [{ selftext: '[deleted]' }, 'deleted'], [{ selftext: '[removed]' }, 'removed'], [{ removed_by_category: 'moderator' }, 'removed']] as const) {
    expect(readRedditThing('t3', { kind: 't3', data: { ...data, ...more } })).toMatchObject({ kind: 'gone', id: 't3_1abcde', number: Number.parseInt('1abcde', 36), reason });
  }
});

test('any entry is a thing or a reason', () => {
  const any = fc.record({ kind: fc.constantFrom('t1', 't3', 't5', 3), data: fc.oneof(fc.anything(), fc.record({ id: fc.oneof(fc.constantFrom('1a', 'zz', '../'), fc.anything()), created_utc: fc.oneof(fc.double(), fc.anything()), author: fc.anything(), title: fc.anything(), selftext: fc.anything(), body: fc.anything(), permalink: fc.anything() }, { requiredKeys: [] })) });
  fc.assert(fc.property(fc.oneof(fc.anything(), any), fc.constantFrom('t1' as const, 't3' as const), (value, kind) => {
    const found = readRedditThing(kind, value);
    if (found.kind !== 'bad') expect(Number.isSafeInteger(found.number)).toBe(true);
  }), { seed: 1, numRuns: 2_000 });
});
