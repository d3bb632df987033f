import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareXIds, isXId, xIdAt, xIdTimeMs } from './id.ts';

test('an id holds its time to the ms: a published one says when it was made', () => {
  // X's own example of a post, made at 2021-01-06T18:40:40Z
  expect(new Date(xIdTimeMs('1346889436626259968')).toISOString().slice(0, 19)).toBe('2021-01-06T18:40:40');
});

test('ids and times go to and fro, and ids are in the order of their times', () => {
  const time = fc.integer({ min: Date.UTC(2011, 0), max: Date.UTC(2060, 0) });
  fc.assert(fc.property(time, time, (a, b) => {
    expect(xIdTimeMs(xIdAt(a))).toBe(a);
    expect(Math.sign(compareXIds(xIdAt(a), xIdAt(b)))).toBe(Math.sign(a - b));
  }), { seed: 1 });
  expect(isXId(xIdAt(0))).toBe(true);
});

test('what could be more than an id is none', () => {
  for (const value of ['', '0', '01', '-1', '1e3', '1 OR 2', '../1', '1'.repeat(20), 7, null, undefined]) expect(isXId(value)).toBe(false);
});
