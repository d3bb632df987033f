// Retry: when a delivery that was put off is tried again, and when it is given up. Pure.

export interface RetrySchedule {
  /** ms before the first, second, third ... attempt; the last one repeats. */
  readonly stepsMs: readonly number[];
  /** ms after it was queued, past which a delivery is not tried again. */
  readonly giveUpMs: number;
  /** So many attempts it gets at any age: an outbox that was away for a day still tries. */
  readonly leastAttempts: number;
}

const s = 1000;
const min = 60 * s;
const h = 60 * min;

/** Quick at first, as an outage alert is worth most in its first minutes; then hourly up to a day. */
export const retrySchedule: RetrySchedule = {
  stepsMs: [0, 5 * s, 30 * s, 2 * min, 5 * min, 15 * min, 30 * min, h],
  giveUpMs: 24 * h,
  leastAttempts: 3,
};

/**
 * When to try next after `attempts` failed ones: ms, wall clock; or null to give up. `afterMs` is the receiver's own
 * wish and replaces the step. Jitter is 20 % to either side of a step, and only upwards of a wish. `random` gives 0 to 1.
 */
export function nextAttemptAt(
  delivery: { readonly attempts: number; readonly queuedAt: number },
  afterMs: number | undefined,
  nowMs: number,
  schedule: RetrySchedule,
  random: () => number,
): number | null {
  const step = schedule.stepsMs[Math.min(delivery.attempts, schedule.stepsMs.length - 1)] ?? 0;
  const wait = afterMs === undefined ? step * (0.8 + 0.4 * random()) : afterMs * (1 + 0.1 * random());
  const at = Math.round(nowMs + wait);
  return at > delivery.queuedAt + schedule.giveUpMs && delivery.attempts >= schedule.leastAttempts ? null : at;
}
