// What services' own status pages say, kept for the board: the latest word of each page, and the word of an incident in
// the API's shape. Bounded; it judges nothing, since the detector has done that.
import type { Incident, Official } from '../../shared/incident.ts';
import type { OfficialState } from '../../shared/observation.ts';
import { oneLine } from '../strangers-text.ts';
import type { OfficialEventView, OfficialView, WordView } from './views.ts';

const keptAfterEndMs = 86_400_000;
const maxEvents = 20;
const maxTitle = 300;
const maxComponents = 20;
const maxComponent = 100;
const maxUrl = 1_000;

export interface OfficialFigures {
  /** How many status pages are in each state. */
  readonly states: Readonly<Record<OfficialState, number>>;
  /** Of the incidents that are open; 0 where no page is silent. */
  readonly longestSilenceMs: number;
}

export interface OfficialLog {
  /** Takes what a page says; what is older than that which is held changes nothing (false). */
  add(official: Official): boolean;
  /** The state of a service's page at a moment, ms; null where no page is read. */
  state(service: string, now: number): OfficialState | null;
  view(service: string, now: number): OfficialView | null;
  /** How many pages are in each state, of the services that `counts` takes. */
  states(counts: (service: string) => boolean, now: number): Record<OfficialState, number>;
}

/** A log of at most `maxServices` pages; the one longest without a word goes first. */
export function createOfficialLog(maxServices: number): OfficialLog {
  const pages = new Map<string, Official>();

  return {
    add(official) {
      const { service, at } = official;
      const before = pages.get(service);
      if (before !== undefined && at < before.at) return false;
      pages.delete(service);
      pages.set(service, slim(official));
      if (pages.size > maxServices) pages.delete(pages.keys().next().value!);
      return true;
    },
    state(service, now) {
      const page = pages.get(service);
      return page === undefined ? null : stateOf(page, now);
    },
    view(service, now) {
      const page = pages.get(service);
      if (page === undefined) return null;
      return {
        state: stateOf(page, now),
        asOf: iso(page.at),
        events: page.events.filter(({ ended }) => ended === null || ended >= now - keptAfterEndMs).map((event) => eventView(event, now)),
        usualMs: page.usualMs,
        usualOf: page.usualOf,
      };
    },
    states(counts, now) {
      const states: Record<OfficialState, number> = { ok: 0, degraded: 0, outage: 0, maintenance: 0, unknown: 0 };
      for (const [service, page] of pages) if (counts(service)) states[stateOf(page, now)] += 1;
      return states;
    },
  };
}

// A page is a stranger: what it says is cut to what a screen can show.
function slim(official: Official): Official {
  return {
    ...official,
    events: official.events.slice(0, maxEvents).map((event) => ({
      ...event,
      title: oneLine(event.title, maxTitle),
      url: event.url !== null && event.url.length > maxUrl ? null : event.url,
      components: event.components.slice(0, maxComponents).map((component) => oneLine(component, maxComponent)),
    })),
  };
}

function isPlanned({ state, began }: Official['events'][number], now: number): boolean {
  return state === 'maintenance' && began !== null && began > now;
}

function stateOf({ state, events }: Official, now: number): OfficialState {
  const planned = events.filter((event) => event.state === 'maintenance');
  return state === 'maintenance' && planned.length > 0 && planned.every((event) => isPlanned(event, now)) ? 'ok' : state;
}

function eventView(event: Official['events'][number], now: number): OfficialEventView {
  const { began, ended, saidAt, ...rest } = event;
  return { ...rest, planned: isPlanned(event, now), began: isoOrNull(began), ended: isoOrNull(ended), saidAt: iso(saidAt) };
}

/** What the page says of an incident; null where no page is read. `now` (ms) ends the silence of one that is open. */
export function wordView({ official, onset, resolvedAt }: Pick<Incident, 'official' | 'onset' | 'resolvedAt'>, now: number): WordView | null {
  if (official === undefined) return null;
  const { firstAt, endedAt, title, url, components, ...rest } = official;
  return {
    ...rest,
    silentMs: firstAt === null && official.state !== 'unknown' ? Math.max(0, (resolvedAt ?? now) - onset) : null,
    firstAt: isoOrNull(firstAt),
    endedAt: isoOrNull(endedAt),
    title: title === null ? null : oneLine(title, maxTitle),
    url: url !== null && url.length > maxUrl ? null : url,
    components: components.slice(0, maxComponents).map((component) => oneLine(component, maxComponent)),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
