import { expect, test } from 'vitest';
import { createFeedPlace, feedKey, readFeedCursor } from './place.ts';

const url = 'https://forum.example/feed?token=secret';
const key = feedKey(url);
const reopened = (cursor: string) => createFeedPlace(key, readFeedCursor(cursor).get(key));

test('what was taken is known, also over a restart, and changed words are seen', () => {
  const place = createFeedPlace(key, undefined);
  expect([place.readMs(), place.look('a', 1_000, 'down')]).toEqual([undefined, 'new']);
  place.take('a', 1_000, 'down');
  expect([place.look('a', 1_000, 'down'), place.look('a', 1_000, 'up'), place.look('a', 1_000, 'up')]).toEqual(['known', 'changed', 'known']);
  place.read(5_000);
  const after = reopened(place.cursor(10));
  expect([after.readMs(), after.look('a', 1_000, 'else'), after.look('b', 900, 'late')]).toEqual([5_000, 'known', 'new']);
});

test('a cursor keeps the newest, and counts what is no newer than the rest as known', () => {
  const place = createFeedPlace(key, undefined);
  for (let i = 0; i < 20; i++) place.take(`entry-${i}`, 1_000 + i, 'x');
  place.read(5_000);
  const cursor = place.cursor(5);
  expect(cursor.length).toBeLessThan(60);
  expect(cursor).not.toContain('secret');
  const after = reopened(cursor);
  // of those that it has no room for it can't tell, and says so once
  const looks = () => Array.from({ length: 20 }, (_, i) => after.look(`entry-${i}`, 1_000 + i, 'x'));
  expect(looks()).toEqual([...Array(15).fill('beyond'), ...Array(5).fill('known')]);
  expect(looks()).toEqual(Array(20).fill('known'));
  expect([after.look('other', 1_014, 'x'), after.look('other', 1_015, 'x')]).toEqual(['beyond', 'new']);
});

test('an unreadable cursor is none, and one of several feeds is found by its key', () => {
  for (const cursor of ['', 'x', 'a:b:c:d', undefined]) expect(readFeedCursor(cursor).size).toBe(0);
  const other = createFeedPlace(feedKey('https://other.example/'), undefined);
  other.read(7);
  const place = createFeedPlace(key, undefined);
  place.read(9);
  expect(reopened(`${other.cursor(3)} ${place.cursor(3)}`).readMs()).toBe(9);
});

test('memory is bounded, and what is forgotten stays known by its date', () => {
  const place = createFeedPlace(key, undefined);
  for (let i = 0; i < 10_000; i++) place.take(`entry-${i}`, i, 'x');
  expect([0, 5_000, 9_999].map((i) => place.look(`entry-${i}`, i, 'x'))).toEqual(['beyond', 'beyond', 'known']);
  expect([0, 5_000].map((i) => place.look(`entry-${i}`, i, 'x'))).toEqual(['known', 'known']);
  expect(place.look('new', 10_000, 'x')).toBe('new');
});
