import { expect, test } from 'vitest';
import { createClockWatch } from './steady-clock.ts';

function watched() {
  const now = { wall: Date.UTC(2026, 0, 1), monotonic: 5_000 };
  const steady = createClockWatch(() => now.wall, () => now.monotonic);
  return {
    after(ms: number, leapMs = 0): boolean {
      now.monotonic += ms;
      now.wall += ms + leapMs;
      return steady();
    },
  };
}
const day = 86_400_000;

test('a clock that goes on, drifts or is slewed is believed, also after an hour without a question', () => {
  const { after } = watched();
  expect([after(1_000), after(3_600_000), after(1_000, 200), after(1_000, -90_000), after(1_000, 240_000)]).toEqual([true, true, true, true, true]);
});

test('a clock that leaps a year ahead is not believed, and is again once it is back', () => {
  const { after } = watched();
  expect([after(1_000, 365 * day), after(1_000), after(1_000, -365 * day)]).toEqual([false, false, true]);
});

test('a leap that stands for a minute is the new time, in either direction', () => {
  for (const leap of [8 * 3_600_000, -8 * 3_600_000]) {
    const { after } = watched();
    expect([after(1_000, leap), after(59_000), after(1_000), after(1_000)]).toEqual([false, false, true, true]);
  }
});

test('a clock that leaps on and on is never believed', () => {
  const { after } = watched();
  expect(Array.from({ length: 5 }, () => after(50_000, day))).toEqual([false, false, false, false, false]);
});
