import { expect, test } from 'vitest';

import { createChance, createDraw } from './chance.ts';

test('the dice fall as they always have', () => {
  const chance = createChance('outcry');
  const thrown = Array.from({ length: 4 }, () => chance.below(1_000_000));
  expect(thrown).toEqual([152_892, 781_641, 852_494, 308]);
});

test('throws are even, and events come at their mean', () => {
  const chance = createChance(2);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 100_000; i++) counts[chance.below(10)]! += 1;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  let events = 0;
  for (let i = 0; i < 20_000; i++) events += chance.poisson(3.5);
  expect(events / 20_000).toBeCloseTo(3.5, 1);
  expect(chance.poisson(0)).toBe(0);
});

test('a draw follows its weights and never yields what weighs nothing', () => {
  const draw = createDraw([
    ['never', 0],
    ['often', 3],
    ['seldom', 1],
  ]);
  expect([0, 0.74, 0.76, 0.999].map(draw.at)).toEqual(['often', 'often', 'seldom', 'seldom']);
  expect(() => createDraw([['never', 0]])).toThrow(RangeError);
});
