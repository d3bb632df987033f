// The board's read model: what the topics said, held in bounded memory, answered in the API's shapes. It reads no
// topic, no clock and no store itself: board.ts feeds it, and every question brings its own time.
import { evidenceSchema } from '../../shared/evidence.ts';
import { deliverySchema, type Delivery } from '../../shared/delivery.ts';
import { incidentRecordSchema, type IncidentEvent } from '../../shared/incident.ts';
import type { InRecord } from '../../shared/bus.ts';
import { rollupSchema, type Rollup } from '../../shared/rollup.ts';
import type { Service } from '../../shared/service.ts';
import { createDeliveryCount } from './delivery-count.ts';
import { createEvidenceShelf, evidenceView } from './evidence-shelf.ts';
import { createIncidentLog, incidentView, isOpen } from './incident-log.ts';
import { addRollup, bucketOf, bucketsOf, createMinuteSeries, dayCounts, minutesOf, recent, type MinuteSeries, type Seen } from './minute-series.ts';
import { createOfficialLog, wordView, type OfficialFigures } from './official-log.ts';
import { sharesOf } from './shares.ts';
import { createTiesLog } from './ties.ts';
import { byTrouble } from './page/standing.ts';
import type {
  Bucket, DeliveriesView, EvidencePage, EvidenceView, IncidentDetail, IncidentView, Minute, OfficialView, ServiceDetail, ServiceSummary, Standing, Ties,
} from './views.ts';

const minuteMs = 60_000;
const summaryMinutes = 15;
const recoveredForMs = 60 * minuteMs;

export interface Limits {
  readonly services: number;
  readonly incidents: number;
  readonly evidence: number;
  readonly deliveries: number;
}
export const boardLimits: Limits = { services: 10_000, incidents: 5_000, evidence: 100_000, deliveries: 50_000 };

/** What a record changed, for whoever watches. */
export type Changed =
  | { readonly kind: 'minute'; readonly service: string; readonly minute: number }
  | { readonly kind: 'incident'; readonly service: string; readonly id: string }
  | { readonly kind: 'official'; readonly service: string }
  | { readonly kind: 'ties'; readonly incidents: readonly { readonly service: string; readonly id: string }[] }
  | { readonly kind: 'evidence'; readonly service: string; readonly incident: string; readonly item: EvidenceView }
  | { readonly kind: 'delivery' }
  | { readonly kind: 'time' };

/** The time of a question, ms: `now` on the clock of the charts; `blind` when no source sees anything. */
export interface Asked {
  readonly now: number;
  readonly blind: boolean;
}

export interface ReadModel {
  /** Takes one record of a topic; null when it changed nothing. What can't be read is counted, never thrown. */
  add(record: InRecord): Changed | null;
  unread(): number;
  /** How far event time has come, ms. */
  eventTime(): number | null;
  /** Troubled first, then active, then quiet. `query` narrows by name, id, tag or further name. */
  services(asked: Asked, query?: string): ServiceSummary[];
  summary(id: string, asked: Asked): ServiceSummary | null;
  service(id: string, asked: Asked): ServiceDetail | null;
  /** The bucket and the minute that hold a moment (ms). */
  moment(id: string, at: number): { readonly bucket: Bucket; readonly minute: Minute } | null;
  incidents(asked: Asked, service?: string): IncidentView[];
  incident(id: string, asked: Asked): IncidentDetail | null;
  /** A page of all posts counted; null for an incident that is not known; 'let-go' when they must be read from the log. */
  evidence(id: string, offset: number, count: number): EvidencePage | 'let-go' | null;
  deliveries(state?: Delivery['state']): DeliveriesView;
  dead(): number;
  /** What a service's status page says; null where none is read. */
  officialPage(service: string, asked: Asked): OfficialView | null;
  /** For metrics: status pages of watched services by state, and the longest silence of an incident that is open. */
  officialFigures(asked: Asked): OfficialFigures;
}

