import { expect, test } from 'vitest';
import type { WebAnswer } from '../../web.ts';
import { createFeedPlace } from './place.ts';
import { createFeedReader } from './reader.ts';

/** A feed that answers so, asked every hour; `now` counts on. */
function aFeed(answer: () => WebAnswer) {
  const at = { ms: 0 };
  const reader = createFeedReader({
    url: 'https://forum.example/feed', label: 'forum.example', place: createFeedPlace('forum', undefined),
    web: { ask: async () => answer(), forget: () => {}, clockAheadMs: () => 0, close: async () => {} },
    read: () => ({ title: 'Forum', entries: [], lang: undefined, everyMs: undefined, skipHours: [], skipDays: [] }),
    clock: () => at.ms, monotonic: () => at.ms, everyMs: 3_600_000, deadlineMs: 1_000, wishes: true,
  });
  return { reader, at, ask: () => reader.ask(new AbortController().signal) };
}
const headers = new Headers() as unknown as Extract<WebAnswer, { kind: 'body' }>['headers'];

test('a feed that asks to be left alone is left alone for all of that time; its usual turn may come a little early', async () => {
  let answer: WebAnswer = { kind: 'refused', status: 429, headers, bytes: new Uint8Array(), retryAfterMs: 7_200_000 };
  const { reader, at, ask } = aFeed(() => answer);
  await ask();
  at.ms = 7_199_999;
  expect(reader.isDue()).toBe(false);
  at.ms = 7_200_000;
  expect(reader.isDue()).toBe(true);
  answer = { kind: 'body', status: 200, headers, bytes: new Uint8Array() };
  await ask();
  expect(reader.isDue()).toBe(false);
  at.ms += 3_000_000;
  expect(reader.isDue()).toBe(true);
});
