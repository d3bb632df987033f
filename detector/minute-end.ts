// The end of a minute for one service that is talked about: learn, roll up, let its incident take its next step, tidy.
import type { Incident, IncidentEvent } from '../shared/incident.ts';
import type { Rollup } from '../shared/rollup.ts';
import type { Signal } from '../shared/signal.ts';
import type { Beside } from './beside.ts';
import { expectNow, flow, learningLagMinutes, learningMinutes, learnMinutes, noteMinute, warmUpMinutes } from './baseline.ts';
import { expireCopies } from './copies.ts';
import { samplingOf, zeroAll } from './cusum.ts';
import { statisticOf } from './alarm.ts';
import { dispersionOf } from './dispersion.ts';
import { expireAuthors } from './hearing.ts';
import { type Open, stands, tell, tellAside, toPast } from './incident-book.ts';
import { minuteScatter, spanScatter } from './level.ts';
import { step } from './lifecycle.ts';
import { type Column, moveTo, sumOf } from './minutes.ts';
import { putBackNormal } from './normal.ts';
import { forgetSeen } from './seen-posts.ts';
import { excuseDay } from './own-past.ts';
import type { DetectorSettings } from './settings.ts';
import type { Sources } from './sources.ts';
import type { Active, Watch } from './watch.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const windowMinutes = 10;
const idleMs = 60 * minuteMs;
// Of a service of whom nobody spoke for so long, minutes are not counted one by one any more. Longer than learning lags.
const dozeMs = 10 * minuteMs;
const recentMs = 120 * minuteMs;
// Figures of ten minutes mean something once ten minutes have been seen again.
const sightMs = windowMinutes * minuteMs;
const peakShare = 0.05;
const openShare = 0.7;
// Copies and jokes weigh little, but that they come shows that it goes on.
const voiceWeight = 0.5;
const wellAbove = 1.5;

type Witness = Pick<Beside, 'fill' | 'corroborates'>;
const nobody: Witness = { fill: () => null, corroborates: () => false };

export interface MinuteEnd {
  /** Null for a minute in which nobody named the service and no incident stood. */
  readonly rollup: Rollup | null;
  readonly event: IncidentEvent | null;
}

/** Ends the minute before `boundary` (ms). `seeing`: the service was in sight; `beside`: what is known beside the crowd. */
export function endMinute(watch: Watch, boundary: number, seeing: boolean, sources: Sources, settings: DetectorSettings, hash: string, beside: Witness = nobody): MinuteEnd {
  const active = watch.active!;
  const minute = boundary - minuteMs;
  moveTo(active.minutes, minute);
  const expected = watch.perMinute;
  if (seeing) flow(watch, boundary);
  watch.clock = boundary;
  noteMinute(watch, boundary, seeing);
  learnMinutes(watch, boundary - learningLagMinutes * minuteMs);
  const rollup = active.lastMention >= minute || stands(watch.open) ? rollUp(watch, minute, expected, !seeing) : null;
  const event = watch.open === null ? null : advance(watch, watch.open, boundary, seeing, sources, settings, hash, beside);

  if (watch.exposure < warmUpMinutes) {
    zeroAll(watch.bank, boundary);
    zeroAll(watch.volume, boundary);
  }
  expireAuthors(active, boundary);
  forgetSeen(active.seen, boundary);
  expireCopies(active.copies, boundary);
  if (active.echoes !== undefined) expireCopies(active.echoes, boundary);
  while (active.recent.length > 0 && active.recent[0]!.at < boundary - recentMs) active.recent.shift();
  const own = active.bySource ?? {};
  active.bySource = active.symptoms = active.languages = active.reasons = undefined;
  if (active.lastMention >= minute) fit(active);
  expectNow(watch, boundary, sources, own);
  moveTo(active.minutes, boundary);
  if (watch.past.length > 0) watch.past = watch.past.filter((past) => past.until > boundary);
  if (watch.open === null && active.lastMention < boundary - dozeMs && watch.exposure >= warmUpMinutes + learningLagMinutes) {
    learnMinutes(watch, boundary);
    active.dozing = true;
  }
  return { rollup, event };
}

