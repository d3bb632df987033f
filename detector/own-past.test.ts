import { expect, test } from 'vitest';
import { createRandom, dayMs } from './detector.fixture.ts';
import { askedByPast, createOwnPast, excuseDay, nearNats, turnDay } from './own-past.ts';

/** A past of so many days, each with the greatest of `perDay` evidences that fall off by e for `fall` nats. */
function lived(seed: number, days: number, perDay: number, fall: number, excused = false): ReturnType<typeof createOwnPast> {
  const random = createRandom(seed);
  const past = createOwnPast();
  for (let day = 1; day <= days; day++) {
    turnDay(past, day * dayMs);
    const greatest = -fall * Math.log(-Math.log(random()) / perDay);
    past.most = Math.max(0, greatest + nearNats);
    if (excused) excuseDay(past);
  }
  turnDay(past, (days + 1) * dayMs);
  return past;
}

test('a service that behaves as theory says is asked for no more', () => {
  for (const budget of [1, 20]) {
    const asked = Array.from({ length: 40 }, (_, seed) => askedByPast(lived(seed, 90, 1 / 365, 1), budget));
    expect(asked.filter((nats) => nats > 0.5).length).toBeLessThanOrEqual(2);
  }
  expect(askedByPast(createOwnPast(), 1)).toBe(0);
});

test('a service whose evidence falls off half as fast is asked for more, held against theory', () => {
  // an alarm a year stands where 1/365 of days reach: (2 nats) x ln(365 x rate), here with 0.1 of days above zero
  const truth = 2 * Math.log(365 * 0.1);
  for (const seed of [1, 2, 3]) {
    const asked = askedByPast(lived(seed, 300, 0.1, 2), 1);
    expect(asked).toBeGreaterThan(truth / 5);
    expect(asked).toBeLessThan(truth * 1.5);
  }
});

test('days of confirmed outages teach nothing, and no past deafens a service', () => {
  expect(askedByPast(lived(4, 90, 1, 3, true), 1)).toBe(0);
  expect(askedByPast(lived(4, 300, 1_000, 9), 1)).toBeLessThanOrEqual(8);
});
