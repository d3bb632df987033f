// What speaks against an alarm that has passed its tests: how its posts came, and from whom. Looks at a watch, changes
// nothing. A doubt holds back until the next report; none is for ever.
import type { Signal } from '../shared/signal.ts';
import { minutesKept, sumOf } from './minutes.ts';
import { isSitting } from './rhythm.ts';
import type { Watch } from './watch.ts';

const minuteMs = 60_000;

/** sitting: posts come no quicker than whenever this service's source is looked into. */
export type Doubt = 'sitting';

/** Why `signal` at `at` (ms) is no incident yet, or null. */
export function doubtOf(watch: Watch, signal: Signal, at: number): Doubt | null {
  const minutes = Math.min(minutesKept, Math.ceil((at - signal.since) / minuteMs) + 1);
  const mentions = sumOf(watch.active!.minutes, 'mentions', Math.floor(at / minuteMs) * minuteMs, minutes);
  return watch.rhythm !== undefined && isSitting(watch.rhythm, mentions, minutes) ? 'sitting' : null;
}
