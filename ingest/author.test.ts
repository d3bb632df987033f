import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAnonymiser } from './author.ts';

test("an author's hash is the start of HMAC-SHA-256 under the key, for keys and names of any length", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ maxLength: 20 }), fc.oneof(fc.string({ maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 300 })), (key, kind, value) => {
      const expected = createHmac('sha256', key).update(`${kind}\0${value}`).digest('base64url').slice(0, 16);
      const anonymise = createAnonymiser(key);
      expect(anonymise(kind, value)).toBe(expected);
      expect(anonymise(kind, value)).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

test('the same name in two sources is two authors, and another key tells nothing of either', () => {
  const anonymise = createAnonymiser(new Uint8Array(32));
  const other = createAnonymiser(new Uint8Array(32).fill(1));
  expect(new Set([anonymise('one', 'sam'), anonymise('two', 'sam'), other('one', 'sam')]).size).toBe(3);
});

test('an author among more than are kept has the same hash when met again', () => {
  const anonymise = createAnonymiser(new Uint8Array(32));
  const first = anonymise('one', 'author 0');
  const hashes = Array.from({ length: 50_000 }, (_, i) => anonymise('one', `author ${i}`));
  expect([hashes[0], new Set(hashes).size, anonymise('one', 'author 0')]).toEqual([first, 50_000, first]);
});
