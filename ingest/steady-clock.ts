// Whether the wall clock can be believed: held against a clock that only counts on. What stands on the wall clock alone
// (a beat without a post) asks here first, since event time that ran ahead never comes back.

/** The wall clock leapt when it and the other differ by this much more than before, ms. */
const leapMs = 5 * 60_000;
/** A leap that has stood for so long is the new time, ms: a machine that slept, or a clock that was put right. */
const settleMs = 60_000;

/**
 * true while the wall clock goes as the monotonic one does (both ms), false from a leap until it is taken back or has
 * stood for a minute. Ask it each time before the wall clock is used.
 */
export function createClockWatch(clock: () => number, monotonic: () => number): () => boolean {
  let trusted = clock() - monotonic();
  let leapt: { readonly offset: number; readonly at: number } | undefined;

  return () => {
    const at = monotonic();
    const offset = clock() - at;
    if (Math.abs(offset - trusted) > leapMs) {
      if (leapt === undefined || Math.abs(offset - leapt.offset) > leapMs) leapt = { offset, at };
      if (at - leapt.at < settleMs) return false;
    }
    trusted = offset;
    leapt = undefined;
    return true;
  };
}
