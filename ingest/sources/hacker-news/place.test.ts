import { expect, test } from 'vitest';
import { createHackerNewsPlace } from './place.ts';

test('it asks for what is new, up to so many, and for what waits before that', () => {
  const place = createHackerNewsPlace(undefined);
  place.begin(10, 1_000);
  expect([place.next(10, 5), place.next(13, 2)]).toEqual([[], [11, 12]]);
  place.take(11, 2_000);
  expect(place.wait(12)).toBe(true);
  place.take(13, 3_000);
  expect([place.next(14, 5), place.last(), place.tsMs()]).toEqual([[12, 14], 13, 3_000]);
  place.take(12, 2_500);
  expect(place.next(13, 5)).toEqual([]);
});

test('a cursor carries the place, its time and what waits', () => {
  const place = createHackerNewsPlace(undefined);
  place.begin(10, 1_000);
  place.wait(11);
  place.take(12, 4_000);
  expect(place.cursor()).toBe('12 4000 11');
  const after = createHackerNewsPlace(place.cursor());
  expect([after.last(), after.tsMs(), after.next(13, 9)]).toEqual([12, 4_000, [11, 13]]);
  for (const cursor of ['', 'x', '1', '-1 2', '1 2 x']) expect(createHackerNewsPlace(cursor).last()).toBeUndefined();
});

test('patience ends after twelve rounds, and not everything is waited for', () => {
  const place = createHackerNewsPlace('10 0');
  expect(Array.from({ length: 12 }, () => place.wait(11))).toEqual([...Array<boolean>(11).fill(true), false]);
  expect(place.next(11, 9)).toEqual([]);
  const waited = Array.from({ length: 100 }, (_, i) => place.wait(100 + i)).filter(Boolean);
  expect([waited.length, place.last()]).toEqual([64, 199]);
});
