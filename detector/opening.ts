// An alarm becomes an incident, or brings one back: estimates the onset and claims the reports since. Whether there is an
// alarm was decided before.
import type { Evidence } from '../shared/evidence.ts';
import type { Incident, IncidentEvent } from '../shared/incident.ts';
import type { Signal } from '../shared/signal.ts';
import { learningMinutes } from './baseline.ts';
import { countReport, openIncident, tell } from './incident-book.ts';
import { openLevel } from './minute-end.ts';
import { sumOf } from './minutes.ts';
import { noteNormal } from './normal.ts';
import { estimateOnset } from './onset.ts';
import type { DetectorSettings } from './settings.ts';
import type { Watch } from './watch.ts';

const minuteMs = 60_000;

/**
 * Opens the watch's incident on `signal` at `at` (ms), or reopens the resolved one that it still holds. `fill` adds what is
 * known beside the crowd.
 */
export function openOn(watch: Watch, signal: Signal, at: number, settings: DetectorSettings, hash: string, fill: (incident: Incident) => void = () => {}): { event: IncidentEvent; evidence: Evidence[] } {
  const active = watch.active!;
  const onset = onsetOf(watch, signal, settings);
  const here = Math.floor(at / minuteMs) * minuteMs;
  const minutes = Math.ceil((at - onset) / minuteMs) + 1;
  const mentions = sumOf(active.minutes, 'mentions', here, minutes);
  const recoveries = sumOf(active.minutes, 'recoveries', here, minutes);
  const expected = Math.round(((watch.perMinute * (at - onset)) / minuteMs) * 10_000) / 10_000;
  const reopened = watch.open !== null;
  watch.open ??= openIncident({ service: watch.service, at, onset, signal, learning: watch.exposure < learningMinutes, mentions, recoveries, expected });
  noteNormal(watch, at);
  const { open } = watch;
  const { incident } = open;
  if (reopened) {
    incident.mentions += mentions;
    incident.recoveries += recoveries;
    open.relapses += 1;
  }
  const evidence: Evidence[] = [];
  incident.observed = 0;
  for (const post of active.recent) {
    if (post.at < onset) continue;
    incident.observed += post.weight * (post.standsFor ?? 1);
    evidence.push(countReport(open, post, false));
  }
  incident.expected = expected;
  incident.windowMs = Math.max(1, at - onset);
  open.openLevel = Math.max(open.openLevel, openLevel(signal, watch.perMinute, settings.minReporters));
  open.calmSince = null;
  fill(incident);
  return { event: tell(open, reopened ? 'reopened' : 'suspected', reopened ? 'confirmed' : 'suspected', at, hash), evidence };
}

// As early as the minimum of reporters asks for, so that the incident never rests on fewer; never before the last one ended.
function onsetOf(watch: Watch, signal: Signal, settings: DetectorSettings): number {
  const recent = watch.active!.recent;
  const earliest = Math.max(signal.since, watch.settledAt);
  const needed = recent.filter((post) => post.own && !post.shared && post.at >= earliest).at(-settings.minReporters)?.at ?? earliest;
  return Math.max(Math.min(estimateOnset(recent, earliest), needed), watch.settledAt);
}
