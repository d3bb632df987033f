import { expect, test } from 'vitest';
import { framesOf, hourMs, minuteMs, monday, newDetector, runFrames, type TestPost } from './detector.fixture.ts';
import { createSeenPosts, forgetSeen, isNew, repeatMs } from './seen-posts.ts';
import { decodeWatch } from './watch-stored.ts';

test('an id is new once, for half an hour at least and an hour at most', () => {
  for (let offset = 0; offset < 60; offset++) {
    const first = monday + offset * minuteMs;
    const seen = createSeenPosts(first);
    expect(isNew(seen, 7)).toBe(true);
    for (let at = first + minuteMs; at <= first + repeatMs; at += minuteMs) {
      forgetSeen(seen, at);
      expect(isNew(seen, 7)).toBe(false);
    }
    forgetSeen(seen, first + 2 * repeatMs);
    expect(isNew(seen, 7)).toBe(true);
  }
});

test('a long silence forgets everything, and time that goes back forgets nothing', () => {
  const seen = createSeenPosts(monday);
  isNew(seen, 1);
  forgetSeen(seen, monday + repeatMs);
  isNew(seen, 2);
  forgetSeen(seen, monday);
  expect([isNew(seen, 1), isNew(seen, 2)]).toEqual([false, false]);
  forgetSeen(seen, monday + 9 * repeatMs);
  expect([seen.now.size, seen.before.size]).toEqual([0, 0]);
});

test('a flood keeps the newest 8,192 at least, and twice as many at most', () => {
  const seen = createSeenPosts(monday);
  for (let id = 1; id < 5_000; id++) isNew(seen, id);
  forgetSeen(seen, monday + repeatMs);
  for (let id = 5_000; id < 50_000; id++) {
    isNew(seen, id);
    expect(seen.now.size + seen.before.size).toBeLessThanOrEqual(2 * 8_192);
  }
  for (let id = 50_000 - 8_192; id < 50_000; id++) expect(isNew(seen, id)).toBe(false);
  expect(isNew(seen, 1)).toBe(true);
});

test('a service that never rests keeps the ids of an hour, and drops what is delivered again within the half of it', () => {
  const posts: TestPost[] = Array.from({ length: 3 * 1_440 }, (_, i) => ({ ts: monday + i * minuteMs, id: `p${i}`, author: `a${i}`, text: 'lunch with acme' }));
  const again = posts.flatMap((post, i) => (i % 7 === 0 && i >= 30 ? [post, { ...posts[i - 29]!, ts: post.ts }] : [post]));
  const told = [1, 1_000].map((size) => {
    const detector = newDetector();
    const run = runFrames(framesOf(again, { size, end: posts.at(-1)!.ts + hourMs }).slice(0, -1), detector);
    expect(run.rollups.reduce((sum, r) => sum + r.mentions, 0)).toBe(posts.length);
    return detector.snapshot().find((part) => part.key === 'watch/acme')!.value;
  });
  expect(told[0]).toEqual(told[1]);
  const { seen } = decodeWatch(new TextDecoder().decode(told[0])).active!;
  expect(seen.now.size + seen.before.size).toBeLessThanOrEqual(62);
});
