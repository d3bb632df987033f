import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lifeless, oneLine, plainLines } from './strangers-text.ts';

test('ANSI codes, bells and bidi overrides lose their power and stay visible', () => {
  expect(oneLine('\u001b[31mdown\u001b[0m\u0007 \u202egnp.exe', 100)).toBe('\ufffd[31mdown\ufffd[0m\ufffd \ufffdgnp.exe');
});

test('whatever comes in, one line without controls goes out, within its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 1, max: 60 }), (text, most) => {
      const line = oneLine(text, most);
      expect(Array.from(line).length).toBeLessThanOrEqual(most);
      expect(/[\p{Cc}\p{Cs}]/u.test(line)).toBe(false);
      expect(/[\p{Cs}]|(?!\n)\p{Cc}/u.test(plainLines(text))).toBe(false);
    }),
  );
});

test('ten megabytes become one short line', () => {
  expect(oneLine('x'.repeat(10_000_000), 140)).toHaveLength(140);
});

test('nothing in it calls, links, or shows as markup', () => {
  expect(lifeless('@channel see https://evil.example/x *now* :fire: `a_b` ~c~')).toBe('＠channel see https[:]//evil[.]example/x ∗now∗ ∶fire: ˋa＿bˋ ∼c∼');
  expect(lifeless('costs 3.50, down. why')).toBe('costs 3.50, down. why');
});
