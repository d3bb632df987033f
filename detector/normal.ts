// What was normal of a new service before its trouble. Little history stands against what even slow learning takes from an hour
// and a half of outage; once that is over and things are as before, so is what is expected. A rise that stays is learnt.
import { learningMinutes } from './baseline.ts';
import { clip, type Level, levelPerMinute, localPerMinute } from './level.ts';
import type { Watch } from './watch.ts';

export interface Normal {
  /** ms: when the trouble was noticed. */
  readonly at: number;
  readonly reports: Level;
  readonly voices: Level;
  readonly shareReports: number;
  readonly shareMentions: number;
}

/** What goes on for longer is no outage that passes. */
const mostMs = 6 * 3_600_000;

/** Trouble begins at `at` (ms): notes what is normal, of a service that is still being learnt. */
export function noteNormal(watch: Watch, at: number): void {
  if (watch.exposure >= learningMinutes) return;
  const { reports, voices, shareReports, shareMentions } = watch;
  watch.normal = { at, reports: reports.slice(), voices: voices.slice(), shareReports, shareMentions };
}

/** The trouble is over at `at` (ms), with `observed` reports in the last `minutes`: puts back what was noted if they are no more than that lets expect. */
export function putBackNormal(watch: Watch, at: number, observed: number, minutes: number): void {
  const { normal } = watch;
  watch.normal = undefined;
  if (normal === undefined || at - normal.at > mostMs) return;
  const perMinute = Math.max(levelPerMinute(normal.reports, normal.shareMentions), localPerMinute(normal.reports)) * watch.factor;
  if (clip(normal.reports, observed, perMinute * minutes, minutes) < observed) return;
  const { reports, voices, shareReports, shareMentions } = normal;
  Object.assign(watch, { reports, voices, shareReports, shareMentions });
}
