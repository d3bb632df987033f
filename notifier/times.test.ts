import { expect, test } from 'vitest';
import { duration, isZone, localTime } from './times.ts';

test('a time carries its zone, and its day only when it is another day there', () => {
  const at = Date.UTC(2017, 4, 3, 22, 30);
  expect(localTime(at, at, 'UTC')).toBe('22:30 UTC');
  expect(localTime(at, at, 'Europe/Berlin')).toBe('00:30 CEST');
  expect(localTime(at - 3_600_000, at, 'Europe/Berlin')).toBe('3 May 23:30 CEST');
  expect(localTime(at - 31 * 86_400_000, at, 'UTC')).toBe('2 Apr 22:30 UTC');
});

test('summer time ends in the right minute', () => {
  const end = Date.UTC(2026, 9, 25, 1, 0);
  expect(localTime(end - 1, end, 'Europe/Berlin')).toBe('02:59 CEST');
  expect(localTime(end, end, 'Europe/Berlin')).toBe('02:00 CET');
});

test('a duration has at most two units', () => {
  expect([0, -5, 45_000, 59_600, 900_000, 3_600_000, 8_040_000, 274_000_000].map(duration)).toEqual(['0 s', '0 s', '45 s', '1 min', '15 min', '1 h', '2 h 14 min', '3 d 4 h']);
});

test('a zone that nobody knows is none', () => {
  expect([isZone('Europe/Berlin'), isZone('UTC'), isZone('Mars/Base')]).toEqual([true, true, false]);
});