/** Lists that were pushed to have taken half as much again; perhaps nothing more comes for an hour. */
function fit(active: Active): void {
  active.recent = active.recent.slice();
  active.crowd = active.crowd?.slice();
}

/** Drops what a service keeps only while it is talked about, once nobody has for an hour, and incidents long over. False: nothing changed. */
export function fallAsleep(watch: Watch, boundary: number): boolean {
  const left = watch.past.filter((past) => past.until > boundary);
  const asleep = watch.active !== null && watch.active.dozing && watch.active.lastMention < boundary - idleMs;
  if (!asleep && left.length === watch.past.length) return false;
  watch.past = left;
  if (asleep) watch.active = null;
  return true;
}

function rollUp(watch: Watch, minute: number, expected: number, blind: boolean): Rollup {
  const { minutes, symptoms = {}, languages = {}, reasons = {} } = watch.active!;
  const sd = Math.sqrt(expected + spanScatter(watch.reports, 1) * expected * expected);
  return {
    v: 1, service: watch.service, minute,
    mentions: sumOf(minutes, 'mentions', minute, 1),
    reports: sumOf(minutes, 'reporters', minute, 1),
    observed: sumOf(minutes, 'weight', minute, 1),
    expected: tidy(expected),
    // The 99th percentile of a normal distribution, and half a count because counts are whole.
    upper: tidy(expected + 2.33 * sd + 0.5),
    learning: watch.exposure < learningMinutes,
    blind,
    recoveries: sumOf(minutes, 'recoveries', minute, 1),
    symptoms, languages, reasons,
  };
}

function advance(watch: Watch, open: Open, at: number, seeing: boolean, sources: Sources, settings: DetectorSettings, hash: string, beside: Witness): IncidentEvent | null {
  const { incident } = open;
  if (incident.resolvedAt !== null) {
    if (at - incident.resolvedAt >= settings.reopenHours * hourMs || incident.state === 'retracted') forget(watch, open, at);
    return null;
  }
  if (!seeing) return goBlind(open, at, hash);
  const sightBack = incident.blind;
  if (sightBack) {
    incident.blind = false;
    open.sightSince = at;
    open.calmSince = null;
  }
  measure(watch, open, at, settings);
  const news = beside.fill(incident, at);
  const minutes = watch.active!.minutes;
  const lately = (column: Column): number => sumOf(minutes, column, at - minuteMs, windowMinutes / 2);
  // a source that only counts is a witness like one that hands its posts over
  const reporting = Object.keys(incident.sources).length + (beside.corroborates(incident.service, at) ? 1 : 0);
  const change = step({
    state: incident.state, at, openedAt: incident.openedAt, calmSince: open.calmSince,
    observed: incident.observed,
    observedNow: 2 * Math.max(lately('weight'), voiceWeight * lately('reporters')),
    recovering: lately('recoveries') >= Math.max(settings.minReporters, lately('reporters')),
    relapseLevel: Math.max(1.5 * closeLevel(watch, open), 0.5 * open.openLevel),
    strong: keepsOn(watch, open, at) && open.strong, reporters: incident.reporters, minReporters: settings.minReporters,
    lonely: reporting < 2 && sources.live() > 1,
    recoveries: sumOf(minutes, 'recoveries', at - minuteMs, 2 * windowMinutes),
    reports: sumOf(minutes, 'reporters', at - minuteMs, windowMinutes),
    relapses: open.relapses, quietMs: settings.quietMinutes * minuteMs, changedAt: open.changedAt, reportersTold: open.reportersTold,
  });
  if (change === null && sightBack) return tell(open, 'updated', incident.state, at, hash);
  if (change === null) return news === null ? null : tellAside(open, at, hash);
  if (change.state === 'confirmed') excuseDay(watch.ownPast);
  if (change.change === 'relapsed') open.relapses += 1;
  const event = tell(open, change.change, change.state, at, hash);
  if (incident.resolvedAt !== null) settle(watch, incident, at, settings);
  if (change.change === 'retracted') forget(watch, open, at);
  return event;
}

