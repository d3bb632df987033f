// When a feed is asked again: the user's pace, the publisher's wishes, and patience with what fails. Pure.

export interface FeedWishes {
  readonly everyMs: number | undefined;
  /** 0 to 23, UTC. */
  readonly skipHours: readonly number[];
  /** 0 (Sunday) to 6, UTC. */
  readonly skipDays: readonly number[];
}

const hourMs = 3_600_000;
/** A publisher may not send us away for longer than this. */
const longestWishMs = hourMs;
const longestSkipMs = 24 * hourMs;
const longestBackOffMs = hourMs;

/** After a good answer at `nowMs`: how long until it is asked again, ms. `wishes` are the publisher's; undefined: they are not kept. */
export function waitForTurn(nowMs: number, everyMs: number, wishes: FeedWishes | undefined): number {
  if (wishes === undefined) return everyMs;
  let at = nowMs + Math.max(everyMs, Math.min(longestWishMs, wishes.everyMs ?? 0));
  const latest = nowMs + longestSkipMs;
  const skipped = (ms: number): boolean => wishes.skipHours.includes(new Date(ms).getUTCHours()) || wishes.skipDays.includes(new Date(ms).getUTCDay());
  while (at < latest && skipped(at)) at = (Math.floor(at / hourMs) + 1) * hourMs;
  return Math.min(at, Math.max(latest, nowMs + everyMs)) - nowMs;
}

/** After the `failures`th failure in a row: how long until it is asked again, ms. `askedMs`: how long the server asked to be left alone. */
export function waitAfterFailure(everyMs: number, failures: number, askedMs: number | undefined): number {
  return Math.max(askedMs ?? 0, Math.min(longestBackOffMs, everyMs * 2 ** Math.min(failures - 1, 16)));
}
