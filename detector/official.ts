// What the status pages of one service have said: its events with their words, and whether the pages can be read. It is a
// function of the notices and not of their order, so that neither framing nor a repeat matters. Knows no incident of ours.
import type { Official } from '../shared/incident.ts';
import type { Notice, OfficialState } from '../shared/observation.ts';
import { hash53 } from './hash.ts';
import { type Lag, usualOf } from './usual-lag.ts';

const dayMs = 24 * 3_600_000;
const mostEvents = 20;
const mostWords = 32;
// A page that is read anew repeats what it said last. What is older and comes again changes nothing either, and only takes time.
const mostSeen = 64;
const longestText = 300;
const longestUrl = 2_000;
const mostComponents = 30;
const longestComponent = 120;

/** An incident or a maintenance of a page, with all that was said of it. Times in ms, by the page's own clock. */
export interface PageEvent {
  readonly source: string;
  readonly event: string;
  state: OfficialState;
  title: string;
  url: string | null;
  components: string[];
  began: number | null;
  /** Set while its last word is that it is over. */
  ended: number | null;
  /** What the page itself says of its end. */
  pageEnded: number | null;
  /** The last word: when, and the notice's id, which orders words of one moment. */
  saidAt: number;
  saidBy: string;
  /** When it said what, in order; without what says nothing of the state. Of very many the first and the last are kept. */
  words: [ts: number, state: OfficialState][];
}

export interface Page {
  readonly service: string;
  /** By source: whether it could be read when it was read last, at (ms, the source's event time). */
  reach: [source: string, at: number, read: boolean][];
  events: PageEvent[];
  /** Hashes of the notices that came last. */
  seen: number[];
  /** How long it took to the first word about our earlier incidents. */
  lags: Lag[];
  /** The record last told, as JSON, without its time. */
  told: string;
}

export function createPage(service: string): Page {
  return { service, reach: [], events: [], seen: [], lags: [], told: '' };
}

/** Takes a notice that has its place at `at` (ms). False: it was there already. */
export function takeNotice(page: Page, source: string, notice: Notice, at: number): boolean {
  const id = hash53(`${source}\n${notice.id}`);
  if (page.seen.includes(id)) return false;
  page.seen.push(id);
  if (page.seen.length > mostSeen) page.seen.shift();
  const whole = notice.event === '';
  noteReach(page, source, Math.max(notice.at, notice.ts), !(whole && notice.state === 'unknown'));
  if (!whole || (notice.state !== 'unknown' && (notice.state !== 'ok' || page.events.some((one) => one.source === source && one.event === '')))) addWord(page, source, notice);
  prune(page, at);
  return true;
}

function noteReach(page: Page, source: string, at: number, read: boolean): void {
  const known = page.reach.find(([name]) => name === source);
  if (known === undefined) {
    page.reach.push([source, at, read]);
    page.reach.sort(([a], [b]) => (a < b ? -1 : 1));
  } else if (at > known[1] || (at === known[1] && read)) {
    known[1] = at;
    known[2] = read;
  }
}

function addWord(page: Page, source: string, notice: Notice): void {
  const { ts, state } = notice;
  const name = notice.event.slice(0, longestText);
  let event = page.events.find((one) => one.source === source && one.event === name);
  if (event !== undefined && name === '' && event.ended !== null && ts > event.ended && state !== 'ok') {
    // the page as a whole has no ids: what it says after an end is another trouble
    page.events.splice(page.events.indexOf(event), 1);
    event = undefined;
  }
  if (event === undefined) {
    event = { source, event: name, state: 'unknown', title: '', url: null, components: [], began: null, ended: null, pageEnded: null, saidAt: -Infinity, saidBy: '', words: [] };
    page.events.push(event);
  }
  if (state !== 'unknown' && !event.words.some(([when, what]) => when === ts && what === state)) {
    event.words = [...event.words, [ts, state] as [number, OfficialState]].sort(inOrder);
    if (event.words.length > mostWords) event.words.splice(1, 1);
  }
  const last = ts > event.saidAt || (ts === event.saidAt && notice.id >= event.saidBy);
  if (notice.began !== undefined && (last || event.began === null)) event.began = notice.began;
  if (notice.ended !== undefined && (last || event.pageEnded === null)) event.pageEnded = notice.ended;
  // what can't be told now was told before
  event.state = event.words.at(-1)?.[1] ?? 'unknown';
  event.ended = endOf(event);
  if (!last) return;
  event.saidAt = ts;
  event.saidBy = notice.id;
  event.title = notice.title.slice(0, longestText);
  event.url = notice.url === undefined || notice.url.length > longestUrl ? null : notice.url;
  event.components = notice.components.slice(0, mostComponents).map((one) => one.slice(0, longestComponent));
}

