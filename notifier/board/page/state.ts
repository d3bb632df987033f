// What the page knows at a moment: everything that a rendering needs, and nothing that draws.
import { byTrouble } from './standing.ts';
import type {
  AboutView, Bucket, EvidencePage, EvidenceView, IncidentDetail, IncidentView, Minute, OfficialView, ServiceDetail, ServiceSummary, SourceView,
} from '../views.ts';

export type Place =
  | { readonly kind: 'front' }
  | { readonly kind: 'service'; readonly id: string }
  | { readonly kind: 'incident'; readonly id: string }
  | { readonly kind: 'arithmetic' }
  | { readonly kind: 'nowhere' };

export type Span = 'day' | 'hour';

export interface Arithmetic {
  readonly version: string;
  readonly settings: { readonly hash: string; readonly values: unknown };
}

export interface State {
  place: Place;
  connection: 'connecting' | 'connected' | 'lost';
  /** The board could not be asked; what is shown is what was known before. */
  failed: boolean;
  missing: boolean;
  about: AboutView | null;
  query: string;
  services: readonly ServiceSummary[] | null;
  incidents: readonly IncidentView[];
  sources: readonly SourceView[];
  service: ServiceDetail | null;
  incident: IncidentDetail | null;
  evidence: EvidencePage | null;
  arithmetic: Arithmetic | null;
  reported: string | null;
  /** Which chart the reader wants; null lets the data decide. */
  span: Span | null;
}

export function createState(place: Place, query = ''): State {
  return {
    place,
    connection: 'connecting',
    failed: false,
    missing: false,
    about: null,
    query,
    services: null,
    incidents: [],
    sources: [],
    service: null,
    incident: null,
    evidence: null,
    arithmetic: null,
    reported: null,
    span: null,
  };
}

/** The place that a path names. */
export function placeOf(path: string): Place {
  if (path === '/') return { kind: 'front' };
  if (path === '/arithmetic') return { kind: 'arithmetic' };
  const found = /^\/([si])\/([^/]+)$/.exec(path);
  if (found === null) return { kind: 'nowhere' };
  try {
    return { kind: found[1] === 's' ? 'service' : 'incident', id: decodeURIComponent(found[2]!) };
  } catch {
    return { kind: 'nowhere' };
  }
}

/** What the address searches for. */
export function queryOf(search: string): string {
  return (new URLSearchParams(search).get('q') ?? '').trim();
}

/** Lays changed summaries over the list; while the reader searches, only what was found is kept up to date. */
export function takeSummaries(state: State, changed: readonly ServiceSummary[]): void {
  const fresh = new Map(changed.map((one) => [one.id, one]));
  const mine = state.service === null ? undefined : fresh.get(state.service.id);
  if (state.service !== null && mine !== undefined) state.service = { ...state.service, ...mine };
  if (state.services === null) return;
  const kept = state.services.map((one) => {
    const now = fresh.get(one.id) ?? one;
    fresh.delete(one.id);
    return now;
  });
  state.services = [...kept, ...(state.query === '' ? fresh.values() : [])].sort(byTrouble);
}

/** A closed minute: its bucket takes the place of the one with the same start, or is the next. */
export function takeMinute(state: State, service: string, bucket: Bucket, minute: Minute): void {
  if (state.service?.id !== service) return;
  state.service = { ...state.service, buckets: place(state.service.buckets, bucket, 97), minutes: place(state.service.minutes, minute, 60) };
}

function place<T extends { readonly start: string }>(list: readonly T[], one: T, most: number): readonly T[] {
  const index = list.findIndex((other) => other.start === one.start);
  if (index >= 0) return list.with(index, one);
  const longer = [...list, one].sort((a, b) => (a.start < b.start ? -1 : 1));
  return longer.slice(-most);
}

/** What a service's status page says has changed; its state comes with the service's summary. */
export function takeOfficial(state: State, service: string, officialPage: OfficialView | null): void {
  if (state.service?.id === service) state.service = { ...state.service, officialPage };
}

export function takeIncident(state: State, incident: IncidentDetail): void {
  const rest = state.incidents.filter((one) => one.id !== incident.id);
  state.incidents = [incident, ...rest].sort((a, b) => (a.onset < b.onset ? 1 : -1));
  if (state.incident?.id === incident.id) state.incident = incident;
  if (state.service?.id !== incident.service) return;
  const history = [incident, ...state.service.incidents.filter((one) => one.id !== incident.id)].sort((a, b) => (a.onset < b.onset ? 1 : -1));
  const { symptoms, languages, regions } = incident;
  const open = incident.state !== 'retracted' && history[0] === incident;
  state.service = {
    ...state.service,
    incidents: history,
    ...(open ? { symptoms, languages, regions, sharesOver: { kind: 'incident' as const, since: incident.onset } } : {}),
  };
}

/** New posts come on top; one that was there before (taken back) is changed in its place. */
export function takePosts(state: State, service: string, posts: readonly { readonly incident: string; readonly item: EvidenceView }[]): void {
  if (state.service?.id !== service) return;
  const feed = new Map(state.service.evidence.map((item) => [`${item.source}/${item.id}`, item]));
  let added = 0;
  for (const { item } of posts) {
    if (!feed.has(`${item.source}/${item.id}`)) added += 1;
    feed.set(`${item.source}/${item.id}`, item);
  }
  const evidence = [...feed.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? -1 : 1)).slice(0, 30);
  state.service = { ...state.service, evidence, evidenceTotal: state.service.evidenceTotal + added };
}
