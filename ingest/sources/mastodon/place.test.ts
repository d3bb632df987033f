import { expect, test } from 'vitest';
import { idBefore } from './event.ts';
import { createMastodonPlace, rewindMs } from './place.ts';

const t = Date.UTC(2026, 4, 3);
const key = (i: number) => `ap-${String(i).padStart(16, 'k')}`;
const id = (ms: number) => String(BigInt(ms) << 16n);

test('a place that was never anywhere asks for nothing', () => {
  expect(createMastodonPlace(undefined).from(0)).toBeUndefined();
  for (const cursor of ['', 'x', '1', '1 2', '-1 2 -', `${t} ${t} ../x`]) expect(createMastodonPlace(cursor).from(0)).toBeUndefined();
});

test('it asks from a little before where it is, but not from before it may', () => {
  const place = createMastodonPlace(undefined);
  place.take(t, key(1), id(t));
  expect(place.from(0)).toEqual({ ms: t - rewindMs, id: idBefore(t - rewindMs) });
  expect(place.from(t + 5)!.ms).toBe(t + 5);
  place.pass(t + 10_000);
  place.pass(t);
  expect(place.at()).toBe(t + 10_000);
});

test('after a restart it asks only from where it knows each post by name, and takes none of them twice', () => {
  const place = createMastodonPlace(undefined);
  for (let i = 0; i < 1_000; i++) place.take(t + i, key(i), id(t + i));
  const cursor = place.cursor();
  expect(cursor.length).toBeLessThan(700);
  const after = createMastodonPlace(cursor);
  const from = after.from(0)!.ms;
  const again = Array.from({ length: 1_000 }, (_, i) => i).filter((i) => t + i >= from);
  expect(again.length).toBe(64);
  expect(again.every((i) => after.taken(key(i)))).toBe(true);
  expect([after.taken(key(1_000)), after.taken(key(0))]).toEqual([false, false]);
  // quiet for long: nothing can have come before a minute ago
  place.pass(t + 3_600_000);
  expect(createMastodonPlace(place.cursor()).from(0)!.ms).toBe(t + 3_600_000 - rewindMs);
});

test('an id that is no time is asked from as it is', () => {
  const place = createMastodonPlace(undefined);
  place.take(t, key(1), '9tAbCd');
  expect(place.from(0)!.id).toBe('9tAbCd');
  expect(createMastodonPlace(place.cursor()).from(0)!.id).toBe('9tAbCd');
  expect(place.from(t + 1)!.id).toBe(idBefore(t + 1));
});

test('a place that a wrong clock made far ahead is none, so that it does not leave out all until then', () => {
  const place = createMastodonPlace(`${t + 86_400_000} ${t + 86_340_000} - `);
  place.trust(t);
  expect([place.at(), place.from(0)]).toEqual([undefined, undefined]);
  place.pass(t + 60_000);
  place.trust(t);
  expect(place.at()).toBe(t + 60_000);
});

test('processes that each take but a few posts before they die take none of them twice', () => {
  for (const each of [1, 9, 63, 64, 65, 200]) {
    const taken = new Map<number, number>();
    let cursor: string | undefined;
    let next = 0;
    for (let life = 0; life < 8; life++) {
      const place = createMastodonPlace(cursor);
      const from = place.from(0)?.ms ?? t;
      for (let i = Math.max(0, from - t); i < next + each; i++) {
        if (place.taken(key(i))) continue;
        place.take(t + i, key(i), id(t + i));
        taken.set(i, (taken.get(i) ?? 0) + 1);
      }
      next += each;
      cursor = place.cursor();
      expect(cursor.length).toBeLessThan(2_500);
    }
    expect([taken.size, Math.max(...taken.values())]).toEqual([next, 1]);
  }
});
