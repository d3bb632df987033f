// Which posts a service has heard already, so that one that is delivered again is dropped. Kept for half an hour at least
// and an hour at most of event time; of a flood, the newest. Knows hashes of ids only.

const minuteMs = 60_000;
/** A repeat within this time of event time is dropped; workers that start again repeat seconds. */
export const repeatMs = 30 * minuteMs;
const mostIds = 8_192;

/** Ids of the half hour `slot` (counted from 1970) and of the one before it, each oldest first. */
export interface SeenPosts {
  slot: number;
  now: Set<number>;
  before: Set<number>;
}

export function createSeenPosts(at: number): SeenPosts {
  return { slot: Math.floor(at / repeatMs), now: new Set(), before: new Set() };
}

/** True when the id is new; it is then remembered. */
export function isNew(seen: SeenPosts, id: number): boolean {
  if (seen.now.has(id) || seen.before.has(id)) return false;
  seen.now.add(id);
  if (seen.now.size + seen.before.size > mostIds) {
    const oldest = seen.before.size > 0 ? seen.before : seen.now;
    oldest.delete(oldest.values().next().value!);
  }
  return true;
}

/** Everything before `at` (ms) is over: forgets what no repeat is expected of. Called at minutes' ends, so that framing can't matter. */
export function forgetSeen(seen: SeenPosts, at: number): void {
  const slot = Math.floor(at / repeatMs);
  if (slot <= seen.slot) return;
  seen.before = slot === seen.slot + 1 ? seen.now : new Set();
  seen.now = new Set();
  seen.slot = slot;
}
