import { expect, test } from 'vitest';
import { createPlace, rewindUs } from './place.ts';

const t = 1_779_719_009_000_000;

test('without a cursor it asks for the newest; then for a little before where it is', () => {
  const place = createPlace(undefined);
  expect(place.ask('a')).toBeUndefined();
  place.take(t, 'k');
  expect(place.ask('a')).toBe(t - rewindUs);
});

test('after a restart on the same server all up to the cursor is taken, and nothing after it', () => {
  const before = createPlace(undefined);
  before.ask('a');
  before.take(t - 10, 'first');
  before.take(t, 'second');
  const cursor = before.take(t, 'third');
  const after = createPlace(cursor);
  after.ask('a');
  const known = (timeUs: number, key: string) => after.taken(timeUs, key);
  expect([known(t - 10, 'first'), known(t - 5, 'any'), known(t, 'second'), known(t, 'third')]).toEqual([true, true, true, true]);
  // of the same microsecond, but not handed over before the end
  expect([known(t, 'fourth'), known(t + 1, 'fifth')]).toEqual([false, false]);
});

test('on another server only what is known by its key, or lies before what was asked for, is taken', () => {
  const place = createPlace(undefined);
  place.ask('a');
  place.take(t, 'k');
  place.ask('b');
  expect([place.taken(t + 900, 'k'), place.taken(t - 1, 'other'), place.taken(t - rewindUs - 1, 'old')]).toEqual([true, false, true]);
});

test('the cursor never goes back and holds no author', () => {
  const place = createPlace(undefined);
  place.ask('a');
  place.take(t, 'did:plc:abc/k/r');
  place.ask('b');
  const cursor = place.take(t - 100, 'did:plc:def/k/r');
  expect(cursor).toMatch(new RegExp(`^${t} a [\\w-]{10}$`));
});

test('an unreadable cursor is none', () => {
  for (const cursor of ['', 'x', '-1', '1e9 a', `${'9'.repeat(20)} a`]) expect(createPlace(cursor).ask('a')).toBeUndefined();
  expect(createPlace(String(t)).ask('a')).toBe(t - rewindUs);
});
