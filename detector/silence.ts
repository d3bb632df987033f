// The official-silence clock: from an incident's onset to the first official word about it, and when the page said that it
// is over. Pure; counts by the page's own times, and says what of it is news.
import type { Incident, OfficialWord } from '../shared/incident.ts';
import { type Page, type PageEvent, stateOf } from './official.ts';
import { usualBefore } from './usual-lag.ts';

const minuteMs = 60_000;
/** What began on the page so long before people spoke of it is the same trouble. */
const pageFirstMs = 60 * minuteMs;
// The onset is an estimate: what ended on the page just before it may yet be what people speak of.
const justOverMs = 15 * minuteMs;
/** After an incident is over, a word about it still stops its clock for so long. */
export const lateWordMs = 24 * 60 * minuteMs;

/** first: the page has spoken for the first time. ended: it says that it is over. */
export type OfficialNews = 'first' | 'ended' | null;

/**
 * When the page first spoke of a trouble that began at `onset`, by this event; null: it is about something else.
 * An event that began up to an hour before the onset, or later, is about it with all its words; a maintenance announced
 * ahead speaks when it begins. An event that was going on for longer is about something else until it says
 * something that is not "it is over": then its page knows of more than it did before.
 */
export function firstWordAt({ words, began, ended }: PageEvent, onset: number): number | null {
  const first = words[0];
  if (first === undefined) return null;
  const start = began ?? first[0];
  if (start < onset - pageFirstMs) return words.find(([ts, state]) => ts >= onset && state !== 'ok')?.[0] ?? null;
  if (ended !== null && ended < onset - justOverMs) return null;
  return Math.max(first[0], start);
}

/**
 * Brings what an incident holds of the official word up to `at` (ms, event time), and returns what of it is news. `page`
 * undefined: no page of the service was ever read. What was once heard of stays when the page's event is forgotten.
 */
export function hearPage(incident: Incident, page: Page | undefined, away: ReadonlySet<string>, at: number): OfficialNews {
  if (page === undefined || incident.state === 'retracted') return null;
  const before: OfficialWord | undefined = incident.official;
  const until = Math.min(at, (incident.resolvedAt ?? Infinity) + lateWordMs);
  const heard = page.events.flatMap((event) => {
    const first = firstWordAt(event, incident.onset);
    return first === null || first > until ? [] : [{ event, first }];
  });
  const firstAt = heard.reduce<number | null>((least, { first }) => Math.min(least ?? Infinity, first), before?.firstAt ?? null);
  // events stand with the newest word first
  const last = heard[0]?.event;
  const over = heard.length > 0 && heard.every(({ event }) => event.ended !== null);
  const endedAt = heard.length === 0 ? (before?.endedAt ?? null) : over ? Math.max(...heard.map(({ event }) => event.ended!)) : null;
  incident.official = {
    state: stateOf(page, away, at),
    firstAt,
    lagMs: firstAt === null ? null : firstAt - incident.onset,
    title: last?.title ?? before?.title ?? null,
    url: last === undefined ? (before?.url ?? null) : last.url,
    components: last?.components ?? before?.components ?? [],
    endedAt,
    ...usualBefore(page.lags, incident),
  };
  if (firstAt !== null && (before === undefined || before.firstAt === null)) return 'first';
  return endedAt !== null && before?.endedAt === null ? 'ended' : null;
}
