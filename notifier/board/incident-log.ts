// The incidents that the board knows: the latest event of each, its timeline, and the order in which people want them.
// Bounded: open ones stay, the longest closed go first. What happened in between is told by the events, not guessed.
import type { Incident, IncidentEvent } from '../../shared/incident.ts';
import { wordView } from './official-log.ts';
import { sharesOf } from './shares.ts';
import type { IncidentView, Ties, TimelineEntry } from './views.ts';

// The first events say how it began, the last how it stands; a flapping incident may lose its middle.
const maxTimeline = 200;

interface Entry {
  event: IncidentEvent;
  readonly timeline: IncidentEvent[];
}

export interface IncidentLog {
  /** Takes an event; one that was seen before changes nothing (false). */
  add(event: IncidentEvent): boolean;
  latest(id: string): IncidentEvent | undefined;
  timeline(id: string): TimelineEntry[];
  /** Newest onset first. */
  ofService(service: string): IncidentEvent[];
  /** Open ones first, then by onset, newest first. */
  all(): IncidentEvent[];
  /** Of these incidents, the one that was closed first; null if all are open. */
  longestClosed(ids: Iterable<string>): string | null;
}

export function isOpen(incident: Pick<Incident, 'state'>): boolean {
  return incident.state !== 'resolved' && incident.state !== 'retracted';
}

/** A log of at most `maxIncidents`; more only while more than that are open. */
export function createIncidentLog(maxIncidents: number): IncidentLog {
  const entries = new Map<string, Entry>();
  const byService = new Map<string, Set<string>>();

  function forget(id: string): void {
    const service = entries.get(id)?.event.incident.service;
    entries.delete(id);
    if (service === undefined) return;
    byService.get(service)?.delete(id);
    if (byService.get(service)?.size === 0) byService.delete(service);
  }

  function longestClosed(ids: Iterable<string>): string | null {
    let oldest: string | null = null;
    let oldestAt = Infinity;
    for (const id of ids) {
      const event = entries.get(id)?.event;
      // Unknown here means that the log itself has let it go: nothing is older.
      if (event === undefined) return id;
      if (isOpen(event.incident) || event.at >= oldestAt) continue;
      oldest = id;
      oldestAt = event.at;
    }
    return oldest;
  }

  function add(event: IncidentEvent): boolean {
    const id = event.incident.id;
    const entry = entries.get(id);
    if (entry !== undefined) {
      if (event.seq <= entry.event.seq) return false;
      entry.event = event;
      entry.timeline.push(slim(event));
      if (entry.timeline.length > maxTimeline) entry.timeline.splice(maxTimeline / 2, 1);
      return true;
    }
    entries.set(id, { event, timeline: [slim(event)] });
    const ids = byService.get(event.incident.service) ?? new Set();
    byService.set(event.incident.service, ids.add(id));
    if (entries.size > maxIncidents) {
      const oldest = longestClosed(entries.keys());
      if (oldest !== null && oldest !== id) forget(oldest);
    }
    return true;
  }

  return {
    add,
    latest: (id) => entries.get(id)?.event,
    timeline: (id) => (entries.get(id)?.timeline ?? []).map((event, i, all) => timelineEntry(event, all[i - 1])),
    ofService: (service) => [...(byService.get(service) ?? [])].map((id) => entries.get(id)!.event).sort((a, b) => b.incident.onset - a.incident.onset),
    all: () =>
      [...entries.values()]
        .map((entry) => entry.event)
        .sort((a, b) => Number(isOpen(b.incident)) - Number(isOpen(a.incident)) || b.incident.onset - a.incident.onset || (a.incident.id < b.incident.id ? -1 : 1)),
    longestClosed,
  };
}

// A timeline keeps figures, not the lists that each event repeats.
function slim(event: IncidentEvent): IncidentEvent {
  return { ...event, incident: { ...event.incident, evidence: [], symptoms: {}, languages: {}, regions: {}, sources: {} } };
}

function timelineEntry(event: IncidentEvent, before: IncidentEvent | undefined): TimelineEntry {
  const { incident } = event;
  const [word, known] = [incident.official, before?.incident.official];
  return {
    seq: event.seq,
    at: iso(event.at),
    change: event.change,
    state: incident.state,
    observed: incident.observed,
    expected: incident.expected,
    windowMs: incident.windowMs,
    reporters: incident.reporters,
    official: (word?.firstAt ?? null) !== (known?.firstAt ?? null) || (word?.endedAt ?? null) !== (known?.endedAt ?? null),
    settings: event.settings,
  };
}

/** An incident as its latest event states it, with what hold made of it. `now` (ms) ends the duration of an open one. */
export function incidentView(event: IncidentEvent, name: string, now: number, ties: Ties): IncidentView {
  const i = event.incident;
  return {
    id: i.id,
    service: i.service,
    name,
    state: i.state,
    onset: iso(i.onset),
    openedAt: iso(i.openedAt),
    confirmedAt: isoOrNull(i.confirmedAt),
    easingAt: isoOrNull(i.easingAt),
    resolvedAt: isoOrNull(i.resolvedAt),
    asOf: iso(event.at),
    delayMs: i.openedAt - i.onset,
    durationMs: Math.max(0, (isOpen(i) ? Math.max(now, event.at) : (i.resolvedAt ?? event.at)) - i.onset),
    observed: i.observed,
    expected: i.expected,
    windowMs: i.windowMs,
    learning: i.learning,
    blind: i.blind,
    reporters: i.reporters,
    score: i.score,
    mentions: i.mentions,
    recoveries: i.recoveries,
    peak: { perMinute: i.peak.perMinute, at: iso(i.peak.at) },
    symptoms: sharesOf(Object.entries(i.symptoms)),
    languages: sharesOf(Object.entries(i.languages)),
    regions: sharesOf(Object.entries(i.regions)),
    sources: sharesOf(Object.entries(i.sources)),
    named: i.named ?? null,
    official: wordView(i, Math.max(now, event.at)),
    tallied: i.tallied ?? null,
    ...ties,
    signal: { ...i.signal, since: iso(i.signal.since) },
    settings: event.settings,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
