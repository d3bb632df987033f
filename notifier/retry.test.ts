import { expect, test } from 'vitest';
import { nextAttemptAt, retrySchedule } from './retry.ts';

const middle = (): number => 0.5;

test('tries come quickly at first, then hourly, for a day', () => {
  let now = 0;
  const waits: number[] = [];
  for (let attempts = 1; ; attempts += 1) {
    const at = nextAttemptAt({ attempts, queuedAt: 0 }, undefined, now, retrySchedule, middle);
    if (at === null) break;
    waits.push((at - now) / 1000);
    now = at;
  }
  expect(waits.slice(0, 9)).toEqual([5, 30, 120, 300, 900, 1800, 3600, 3600, 3600]);
  expect(now).toBeLessThanOrEqual(24 * 3_600_000);
  expect(now).toBeGreaterThan(22 * 3_600_000);
});

test('jitter moves a step by a fifth at most, and never shortens what the receiver asked for', () => {
  const wait = (random: number, afterMs?: number): number | null => nextAttemptAt({ attempts: 1, queuedAt: 0 }, afterMs, 0, retrySchedule, () => random);
  expect([wait(0), wait(1)]).toEqual([4_000, 6_000]);
  expect([wait(0, 30_000), wait(1, 30_000)]).toEqual([30_000, 33_000]);
});

test('after a day away a delivery still gets three attempts', () => {
  const now = 100 * 3_600_000;
  expect(nextAttemptAt({ attempts: 1, queuedAt: 0 }, undefined, now, retrySchedule, middle)).toBe(now + 5_000);
  expect(nextAttemptAt({ attempts: 2, queuedAt: 0 }, undefined, now, retrySchedule, middle)).toBe(now + 30_000);
  expect(nextAttemptAt({ attempts: 3, queuedAt: 0 }, undefined, now, retrySchedule, middle)).toBe(null);
});
