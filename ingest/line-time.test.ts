import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoMs } from './line-time.ts';

const read = (text: string): number => {
  const buf = Buffer.from(`"${text}"`);
  return isoMs(buf, 1, buf.length - 1);
};

test('every instant reads back as it was written', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (date) => {
      expect(read(date.toISOString())).toBe(date.getTime());
    }),
    { numRuns: 2000 },
  );
});

test('a zone is taken off', () => {
  expect(read('2021-10-04T17:40:00+02:00')).toBe(Date.UTC(2021, 9, 4, 15, 40));
  expect(read('2021-10-04T10:10:00.5-05:30')).toBe(Date.UTC(2021, 9, 4, 15, 40, 0, 500));
});

test('microseconds are cut to ms', () => {
  expect(read('2021-10-04T15:40:00.123999Z')).toBe(Date.UTC(2021, 9, 4, 15, 40, 0, 123));
});

test('what is no time is NaN', () => {
  for (const text of [
    '', '2021-10-04', '2021-10-04T15:40Z', '2021-10-04T15:40:00', '2021-10-04 15:40:00Z', '2021-02-29T00:00:00Z',
    '2021-13-01T00:00:00Z', '2021-00-01T00:00:00Z', '2021-04-31T00:00:00Z', '1900-02-29T00:00:00Z', '2021-10-04T24:00:00Z',
    '2021-10-04T15:60:00Z', '2016-12-31T23:59:60Z', '2021-10-04T15:40:00.Z', '2021-10-04T15:40:00.1234567890Z',
    '2021-10-04T15:40:00Zz', '2021-10-04T15:40:00+0200', '2021-10-04T15:40:00+24:00', '2021-10-04t15:40:00z', '-021-10-04T15:40:00Z',
  ]) {
    expect([text, read(text)]).toEqual([text, NaN]);
  }
  expect(read('2000-02-29T00:00:00Z')).toBe(Date.UTC(2000, 1, 29));
});

test('random bytes are never a time by accident', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-:TZ.+'), minLength: 18, maxLength: 36 }), (text) => {
      const ms = read(text);
      if (!Number.isNaN(ms)) expect(ms).toBe(Date.parse(text.replace(/(\.\d{3})\d+/, '$1')));
    }),
    { numRuns: 2000 },
  );
});