/** Nobody sees the service: the incident stands as it is, and says so once. */
export function goBlind(open: Open, at: number, hash: string): IncidentEvent | null {
  if (open.incident.blind || open.incident.resolvedAt !== null) return null;
  open.incident.blind = true;
  return tell(open, 'updated', open.incident.state, at, hash);
}

// A burst of seconds is not yet a trouble: reports must come in the minutes after it was noticed, too, above what is expected.
function keepsOn(watch: Watch, open: Open, at: number): boolean {
  if (open.incident.state !== 'suspected') return true;
  const from = open.incident.openedAt + minuteMs;
  if (at < from + minuteMs) open.scoreAtOpening = open.incident.score;
  const since = open.incident.score - open.scoreAtOpening;
  const expected = (watch.perMinute * (at - from)) / minuteMs;
  return since - expected >= Math.max(3, 2 * Math.sqrt(expected));
}

function measure(watch: Watch, open: Open, at: number, settings: DetectorSettings): void {
  const { incident } = open;
  const minutes = watch.active!.minutes;
  const minute = at - minuteMs;
  const perMinute = sumOf(minutes, 'weight', minute, 1);
  if (perMinute > incident.peak.perMinute) incident.peak = { perMinute, at: minute };
  const weight = sumOf(minutes, 'weight', minute, windowMinutes);
  incident.observed = Math.max(weight, voiceWeight * sumOf(minutes, 'reporters', minute, windowMinutes));
  incident.expected = tidy(watch.perMinute * windowMinutes);
  incident.windowMs = windowMinutes * minuteMs;
  open.peakLevel = Math.max(open.peakLevel, incident.observed);
  const { signal } = incident;
  const since = Math.max(1, (at - incident.onset) / minuteMs);
  const dispersion = samplingOf(incident.score, open.beyond ?? 0) * dispersionOf(signal.jump, minuteScatter(watch.reports) * watch.perMinute);
  const statistic = statisticOf({ observed: incident.score, expected: watch.perMinute * since }, signal.jump, dispersion);
  open.strong ||= signal.rule.startsWith('reports') ? statistic >= wellAbove * signal.threshold : incident.reporters >= 3 * settings.minReporters;
  const closes = closeLevel(watch, open);
  const seen = at - open.sightSince >= sightMs;
  const young = at - incident.onset < sightMs;
  if (incident.observed > closes || !seen) open.calmSince = null;
  else if (!young) open.calmSince ??= at;
}

/** Reports in ten minutes at the jump by which it was noticed; a burst of seconds is not taken for a rate. */
export function openLevel(signal: Signal, perMinute: number, minReporters: number): number {
  return Math.max(minReporters, openShare * signal.jump * perMinute * windowMinutes);
}

// Ten-minute rate below which the trouble is fading: the geometric middle between baseline and the rate at which it
// opened, a twentieth of the peak, and in any case outside the baseline's own scatter.
function closeLevel(watch: Watch, open: Open): number {
  const base = Math.max(0.2, open.incident.expected);
  const scatter = Math.sqrt(base + spanScatter(watch.reports, windowMinutes) * base * base);
  return Math.max(Math.sqrt(open.openLevel * base), peakShare * open.peakLevel, base + scatter);
}

function settle(watch: Watch, { state, observed }: Incident, at: number, settings: DetectorSettings): void {
  // what was no outage may come again, so it is learnt
  if (state === 'retracted') watch.normal = undefined;
  else putBackNormal(watch, at, observed, windowMinutes);
  zeroAll(watch.bank, at);
  zeroAll(watch.volume, at);
  watch.settledAt = at;
  if (state === 'retracted') watch.waryUntil = at + settings.reopenHours * hourMs;
}

function forget(watch: Watch, open: Open, at: number): void {
  watch.past.push(toPast(open, at));
  watch.open = null;
}

function tidy(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
