import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareXIds, xIdAt } from './id.ts';
import { createXPlace, placeSchema } from './place.ts';

const t = Date.UTC(2026, 4, 3, 19, 30);
const id = (ms: number) => xIdAt(t + ms);

test('a first start misses nothing; then it is all since a little before the newest', () => {
  const place = createXPlace(undefined);
  expect(place.missing()).toBeUndefined();
  place.take(id(60_000));
  expect(place.missing()).toEqual({ since: id(45_000), from: t + 60_000 });
});

test('a stream that was whole for longer than its last post misses only what came after', () => {
  const place = createXPlace(undefined);
  place.take(id(0));
  place.heard(t + 600_000);
  expect(place.missing()).toEqual({ since: id(585_000), from: t + 600_000 });
});

test('what is still to be searched for is kept over a restart, until it is found', () => {
  const before = createXPlace(undefined);
  before.take(id(0));
  before.missing();
  before.missingAfter(t + 30_000);
  before.take(id(100_000));
  const after = createXPlace(before.saved());
  expect(after.missing()).toEqual({ since: id(30_000), from: t + 30_000 });
  expect([after.taken(id(100_000)), after.taken(id(50_000)), after.taken(id(20_000))]).toEqual([true, false, true]);
  after.missingAfter(undefined);
  expect(after.missing()!.from).toBe(t + 100_000);
});

test('after a restart each post is known to be taken or not, but of those far out of order', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 200 }), fc.nat({ max: 200 }), (times, cut) => {
    // nearly in order: as X sends them
    const ids = times.toSorted((a, b) => a - b + ((a * 7) % 5) - ((b * 7) % 5)).map(id);
    const before = createXPlace(undefined);
    for (const one of ids.slice(0, cut)) before.take(one);
    const after = createXPlace(placeSchema.parse(JSON.parse(JSON.stringify(before.saved()))));
    for (const one of ids.slice(0, cut)) expect(after.taken(one)).toBe(true);
    const newest = ids.slice(0, cut).toSorted(compareXIds).at(-1);
    for (const one of ids.slice(cut)) if (newest === undefined || compareXIds(one, newest) > 0) expect(after.taken(one)).toBe(false);
  }), { seed: 1, numRuns: 50 });
});

test('a cursor stays small, whatever comes', () => {
  const place = createXPlace(undefined);
  for (let i = 0; i < 10_000; i++) place.take(id((i * 7_919) % 10_000));
  expect(JSON.stringify(place.saved()).length).toBeLessThan(700);
  expect(place.taken(id(5))).toBe(true);
});

test('what was taken out of what is still to be searched for is not taken again after a restart, and the rest is', () => {
  const before = createXPlace(undefined);
  const early = Array.from({ length: 40 }, (_, i) => id(i * 500));
  for (const one of early) before.take(one);
  before.missing();
  before.missingAfter(t + 10_000);
  const later = Array.from({ length: 500 }, (_, i) => id(20_000 + i * 20));
  for (const one of later) before.take(one);
  const after = createXPlace(placeSchema.parse(JSON.parse(JSON.stringify(before.saved()))));
  expect([...early, ...later].filter((one) => !after.taken(one))).toEqual([]);
  expect([id(10_250), id(20_010), id(29_990)].filter((one) => after.taken(one))).toEqual([]);
  // and after one more
  after.take(id(20_010));
  const last = createXPlace(placeSchema.parse(JSON.parse(JSON.stringify(after.saved()))));
  expect([...early, ...later, id(20_010)].filter((one) => !last.taken(one))).toEqual([]);
  expect(last.taken(id(20_030))).toBe(false);
});

test('a cursor stays of a bounded length while something is still to be searched for', () => {
  const place = createXPlace(undefined);
  place.take(id(0));
  place.missing();
  for (let i = 1; i < 30_000; i++) place.take(id(i));
  expect(JSON.stringify(place.saved()).length).toBeLessThan(60_000);
  place.missingAfter(undefined);
  expect(JSON.stringify(place.saved()).length).toBeLessThan(700);
});

test('what a connection did not bring while it stood is missed from there, unless more is missed already', () => {
  const place = createXPlace(undefined);
  place.take(id(60_000));
  place.heard(t + 90_000);
  place.missingSince(t);
  expect(place.missing()).toEqual({ since: id(0), from: t });
  place.missingSince(t + 30_000);
  expect(place.missing()?.from).toBe(t);
  expect(place.taken(id(60_000))).toBe(true);
});
