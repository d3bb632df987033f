// What was already told of each page, so that nothing is told twice over restarts and what was said meanwhile is: per event
// of the last day the hashes of its words, whether it is open, and for whom it was. Pure; its text form is the cursor.
import { hash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../json.ts';
import { recentMs, type EventKind, type PageWord, type Reading } from './page-word.ts';

export interface NewWord {
  readonly word: PageWord;
  /** Empty: one of too many at once, to be settled without a word. */
  readonly services: readonly string[];
}

interface ToldEvent {
  readonly kind: EventKind;
  open: boolean;
  /** ms: its last word, or its end. */
  at: number;
  services: string[];
  keys: string[];
  /** Not in the cursor: after a restart nobody remembers it. */
  title: string;
  /** How often in a row the page did not show it though it was open. */
  missing: number;
}

/** Of the page as a whole: whether it was told that it can be read. */
export type PageState = 'ok' | 'unknown';

export interface Told {
  /**
   * The words of a reading that were not told yet, oldest first, each with its services: what goes on, what ended within a
   * day, and the end of what was told as open. `forgetMs`: an event without a word for so long counts as over.
   */
  news(page: string, reading: Reading, services: (word: PageWord) => string[], nowMs: number, forgetMs?: number): NewWord[];
  /** This word was handed over. */
  settle(page: string, news: NewWord): void;
  /** Ids of what was told as open of one kind. */
  open(page: string, kind: EventKind): string[];
  state(page: string): PageState | undefined;
  setState(page: string, state: PageState): void;
  /** All of it as text, a few kilobytes for hundreds of pages, never more than 200. */
  encode(nowMs: number): string;
}

/** Words of one event told at first sight: its first and its latest. */
const mostAtOnce = 12;
/** Events of one page that are looked at, the latest. */
const mostEvents = 200;
const mostBytes = 200_000;
/** Of a page in the cursor: events, and words of one event. */
const keptEvents = 24;
const keptWords = 40;
const missingTwice = 2;
/** An event is forgotten a little later than it stops being told. */
const slackMs = 3_600_000;

const shortHash = (text: string, length: number): string => hash('sha256', text, 'base64url').slice(0, length);
const keyHash = (word: PageWord): string => shortHash(word.key, 5);
const pageHash = (page: string): string => shortHash(page, 4);

const letters = { incident: 'i', maintenance: 'm', component: 'c' } as const;
const kinds: Readonly<Record<string, EventKind>> = { i: 'incident', m: 'maintenance', c: 'component' };
const savedSchema = z.object({
  v: z.literal(1),
  ok: z.string(),
  no: z.string(),
  // event id, kind and whether open, minute in base 36, hashes of words, services where a page has several
  pages: z.record(z.string(), z.array(z.tuple([z.string(), z.string(), z.string(), z.string()]).rest(z.string()))),
});
type Saved = z.infer<typeof savedSchema>;

function decode(cursor: string | undefined): Saved {
  const empty: Saved = { v: 1, ok: '', no: '', pages: {} };
  return cursor === undefined ? empty : (savedSchema.safeParse(parseJson(cursor)).data ?? empty);
}

const pieces = (text: string, length: number): string[] => text.match(new RegExp(`.{${length}}`, 'g')) ?? [];

/** `cursor`: what `encode` gave before; what is none of ours counts as a first start. */
export function createTold(cursor: string | undefined): Told {
  const saved = decode(cursor);
  const states = new Map<string, PageState>([...pieces(saved.ok, 4).map((page): [string, PageState] => [page, 'ok']), ...pieces(saved.no, 4).map((page): [string, PageState] => [page, 'unknown'])]);
  const pages = new Map<string, Map<string, ToldEvent>>();
  for (const [page, events] of Object.entries(saved.pages)) {
    pages.set(page, new Map(events.map(([id, how, minute, keys, ...services]): [string, ToldEvent] => [id, {
      kind: kinds[how[0] ?? ''] ?? 'incident', open: how[1] === 'o', at: Number.parseInt(minute, 36) * 60_000 || 0, services, keys: pieces(keys, 5), title: '', missing: 0,
    }])));
  }

  function eventsOf(page: string): Map<string, ToldEvent> {
    const key = pageHash(page);
    const events = pages.get(key) ?? new Map<string, ToldEvent>();
    pages.set(key, events);
    return events;
  }

  function gone(id: string, event: ToldEvent, nowMs: number, text: string): NewWord {
    return {
      word: { key: `${id}/gone/${nowMs}`, event: id, kind: event.kind, ts: nowMs, state: 'ok', title: event.title === '' ? text : event.title, text, components: [], ended: nowMs },
      services: event.services,
    };
  }

  return {
    news(page, reading, services, nowMs, forgetMs = Infinity) {
      const told = eventsOf(page);
      const found: NewWord[] = [];
      const shown = new Set<string>();
      const events = [...Map.groupBy(reading.words, (word) => word.event)].map(([id, words]) => ({ id, words, last: words.reduce((a, b) => (b.ts >= a.ts ? b : a)) }));
      // a page can say anything: what is told of it stays within bounds
      for (const { id, words, last } of events.length <= mostEvents ? events : events.toSorted((a, b) => b.last.ts - a.last.ts).slice(0, mostEvents)) {
        const before = told.get(id);
        const stale = last.state !== 'ok' && last.ts < nowMs - forgetMs;
        if (last.state !== 'ok' && !stale) shown.add(id);
        const isRecent = last.state === 'ok' ? (last.ended ?? last.ts) >= nowMs - recentMs : !stale;
        if (!isRecent && before?.open !== true) continue;
        if (stale) continue;
        if (before !== undefined && last.state !== 'ok') before.missing = 0;
        const unheard = words.filter((word) => before?.keys.includes(keyHash(word)) !== true).toSorted((a, b) => a.ts - b.ts);
        // it went from the page and came back as it was
        if (unheard.length === 0 && before?.open === false && last.state !== 'ok') unheard.push({ ...last, key: `${last.key}/again/${nowMs}`, ts: nowMs });
        const passedOver = unheard.length - mostAtOnce;
        for (const [i, word] of unheard.entries()) {
          const meant = new Set(services(word));
          // whoever heard of it hears its end
          if (word.state === 'ok') for (const service of before?.services ?? []) meant.add(service);
          if (meant.size > 0) found.push({ word, services: i === 0 || i > passedOver ? [...meant] : [] });
        }
      }
      for (const [id, event] of told) {
        if (!event.open || shown.has(id) || found.some(({ word }) => word.event === id && word.state === 'ok')) continue;
        if (event.at < nowMs - forgetMs) found.push(gone(id, event, nowMs, 'nothing was said of it for a day'));
        else if (reading.whole.has(event.kind)) {
          event.missing += 1;
          if (event.missing >= missingTwice || event.kind === 'component') found.push(gone(id, event, nowMs, event.kind === 'component' ? 'the page no longer shows it by itself' : 'it is no longer on the page'));
        }
      }
      return found.sort((a, b) => a.word.ts - b.word.ts);
    },
    settle(page, { word, services }) {
      const told = eventsOf(page);
      const event = told.get(word.event) ?? { kind: word.kind, open: true, at: 0, services: [], keys: [], title: '', missing: 0 };
      // a part that is well again may fail again in the same way
      if (word.kind === 'component' && word.state === 'ok') return void told.delete(word.event);
      told.set(word.event, event);
      if (word.kind === 'component') event.keys = [];
      event.keys.push(keyHash(word));
      event.open = word.state !== 'ok';
      event.at = event.open ? word.ts : (word.ended ?? word.ts);
      event.title = word.title;
      event.missing = 0;
      event.services = [...new Set([...event.services, ...services])];
    },
    open: (page, kind) => [...eventsOf(page)].flatMap(([id, event]) => (event.open && event.kind === kind ? [id] : [])),
    state: (page) => states.get(pageHash(page)),
    setState: (page, state) => void states.set(pageHash(page), state),
    encode(nowMs) {
      for (const [page, events] of pages) {
        for (const [id, event] of events) if (!event.open && event.at < nowMs - recentMs - slackMs) events.delete(id);
        if (events.size === 0) pages.delete(page);
      }
      const inState = (wanted: PageState): string => [...states].flatMap(([page, state]) => (state === wanted ? page : [])).join('');
      for (let share = 1; ; share /= 2) {
        const text = JSON.stringify({
          v: 1, ok: inState('ok'), no: inState('unknown'),
          pages: Object.fromEntries([...pages].map(([page, events]) => [page, [...events]
            // what is open matters more than what is over, the latest more than what was before
            .toSorted(([, a], [, b]) => Number(b.open) - Number(a.open) || b.at - a.at)
            .slice(0, Math.ceil(keptEvents * share))
            .map(([id, event]) => [id, `${letters[event.kind]}${event.open ? 'o' : ''}`, Math.floor(event.at / 60_000).toString(36), event.keys.slice(-Math.ceil(keptWords * share)).join(''), ...event.services])])),
        } satisfies Saved);
        if (text.length <= mostBytes || share < 0.05) return text;
      }
    },
  };
}
