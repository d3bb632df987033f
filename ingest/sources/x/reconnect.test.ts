import { expect, test } from 'vitest';
import { createConnectBucket, createReconnect, windowMs, type XFailureKind } from './reconnect.ts';

const now = Date.UTC(2026, 4, 3);
const waits = (kind: XFailureKind, times: number, resetMs?: number): number[] => {
  const policy = createReconnect(250);
  return Array.from({ length: times }, () => policy.wait(kind, now, resetMs, 0) / 1_000);
};

test('each failure waits as X asks: at once, linear, doubling, or a quarter of an hour', () => {
  expect(waits('ended', 3)).toEqual([0, 0, 0]);
  expect(waits('network', 4)).toEqual([0.25, 0.5, 0.75, 1]);
  expect(waits('network', 100).at(-1)).toBe(16);
  expect(waits('server', 8)).toEqual([5, 10, 20, 40, 80, 160, 320, 320]);
  expect(waits('rate', 6)).toEqual([60, 120, 240, 480, 900, 900]);
  expect(waits('crowded', 7)).toEqual([2, 4, 8, 16, 32, 60, 60]);
  for (const kind of ['auth', 'forbidden', 'no-rules', 'capped'] as const) expect(waits(kind, 2)).toEqual([900, 900]);
});

test('a limit is waited for until X says that it ends, if that can be', () => {
  expect(waits('rate', 2, now + 130_000)).toEqual([130, 130]);
  expect(waits('rate', 1, now)).toEqual([1]);
  expect(waits('rate', 2, now + 30 * 24 * 3_600_000)).toEqual([60, 120]);
  expect(waits('rate', 1, now - 5_000)).toEqual([60]);
});

test('a connection that stands begins anew, and chance only adds a little', () => {
  const policy = createReconnect(250);
  for (let i = 0; i < 5; i++) policy.wait('server', now, undefined, 0);
  policy.well();
  expect(policy.wait('server', now, undefined, 0)).toBe(5_000);
  expect(policy.wait('network', now, undefined, 1)).toBe(275);
});

test('however often a connection breaks, X\'s window never sees more connects than are allowed, and one is always to come', () => {
  const bucket = createConnectBucket(40, []);
  const made: number[] = [];
  let at = now;
  while (made.length < 500) {
    const waitMs = bucket.waitMs(at);
    expect(waitMs).toBeLessThanOrEqual(windowMs);
    at += waitMs;
    bucket.take(at);
    made.push(at);
    at += 10;
  }
  for (const [i, first] of made.entries()) expect(made.slice(i).filter((one) => one < first + windowMs).length).toBeLessThanOrEqual(40);
  expect(made[19]! - made[0]!).toBeLessThan(1_000);
  // and no quarter of an hour without a try
  const pauses = made.slice(1).map((one, i) => one - made[i]!);
  expect(Math.max(...pauses)).toBeLessThan(windowMs / 4);
});

test('connects of a former process count; those of a clock that was ahead do not', () => {
  expect(createConnectBucket(2, [now - 1_000, now]).waitMs(now)).toBe(windowMs - 1_000);
  expect(createConnectBucket(2, [now + 3_600_000, now + 3_600_001]).waitMs(now)).toBe(0);
});
