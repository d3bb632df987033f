// Keeps one service's incident: what has been counted for it, what has been told of it. When it changes state is
// lifecycle.ts's decision; what a report is worth was decided before.
import { type Evidence, maxEvidenceText } from '../shared/evidence.ts';
import { type Incident, incidentId, type IncidentChange, type IncidentEvent, type IncidentState, type Named } from '../shared/incident.ts';
import type { Symptom } from '../shared/report.ts';
import type { Signal } from '../shared/signal.ts';
import { hash53 } from './hash.ts';
import type { Recent } from './watch.ts';

const mostShown = 20;
// Other services that an incident's posts name: the most named are kept.
const mostOthers = 8;
// Posts that can still be erased by their author, newest kept.
const mostErasable = 20_000;
const pastKeptMs = 24 * 3_600_000;

/** What is needed to erase a counted post and keep its count. */
export type Counted = readonly [ts: number, weight: number, symptom: Symptom, lang: string, reason: string, late: boolean, region: string | null, standsFor?: number];

export interface Open {
  incident: Incident;
  seq: number;
  changedAt: number;
  reportersTold: number;
  calmSince: number | null;
  /** ms: when sight came back; what was not seen before is not calm. */
  sightSince: number;
  strong: boolean;
  relapses: number;
  /** Its score at the end of its first full minute. */
  scoreAtOpening: number;
  /** Reports in ten minutes: the rate at which it opened, and the most there were. */
  openLevel: number;
  peakLevel: number;
  /** By how much the variance of its score is more than its mean; left out where each report stands for itself. */
  beyond?: number;
  /** The event last told, as JSON: what `live` compares with. */
  told: string;
  counted: Map<number, Counted>;
}

/** An incident that is over, kept while its posts may be taken back. */
export interface Past {
  incident: string;
  until: number;
  counted: Map<number, Counted>;
  /** While the official word about it may still come or end: what it was, and the number of its last event. */
  late?: Pick<Open, 'incident' | 'seq'>;
}

export interface Opening {
  readonly service: string;
  readonly at: number;
  readonly onset: number;
  readonly signal: Signal;
  readonly learning: boolean;
  readonly mentions: number;
  readonly recoveries: number;
  readonly expected: number;
}

export function openIncident(opening: Opening): Open {
  const { at, onset, signal } = opening;
  return {
    incident: {
      id: incidentId(opening.service, onset), service: opening.service, state: 'suspected', onset, openedAt: at,
      confirmedAt: null, easingAt: null, resolvedAt: null,
      observed: 0, expected: opening.expected, windowMs: Math.max(1, at - onset), learning: opening.learning, blind: false,
      reporters: 0, score: 0, mentions: opening.mentions, recoveries: opening.recoveries, peak: { perMinute: 0, at },
      symptoms: {}, languages: {}, regions: {}, sources: {}, evidence: [], signal, named: { alone: 0, together: 0, others: {} },
    },
    seq: 0, changedAt: at, reportersTold: 0, calmSince: null, sightSince: Number.MIN_SAFE_INTEGER, strong: false, relapses: 0, scoreAtOpening: 0,
    openLevel: 0, peakLevel: 0, told: '', counted: new Map(),
  };
}

/** Whether an incident is under way. */
export function stands(open: Open | null): open is Open {
  return open !== null && open.incident.resolvedAt === null;
}

/** Counts a report for the incident and returns it as evidence. */
export function countReport(open: Open, post: Recent, late: boolean): Evidence {
  const { incident } = open;
  const { standsFor = 1 } = post;
  incident.reporters += standsFor;
  incident.score += post.weight * standsFor;
  if (standsFor > 1) open.beyond = (open.beyond ?? 0) + post.weight * standsFor * (standsFor - 1);
  tally(incident.symptoms, post.symptom, standsFor);
  tally(incident.languages, post.lang, standsFor);
  tally(incident.regions, post.region ?? 'unknown', standsFor);
  tally(incident.sources, post.source, standsFor);
  // a snapshot from before it was counted lacks it
  incident.named ??= { alone: 0, together: 0, others: {} };
  countNames(incident.named, post.others ?? [], standsFor);
  const { source, id, ts, lang, symptom, weight } = post;
  const shown = incident.evidence;
  if (shown.length < mostShown || weight > shown.at(-1)!.weight) {
    let place = shown.length;
    while (place > 0 && shown[place - 1]!.weight < weight) place--;
    shown.splice(place, 0, { source, id, ts, lang, symptom, weight });
    if (shown.length > mostShown) shown.pop();
  }
  const counted = [ts, weight, symptom, lang, post.reason, late, post.region] as const;
  open.counted.set(hash53(`${source}\n${id}`), standsFor === 1 ? counted : [...counted, standsFor]);
  if (open.counted.size > mostErasable) open.counted.delete(open.counted.keys().next().value!);
  return {
    v: 1, incident: incident.id, service: incident.service, source, id, ts, author: post.author, lang, symptom,
    reason: post.reason, weight, ...stood(standsFor), late, text: post.text, url: post.url, region: post.region,
  };
}