// Of words of one moment the worse is the later, and that it is over the last.
function inOrder(a: readonly [number, OfficialState], b: readonly [number, OfficialState]): number {
  const rank = (state: OfficialState): number => (state === 'ok' ? 9 : worse[state]);
  return a[0] - b[0] || rank(a[1]) - rank(b[1]);
}

/** When it was over, if its last word is that it is: the page's own time, or the first word that says so; words after it change nothing. */
function endOf({ words, pageEnded }: PageEvent): number | null {
  const trouble = words.findLastIndex(([, state]) => state !== 'ok');
  const over = words[trouble + 1]?.[0];
  if (over === undefined) return null;
  return pageEnded !== null && pageEnded < over && pageEnded > (words[trouble]?.[0] ?? -Infinity) ? pageEnded : over;
}

/** Forgets what ended more than a day before `at` (ms), and of too many events what ended or was spoken of longest ago. */
function prune(page: Page, at: number): void {
  page.events = page.events
    .filter(({ ended }) => ended === null || ended > at - dayMs)
    .sort((a, b) => Number(a.ended !== null) - Number(b.ended !== null) || newestFirst(a, b))
    .slice(0, mostEvents)
    .sort(newestFirst);
}

function newestFirst(a: PageEvent, b: PageEvent): number {
  if (a.saidAt !== b.saidAt) return b.saidAt - a.saidAt;
  return `${a.source}\n${a.event}` < `${b.source}\n${b.event}` ? -1 : 1;
}

const worse: Readonly<Record<OfficialState, number>> = { ok: 0, unknown: 1, maintenance: 2, degraded: 3, outage: 4 };

/**
 * The worst of what goes on at `at` (ms; Infinity: and of what is planned). Unknown where none of the pages can be read:
 * one that fails is never down. `away`: sources that are not there.
 */
export function stateOf(page: Page, away: ReadonlySet<string>, at: number): OfficialState {
  if (!page.reach.some(([source, , read]) => read && !away.has(source))) return 'unknown';
  return page.events
    .filter(({ ended, began }) => ended === null && (began ?? -Infinity) <= at)
    .reduce<OfficialState>((worst, { state }) => (worse[state] > worse[worst] ? state : worst), 'ok');
}

/** What the pages say at `at` (ms), if that is not what was told last; it is told then. */
export function newRecord(page: Page, away: ReadonlySet<string>, at: number): Official | null {
  const record = recordOf(page, away);
  const told = JSON.stringify(record);
  if (told === page.told) return null;
  page.told = told;
  return { v: 1, kind: 'official', service: page.service, at, ...record };
}

/** What was told last, as told at `at` (ms); null: nothing. */
export function toldRecord({ service, told }: Page, at: number): Official | null {
  return told === '' ? null : { v: 1, kind: 'official', service, at, ...(JSON.parse(told) as ReturnType<typeof recordOf>) };
}

function recordOf(page: Page, away: ReadonlySet<string>): Omit<Official, 'v' | 'kind' | 'service' | 'at'> {
  const events = page.events.map(({ event, state, title, url, components, began, ended, saidAt }) => ({ event, state, title, url, components, began, ended, saidAt }));
  return { state: stateOf(page, away, Infinity), events, ...usualOf(page.lags) };
}

/** Whether this record says what is told of the page now. */
export function isTold(page: Page, { state, events, usualMs, usualOf: of }: Official): boolean {
  return page.told === JSON.stringify({ state, events, usualMs, usualOf: of });
}
