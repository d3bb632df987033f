import { expect, test } from 'vitest';
import { createAcquaintance, meet, usuallyKnown } from './acquaintance.ts';
import { hash53 } from './hash.ts';

test('whoever was met lately is known, and hardly anybody else is', () => {
  const who = createAcquaintance();
  for (let i = 0; i < 10_000; i++) meet(who, hash53(`a${i}`), true);
  let known = 0;
  for (let i = 8_000; i < 10_000; i++) if (meet(who, hash53(`a${i}`), true)) known += 1;
  expect(known).toBe(2_000);
  let strangers = 0;
  for (let i = 0; i < 1_000; i++) if (meet(who, hash53(`b${i}`), false)) strangers += 1;
  expect(strangers).toBeLessThan(150);
  expect(who.filters.length).toBeLessThanOrEqual(4_096);
});

test('who is usually known is told by the last thousand, not by a special hour, and not by a handful', () => {
  const who = createAcquaintance();
  for (let i = 0; i < 50; i++) meet(who, hash53('same'), true);
  expect(usuallyKnown(who)).toBeNull();
  for (let i = 0; i < 3_000; i++) meet(who, hash53(`a${i % 300}`), true);
  for (let i = 0; i < 1_000; i++) meet(who, hash53(`x${i}`), false);
  expect(usuallyKnown(who)).toBeGreaterThan(0.85);
});
