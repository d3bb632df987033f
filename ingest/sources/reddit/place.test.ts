import { expect, test } from 'vitest';
import { createRedditPlaces } from './place.ts';

test('what was taken is known, and one that comes late below the greatest is still new', () => {
  const place = createRedditPlaces(undefined).place('t3');
  place.begin(100, 1_000);
  place.take(110, 2_000);
  expect([place.taken(99), place.taken(100), place.taken(105), place.taken(110), place.last(), place.tsMs()]).toEqual([true, true, false, true, 110, 2_000]);
});

test('a cursor carries each listing, and after a restart all up to the greatest is known', () => {
  const before = createRedditPlaces(undefined);
  before.place('t3').begin(35, 1_000);
  before.place('t1').begin(1, 500);
  before.place('t1').take(71, 2_000);
  expect(before.cursor()).toBe('t3:z:1000 t1:1z:2000');
  const after = createRedditPlaces(before.cursor());
  expect([after.place('t1').last(), after.place('t1').taken(70), after.place('t1').taken(72)]).toEqual([71, true, false]);
  // a listing that is not read this time is not forgotten
  expect(after.cursor()).toBe('t3:z:1000 t1:1z:2000');
});

test('an unreadable cursor is none', () => {
  for (const cursor of ['', 'x', 't3:', 't5:a:1', 't3:a']) expect(createRedditPlaces(cursor).place('t3').last()).toBeUndefined();
});