/** The incident with a new state, told as its next event. */
export function tell(open: Open, change: IncidentChange, state: IncidentState, at: number, settings: string): IncidentEvent {
  const { incident } = open;
  if (change === 'confirmed' || change === 'reopened') incident.confirmedAt ??= at;
  if (change === 'easing') incident.easingAt = at;
  if (change === 'relapsed' || change === 'reopened') incident.easingAt = null;
  if (change === 'resolved' || change === 'retracted') incident.resolvedAt = at;
  if (change === 'reopened') incident.resolvedAt = null;
  incident.state = state;
  open.seq += 1;
  open.changedAt = at;
  open.reportersTold = incident.reporters;
  const event: IncidentEvent = { v: 1, kind: 'incident', seq: open.seq, change, at, settings, incident };
  open.told = JSON.stringify(event);
  return event;
}

/**
 * The incident with figures that are no step of its own, told as its next event: what the official word changes moves none of
 * the times by which it lives.
 */
export function tellAside(open: Pick<Open, 'incident' | 'seq'> & Partial<Pick<Open, 'told'>>, at: number, settings: string): IncidentEvent {
  open.seq += 1;
  const event: IncidentEvent = { v: 1, kind: 'incident', seq: open.seq, change: 'updated', at, settings, incident: open.incident };
  if (open.told !== undefined) open.told = JSON.stringify(event);
  return event;
}

/** The counted post of this hash, without words and author, if an incident holds it; it is forgotten with that. */
export function erase(holder: { counted: Map<number, Counted> }, incident: string, service: string, source: string, id: string): Evidence | null {
  const key = hash53(`${source}\n${id}`);
  const counted = holder.counted.get(key);
  if (counted === undefined) return null;
  holder.counted.delete(key);
  const [ts, weight, symptom, lang, reason, late, region, standsFor = 1] = counted;
  return { v: 1, incident, service, source, id, ts, author: '', lang, symptom, reason, weight, ...stood(standsFor), late, text: null, url: null, region };
}

/** What remains of an incident that no longer can come back. */
export function toPast(open: Open, at: number): Past {
  const { incident, seq, counted } = open;
  const over = { incident: incident.id, until: at + pastKeptMs, counted };
  return incident.state === 'retracted' || incident.official === undefined || incident.official.endedAt !== null ? over : { ...over, late: { incident, seq } };
}

/** Text as evidence keeps it: no longer than it may be, never cut within a character. */
export function cutText(text: string): string {
  if (text.length <= maxEvidenceText) return text;
  const cut = text.slice(0, maxEvidenceText);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

function countNames(named: Named, others: readonly string[], n: number): void {
  if (others.length === 0) named.alone += n;
  else named.together += n;
  for (const service of new Set(others)) {
    const kept = Object.keys(named.others);
    if (kept.length >= mostOthers && !Object.hasOwn(named.others, service)) {
      // a newcomer takes the place of one that was named once; whoever is named often is never lost
      const once = kept.find((other) => named.others[other] === 1);
      if (once === undefined) continue;
      delete named.others[once];
    }
    tally(named.others, service, n);
  }
}

function tally(counts: Record<string, number>, key: string, n: number): void {
  // a stranger's key may be the name of something that every object has
  counts[key] = (Object.hasOwn(counts, key) ? counts[key]! : 0) + n;
}

const stood = (standsFor: number): { standsFor?: number } => (standsFor === 1 ? {} : { standsFor });
