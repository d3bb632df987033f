import { Headers } from 'undici';
import { expect, test } from 'vitest';
import { clocksApart, duration, skewWords, whyUnusable } from './web-words.ts';

const refused = (status: number, retryAfterMs?: number) => ({ kind: 'refused' as const, status, headers: new Headers(), bytes: Buffer.from('<b>token=abc</b>'), retryAfterMs });

test('a refusal says its status, what it means and when it may be asked again, and nothing that the server wrote', () => {
  expect([whyUnusable(refused(429, 300_000)), whyUnusable(refused(503)), whyUnusable(refused(418)), whyUnusable(refused(403), { 403: 'the subreddit is private' })]).toEqual([
    'answered 429: it wants to be asked less often (again in 5 min)', 'answered 503: it is not well itself', 'answered 418', 'answered 403: the subreddit is private',
  ]);
  expect(whyUnusable({ kind: 'failed', why: 'its name is not known' })).toBe('its name is not known');
});

test('a duration is told in the unit that people would use', () => {
  expect([0, 40_400, 119_000, 120_000, 5_400_000, 86_400_000].map(duration)).toEqual(['1 s', '40 s', '119 s', '2 min', '90 min', '24 h']);
});

test('clocks that differ are told, with what comes of it', () => {
  expect([skewWords(59_000), skewWords(3_600_000), skewWords(-600_000)]).toEqual([
    '', "; this machine's clock is 60 min ahead of theirs: put it right, or posts count as late", "; this machine's clock is 10 min behind theirs: put it right, or posts count as from the future",
  ]);
});

test('clocks that are minutes apart are a reason to read nothing', () => {
  expect([clocksApart(0), clocksApart(-299_000), clocksApart(-600_000)]).toEqual([undefined, undefined, "this machine's clock is 10 min behind theirs: nothing is read until it is put right"]);
});
