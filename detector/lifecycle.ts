// When an incident changes its state: a pure decision over figures that others have gathered. Never looks at posts.
import type { IncidentChange, IncidentState } from '../shared/incident.ts';

const minuteMs = 60_000;
const confirmAfterMs = 3 * minuteMs;
const calmBeforeEasingMs = 5 * minuteMs;
const suspectedAtMostMs = 20 * minuteMs;
const shortestQuietMs = 5 * minuteMs;
const longestQuietMs = 60 * minuteMs;
const updateEveryMs = 15 * minuteMs;

/** What the decision rests on. Rates are per ten minutes. */
export interface View {
  readonly state: IncidentState;
  /** ms, event time. */
  readonly at: number;
  readonly openedAt: number;
  /** ms: since when the rate has been below the level at which an incident closes; null while it is above. */
  readonly calmSince: number | null;
  readonly observed: number;
  /** The rate of the last five minutes. */
  readonly observedNow: number;
  /** In the last five minutes more people said that it works again than that it does not. */
  readonly recovering: boolean;
  /** A rate at which an easing incident is back. */
  readonly relapseLevel: number;
  /** The statistic stands well above its threshold. */
  readonly strong: boolean;
  readonly reporters: number;
  readonly minReporters: number;
  /** One source alone reports though others are live. */
  readonly lonely: boolean;
  readonly recoveries: number;
  readonly reports: number;
  readonly relapses: number;
  readonly quietMs: number;
  readonly changedAt: number;
  readonly reportersTold: number;
}

export interface Step {
  readonly state: IncidentState;
  readonly change: IncidentChange;
}

/** What happens at the end of a minute, or null when nothing does. Only steps of `transitions` in shared/incident.ts. */
export function step(view: View): Step | null {
  const calmMs = view.calmSince === null ? 0 : view.at - view.calmSince;
  const enough = view.reporters >= view.minReporters * (view.lonely ? 4 : 2);
  switch (view.state) {
    case 'suspected':
      if (view.calmSince === null && enough && view.strong && view.at - view.openedAt >= confirmAfterMs) {
        return { state: 'confirmed', change: 'confirmed' };
      }
      if (calmMs >= calmBeforeEasingMs) {
        if (enough && view.strong) return { state: 'easing', change: 'easing' };
        if (view.at - view.openedAt >= suspectedAtMostMs) return { state: 'retracted', change: 'retracted' };
      }
      return null;
    case 'confirmed':
      if (calmMs >= calmBeforeEasingMs || view.recovering) return { state: 'easing', change: 'easing' };
      return escalates(view) ? { state: 'confirmed', change: 'updated' } : null;
    case 'easing':
      if (!view.recovering && Math.min(view.observed, view.observedNow) >= view.relapseLevel) return { state: 'confirmed', change: 'relapsed' };
      if (view.calmSince !== null && view.at - Math.max(view.calmSince, view.changedAt) >= quietFor(view)) return { state: 'resolved', change: 'resolved' };
      return null;
    case 'resolved':
    case 'retracted':
      return null;
  }
}

/**
 * Calm needed before an easing incident is over, ms: what is set, longer after each relapse up to an hour, shorter down
 * to five minutes the more people say that it works again.
 */
export function quietFor(view: Pick<View, 'quietMs' | 'relapses' | 'recoveries' | 'reports' | 'minReporters'>): number {
  const quiet = Math.max(view.quietMs, Math.min(longestQuietMs, view.quietMs * (1 + view.relapses)));
  const convincing = Math.max(view.minReporters, view.reports);
  const said = Math.min(1, view.recoveries / convincing);
  return Math.max(Math.min(quiet, shortestQuietMs), quiet * (1 - said));
}

function escalates(view: View): boolean {
  return view.reporters >= 2 * view.reportersTold && view.at - view.changedAt >= updateEveryMs;
}