export function createReadModel(services: readonly Service[], limits: Limits = boardLimits): ReadModel {
  const known = new Map(services.map((service) => [service.id, service]));
  const series = new Map<string, MinuteSeries>();
  const incidents = createIncidentLog(limits.incidents);
  const shelf = createEvidenceShelf(limits.evidence, (held) => incidents.longestClosed(held));
  const deliveries = createDeliveryCount(limits.deliveries);
  const ties = createTiesLog(limits.incidents);
  const official = createOfficialLog(limits.services);
  let seen: Seen | null = null;
  let unread = 0;

  function see(from: number, through: number): void {
    seen = seen === null ? { from, through } : { from: Math.min(seen.from, from), through: Math.max(seen.through, through) };
  }

  function seriesFor(service: string): MinuteSeries {
    let found = series.get(service);
    if (found === undefined) {
      if (series.size >= limits.services) series.delete(stalest());
      series.set(service, (found = createMinuteSeries()));
    }
    return found;
  }

  function stalest(): string {
    let least: [string, number] = ['', Infinity];
    for (const [id, one] of series) if (one.last < least[1]) least = [id, one.last];
    return least[0];
  }

  function addMinute(row: Rollup): Changed | null {
    see(row.minute, row.minute + minuteMs);
    return addRollup(seriesFor(row.service), row) ? { kind: 'minute', service: row.service, minute: row.minute } : null;
  }

  function addIncident(event: IncidentEvent): Changed | null {
    see(event.at, event.at);
    return incidents.add(event) ? { kind: 'incident', service: event.incident.service, id: event.incident.id } : null;
  }

  function addAlert(value: Uint8Array): Changed {
    const changed = ties.add(json(value)).map((id) => incidents.latest(id)).filter((event) => event !== undefined);
    return { kind: 'ties', incidents: changed.map(({ incident: { service, id } }) => ({ service, id })) };
  }

  function addEvidence(record: InRecord): Changed | null {
    const key = record.key;
    if (record.value === null) {
      // The key is incident/source/id; an incident's id holds no slash.
      shelf.add(key.slice(0, key.indexOf('/')), key, null);
      return null;
    }
    const evidence = evidenceSchema.parse(json(record.value));
    shelf.add(evidence.incident, key, evidence);
    const { ts: _ts, ...item } = evidenceView(evidence);
    return { kind: 'evidence', service: evidence.service, incident: evidence.incident, item };
  }

  function take(record: InRecord): Changed | null {
    if (record.topic === 'outcry.evidence') return addEvidence(record);
    if (record.topic === 'outcry.deliveries') {
      deliveries.add(record.key, record.value === null ? null : deliverySchema.parse(json(record.value)));
      return { kind: 'delivery' };
    }
    if (record.value === null) return null;
    if (record.topic === 'outcry.alerts') return addAlert(record.value);
    if (record.topic === 'outcry.rollups') return addMinute(rollupSchema.parse(json(record.value)));
    if (record.topic !== 'outcry.incidents') return null;
    const parsed = incidentRecordSchema.parse(json(record.value));
    if (parsed.kind === 'incident') return addIncident(parsed);
    // A page that is read says nothing of how far posts have been.
    if (parsed.kind === 'official') return official.add(parsed) ? { kind: 'official', service: parsed.service } : null;
    see(parsed.at, parsed.at);
    return { kind: 'time' };
  }

  function add(record: InRecord): Changed | null {
    try {
      return take(record);
    } catch {
      unread += 1;
      return null;
    }
  }

  const nameOf = (id: string): string => known.get(id)?.name ?? id;

  /** Closed minutes end where event time stands, not where the wall's clock does. */
  const closedBy = (asked: Asked): number => Math.min(asked.now, seen?.through ?? asked.now);

  function standing(one: MinuteSeries | undefined, latest: IncidentEvent | undefined, asked: Asked): Standing {
    if (latest !== undefined && isOpen(latest.incident)) return latest.incident.state as Standing;
    if (latest?.incident.state === 'resolved' && asked.now - (latest.incident.resolvedAt ?? latest.at) <= recoveredForMs) return 'recovered';
    if (asked.blind) return 'unknown';
    return one !== undefined && one.lastReport >= 0 && one.lastReport * minuteMs > closedBy(asked) - 60 * minuteMs - 1 ? 'active' : 'quiet';
  }

  function summarise(id: string, asked: Asked): ServiceSummary {
    const one = series.get(id);
    const latest = incidents.ofService(id)[0];
    const state = standing(one, latest, asked);
    const shown = latest !== undefined && (isOpen(latest.incident) || state === 'recovered') ? latest.incident : null;
    const lively = state !== 'quiet' && state !== 'unknown';
    const quarter = recent(one, closedBy(asked), summaryMinutes);
    const symptoms = shown === null ? [] : sharesOf(Object.entries(shown.symptoms));
    return {
      id,
      name: nameOf(id),
      tags: known.get(id)?.tags ?? [],
      standing: state,
      learning: one?.learning ?? true,
      blind: shown?.blind ?? asked.blind,
      incident: shown?.id ?? null,
      since: shown === null ? null : new Date(shown.onset).toISOString(),
      until: shown === null || shown.resolvedAt === null ? null : new Date(shown.resolvedAt).toISOString(),
      reporters: shown?.reporters ?? null,
      windowMs: summaryMinutes * minuteMs,
      reports: quarter.reports,
      mentions: quarter.mentions,
      expected: quarter.expected,
      spark: lively ? recent(one, closedBy(asked), 60).spark : [],
      topSymptom: symptoms[0]?.key ?? null,
      tie: shown === null ? null : tieOf(shown.id, ties.of(shown.id)),
      official: official.state(id, asked.now),
      officialWord: shown === null ? null : wordView(shown, asked.now),
    };
  }

  const isKnown = (id: string): boolean => known.has(id) || series.has(id) || incidents.ofService(id).length > 0;

  function listed(query: string): string[] {
    const ids = new Set([...known.keys(), ...series.keys(), ...incidents.all().map((event) => event.incident.service)]);
    const words = query.trim().toLowerCase();
    return words === '' ? [...ids] : [...ids].filter((id) => matches(id, known.get(id), words));
  }

  function detail(id: string, asked: Asked): ServiceDetail {
    const summary = summarise(id, asked);
    const history = incidents.ofService(id);
    const shown = summary.incident === null ? undefined : incidents.latest(summary.incident);
    const day = dayCounts(series.get(id), asked.now);
    const feed = shown ?? history[0];
    return {
      ...summary,
      statusPage: known.get(id)?.statusPage ?? null,
      officialPage: official.view(id, asked.now),
      buckets: bucketsOf(series.get(id), asked.now, seen),
      minutes: minutesOf(series.get(id), closedBy(asked), 60),
      sharesOver: shown === undefined ? { kind: 'day' } : { kind: 'incident', since: new Date(shown.incident.onset).toISOString() },
      symptoms: sharesOf(shown === undefined ? day.symptoms : Object.entries(shown.incident.symptoms)),
      languages: sharesOf(shown === undefined ? day.languages : Object.entries(shown.incident.languages)),
      regions: sharesOf(Object.entries(shown?.incident.regions ?? {})),
      evidence: feed === undefined ? [] : shelf.newest(feed.incident.id, 30),
      evidenceTotal: feed === undefined ? 0 : shelf.total(feed.incident.id),
      incidents: history.slice(0, 20).map((event) => incidentView(event, summary.name, asked.now, ties.of(event.incident.id))),
    };
  }

  function evidence(id: string, offset: number, count: number): EvidencePage | 'let-go' | null {
    const latest = incidents.latest(id);
    const pile = shelf.ranked(id);
    if (latest === undefined) return null;
    if (pile === null) return 'let-go';
    return {
      incident: id,
      total: pile.items.length,
      offset,
      sumOfWeights: pile.sumOfWeights,
      score: latest.incident.score,
      asOf: new Date(latest.at).toISOString(),
      items: pile.items.slice(offset, offset + count),
    };
  }

  return {
    add,
    unread: () => unread,
    eventTime: () => seen?.through ?? null,
    services: (asked, query = '') => listed(query).map((id) => summarise(id, asked)).sort(byTrouble),
    summary: (id, asked) => (isKnown(id) ? summarise(id, asked) : null),
    service: (id, asked) => (isKnown(id) ? detail(id, asked) : null),
    moment(id, at) {
      const one = series.get(id);
      if (one === undefined || seen === null) return null;
      return { bucket: bucketOf(one, at, seen), minute: minutesOf(one, at + minuteMs, 1)[0]! };
    },
    incidents: (asked, service) =>
      (service === undefined ? incidents.all() : incidents.ofService(service)).map((event) => incidentView(event, nameOf(event.incident.service), asked.now, ties.of(event.incident.id))),
    incident(id, asked) {
      const latest = incidents.latest(id);
      if (latest === undefined) return null;
      const { service } = latest.incident;
      return { ...incidentView(latest, nameOf(service), asked.now, ties.of(id)), statusPage: known.get(service)?.statusPage ?? null, timeline: incidents.timeline(id) };
    },
    evidence,
    deliveries: (state) => deliveries.view(state),
    dead: () => deliveries.dead(),
    officialPage: (service, asked) => official.view(service, asked.now),
    officialFigures: (asked) => ({
      states: official.states((service) => known.has(service), asked.now),
      longestSilenceMs: incidents.all().reduce((most, { incident }) => (isOpen(incident) ? Math.max(most, wordView(incident, asked.now)?.silentMs ?? 0) : most), 0),
    }),
  };
}

function tieOf(incident: string, { told, parent, cause, group, blame }: Ties): ServiceSummary['tie'] {
  if (told === false && blame !== null) return { kind: 'blamed', name: blame.name };
  const head = parent === null ? undefined : group?.members.find(({ incident }) => incident === parent);
  if (head !== undefined) return { kind: 'linked', name: head.name };
  return cause === null || cause.incident === incident ? null : { kind: cause.certainty, name: cause.name };
}

function json(value: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(value));
}

function matches(id: string, service: Service | undefined, words: string): boolean {
  if (id.includes(words)) return true;
  if (service === undefined) return false;
  return [service.name, ...service.names, ...service.tags, ...service.hashtags, ...service.handles].some((name) => name.toLowerCase().includes(words));
}
