import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { postSchema } from '../../../shared/post.ts';
import { readXMessage } from './post.ts';

// X's own example
const example = {
  data: { id: '1346889436626259968', text: 'Learn how to use …', created_at: '2021-01-06T18:40:40.000Z', author_id: '2244994945', edit_history_tweet_ids: ['1346889436626259968'] },
  includes: { users: [{ id: '2244994945', name: 'Developers' }] },
  matching_rules: [{ id: '120897978112909812', tag: 'api-posts' }],
};

test('a post is read with its time to the ms, its author and the rules that picked it', () => {
  const read = readXMessage(example);
  expect(read).toMatchObject({
    kind: 'post', partial: false, versions: ['1346889436626259968'], rules: [{ id: '120897978112909812', tag: 'api-posts' }],
    post: { id: '1346889436626259968', text: 'Learn how to use …', author: '2244994945', url: 'https://x.com/i/status/1346889436626259968' },
  });
  expect(read.kind === 'post' && read.post.ts - Date.parse('2021-01-06T18:40:40Z')).toBe(344);
});

test('where id and time of making don\'t agree the time is believed, but for an edit', () => {
  const made = '2026-05-03T19:30:00.000Z';
  const time = (more: object) => {
    const read = readXMessage({ data: { ...example.data, ...more } });
    return read.kind === 'post' ? new Date(read.post.ts).toISOString() : read;
  };
  expect(time({ created_at: made })).toBe(made);
  expect(time({ created_at: made, edit_history_tweet_ids: ['1346889436626259960', '1346889436626259968'] })).toBe('2021-01-06T18:40:40.344Z');
  expect(time({ created_at: 'yesterday' })).toBe('2021-01-06T18:40:40.344Z');
});

test('languages are those of today, and no language is none', () => {
  const lang = (value: unknown) => {
    const read = readXMessage({ data: { ...example.data, lang: value } });
    return read.kind === 'post' ? read.post.lang : read;
  };
  expect(['en', 'in', 'iw', 'zh-TW', 'und', 'qme', 'zxx', 'art', '<b>', 7].map(lang)).toEqual(['en', 'id', 'he', 'zh-TW', undefined, undefined, undefined, undefined, undefined, undefined]);
});

test('a message of problems is those that are known, and whether the connection ends with them', () => {
  const errors = (...all: unknown[]) => readXMessage({ errors: all });
  expect(errors({ title: 'operational-disconnect', disconnect_type: 'UpstreamOperationalDisconnect', type: 'https://api.x.com/2/problems/operational-disconnect' })).toEqual({ kind: 'problems', problems: [{ type: 'operational-disconnect', disconnects: true }] });
  expect(errors({ type: 'https://developer.x.com/en/support/x-api/error-troubleshooting#usage-capped' }, { type: 'x'.repeat(9_999) }, null)).toEqual({
    kind: 'problems', problems: [{ type: 'usage-capped', disconnects: false }, { type: 'other', disconnects: false }, { type: 'other', disconnects: false }],
  });
  expect(readXMessage({ errors: [] })).toEqual({ kind: 'bad', reason: 'no-post' });
});

test('any message is a post that holds what a post may, problems, or a reason', () => {
  const data = fc.record({
    id: fc.oneof(fc.constant('1346889436626259968'), fc.anything()), text: fc.oneof(fc.string(), fc.anything()), author_id: fc.oneof(fc.constant('1'), fc.anything()), created_at: fc.oneof(fc.constant('2021-01-06T18:40:40.000Z'), fc.anything()),
    lang: fc.anything(), edit_history_tweet_ids: fc.oneof(fc.array(fc.constantFrom('1', '2', 'x')), fc.anything()), geo: fc.oneof(fc.constant({ place_id: 'a' }), fc.anything()), note_tweet: fc.oneof(fc.record({ text: fc.anything() }), fc.anything()),
    referenced_tweets: fc.oneof(fc.array(fc.record({ type: fc.constantFrom('retweeted', 'replied_to', 'x'), id: fc.oneof(fc.constant('7'), fc.anything()) })), fc.anything()),
  }, { requiredKeys: [] });
  const message = fc.oneof(fc.anything(), fc.record({ data: fc.oneof(data, fc.anything()), includes: fc.oneof(fc.constant({ places: [{ id: 'a', country_code: 'de' }, null] }), fc.anything()), matching_rules: fc.anything(), errors: fc.anything() }, { requiredKeys: [] }));
  fc.assert(fc.property(message, (one) => {
    const read = readXMessage(one);
    if (read.kind === 'post') expect(postSchema.safeParse(read.post).success).toBe(true);
    else expect(['problems', 'bad']).toContain(read.kind);
  }), { seed: 1, numRuns: 3_000 });
});
