// One status page: asks it, reads what it answers, tells what is new of it, and knows whether it can be read. A page that
// can not be read is unknown, never down: after two failed rounds that is said, and again when it answers.
import type { Notice } from '../../../shared/observation.ts';
import { hash } from 'node:crypto';
import type { Polled } from '../../polling.ts';
import type { Intake } from '../../source.ts';
import type { Web, WebAnswer } from '../../web.ts';
import type { ParseFeed } from './feed.ts';
import { findForm } from './find-form.ts';
import { forms, type Place } from './forms.ts';
import { lineOf } from './loose.ts';
import { servicesOf } from './page-parts.ts';
import { recentMs, type Reading } from './page-word.ts';
import type { NewWord, PageState, Told } from './told.ts';
import type { Turns } from './turns.ts';

export interface PageAbout {
  /** Its address without scheme and last slash: what it is called, and what its words are told apart by. */
  readonly name: string;
  readonly url: string;
  /** Ids of the services that it speaks of. */
  readonly services: readonly string[];
  /** Undefined: to be found out. */
  readonly place: Place | undefined;
  /** The form was named by the user: it is not looked for again. */
  readonly fixed: boolean;
}

export interface PageDeps {
  readonly web: Pick<Web, 'ask'>;
  readonly turns: Turns;
  readonly told: Told;
  readonly parseFeed: ParseFeed;
  readonly intake: Pick<Intake, 'notice' | 'dropped' | 'cursor'>;
  readonly clock: () => number;
  readonly deadlineMs: number;
  /** Called before words are handed over. */
  readonly telling: () => void;
  /** Called when it changed whether the page can be read. */
  readonly changed: () => void;
}

export interface StatusPage {
  readonly about: PageAbout;
  /** One round, for createPolling. */
  poll(signal: AbortSignal): Promise<Polled>;
  /** undefined: not asked yet. `why` it can not be read, in a few words; it may still be read well after a single failure. */
  how(): { readonly read: boolean; readonly why: string; /** It answers, but no program can read it. */ readonly unreadable: boolean } | undefined;
}

type Asked = { readonly reading: Reading } | { readonly why: string; readonly waitMs?: number; readonly unreadable?: boolean };

/** A page that no program can read is tried again after so long. */
const seldomMs = 12 * 3_600_000;
const historyEveryMs = 10 * 60_000;
const failuresUntilUnknown = 2;
const misfitsUntilSearch = 3;
/** Rounds in which the page's own word about an end is waited for. */
const patientRounds = 5;
const longestId = 200;
const longestEvent = 64;

/** A round in which nothing changed, of a page of which nothing is open. */
const nothing: Reading = { words: [], whole: new Set(), odd: [] };

const shorten = (id: string, length: number): string => (id.length <= length ? id : hash('sha256', id, 'base64url').slice(0, 22));

/** Ids of events are kept and told: one of any length is a hash. */
const tidy = (reading: Reading): Reading => ({ ...reading, words: reading.words.map((word) => (word.event.length <= longestEvent ? word : { ...word, event: shorten(word.event, longestEvent) })) });

/** An answer that is no body, in a few words. */
function whyOf(answer: Exclude<WebAnswer, { kind: 'body' | 'unchanged' }>): { why: string; waitMs?: number } {
  if (answer.kind === 'failed') return { why: answer.why };
  const { status, retryAfterMs } = answer;
  const why = status === 429 ? 'it is asked too often (429)' : status === 404 || status === 410 ? `nothing is at its address (${status})` : `it answers ${status}`;
  return retryAfterMs === undefined ? { why } : { why, waitMs: retryAfterMs };
}

export function createStatusPage(about: PageAbout, deps: PageDeps): StatusPage {
  const { told, intake, clock, parseFeed } = deps;
  const { name, services } = about;
  // an address may hold a secret in its query: what is shown is without it
  const link = `${new URL(about.url).origin}${new URL(about.url).pathname}`;
  let place = about.place;
  /** Kept while something of it is open, for rounds in which nothing changed. */
  let last: Reading | undefined;
  let lastOdd = '';
  let garbled = false;
  let misfits = 0;
  let failures = 0;
  /** Rounds in a row in which what was open is not in the summary. */
  let missingRounds = 0;
  let historyAsked = -Infinity;
  let historyRead = false;
  /** When the page had changed last as its history was read. */
  let historyOf: number | undefined;
  let changedAt: number | undefined;
  let how: ReturnType<StatusPage['how']>;

  const ask = (url: string, maxBytes: number, signal: AbortSignal, onlyNews: boolean): Promise<WebAnswer> =>
    deps.web.ask({ url, maxBytes, deadlineMs: deps.deadlineMs, onlyNews, signal, headers: { accept: 'application/json, application/rss+xml, application/atom+xml, text/xml;q=0.9, */*;q=0.5' } });

  function misfit(why: string): Asked {
    misfits += 1;
    if (misfits >= misfitsUntilSearch && !about.fixed) {
      place = undefined;
      misfits = 0;
    }
    return { why };
  }

  async function askMain(signal: AbortSignal): Promise<Asked> {
    if (place === undefined) {
      const found = await findForm(about.url, { ask: (url, maxBytes) => ask(url, maxBytes, signal, false), parseFeed, nowMs: clock() });
      if ('why' in found) return { why: found.why, waitMs: seldomMs, unreadable: true };
      if ('answer' in found) return whyOf(found.answer);
      place = found.place;
      return taken(found.reading);
    }
    const form = forms[place.form];
    const answer = await ask(place.main, form.maxBytes, signal, !garbled);
    if (answer.kind === 'unchanged') return { reading: last ?? nothing };
    if (answer.kind === 'refused' && [404, 410].includes(answer.status)) return misfit(whyOf(answer).why);
    if (answer.kind !== 'body') return whyOf(answer);
    const read = form.reader(place, parseFeed)(answer.bytes, clock());
    garbled = 'why' in read;
    if ('why' in read) return misfit(`it answers with something else (${read.why})`);
    return taken(read);
  }

  function taken(read: Reading): Asked {
    const reading = tidy(read);
    misfits = 0;
    changedAt = reading.changed;
    count(reading.odd);
    return { reading };
  }

  /** What is odd about a page stays so for days: it is counted when it changes. */
  function count(odd: readonly string[]): void {
    const now = odd.toSorted().join();
    if (now !== lastOdd) for (const reason of odd) intake.dropped(reason);
    lastOdd = now;
  }

  /** With what the page says of events that are over, if there is a reason to ask: one is missing, or something changed. */
  async function withHistory(reading: Reading, signal: AbortSignal): Promise<Reading> {
    if (place?.history === undefined) return reading;
    const now = clock();
    const shown = new Set(reading.words.map(({ event }) => event));
    const missing = new Set(told.open(name, 'incident').filter((event) => !shown.has(event)));
    missingRounds = missing.size > 0 ? missingRounds + 1 : 0;
    const hasNews = changedAt === undefined ? !historyRead : changedAt >= now - recentMs && changedAt !== historyOf;
    if (missing.size === 0 && !(hasNews && Math.abs(now - historyAsked) >= historyEveryMs)) return reading;
    historyAsked = now;
    const answer = await ask(place.history, forms[place.form].maxBytes, signal, missing.size === 0 && historyRead);
    const read = answer.kind === 'body' ? forms[place.form].reader(place, parseFeed)(answer.bytes, now) : answer.kind === 'unchanged' ? nothing : undefined;
    const patient = missingRounds < patientRounds;
    if (read === undefined || 'why' in read) return patient ? { ...reading, whole: new Set([...reading.whole].filter((kind) => kind !== 'incident')) } : reading;
    [historyRead, historyOf] = [true, changedAt];
    const said = tidy(read).words;
    const over = new Set([...Map.groupBy(said, ({ event }) => event)].filter(([, words]) => words.reduce((a, b) => (b.ts >= a.ts ? b : a)).state === 'ok').map(([event]) => event));
    const own = new Set(reading.words.map(({ key }) => key));
    // that something goes on is the summary's to say; where that forgot one, its word is believed again for a while
    const news = said.filter(({ key, event }) => !own.has(key) && (over.has(event) || shown.has(event) || (patient && missing.has(event))));
    return { ...reading, words: [...reading.words, ...news] };
  }

  function hand({ word, services: meant }: NewWord): boolean {
    const { key, event, kind: _kind, ...said } = word;
    // a part may fail in the same way again
    const id = word.kind === 'component' ? `${key}/${word.ts}` : key;
    let late = false;
    for (const service of meant) {
      const notice: Omit<Notice, 'at'> = { ...said, components: [...said.components], id: shorten(`${service}/${name}/${id}`, longestId), event, service };
      const outcome = intake.notice(notice);
      // its clock runs ahead of ours: it may be taken later
      late ||= outcome.outcome === 'dropped' && outcome.reason === 'future';
    }
    if (!late) told.settle(name, { word, services: meant });
    return !late;
  }

  function tellState(state: PageState, why: string): void {
    if (told.state(name) === state) return;
    deps.telling();
    const ts = clock();
    for (const service of services) {
      intake.notice({ id: shorten(`${service}/${name}/page/${state}/${ts}`, longestId), ts, service, event: '', state, title: lineOf(why, 200), url: link, components: [] });
    }
    told.setState(name, state);
    intake.cursor(told.encode(ts));
  }

  /** Whether some of it has to wait. */
  function tellNews(reading: Reading): boolean {
    const forgetMs = place === undefined ? undefined : forms[place.form].forgetMs;
    const news = told.news(name, reading, (word) => servicesOf(place?.main ?? '', services, word), clock(), forgetMs);
    if (news.length === 0) return false;
    deps.telling();
    const taken = news.map(hand);
    if (taken.includes(true)) intake.cursor(told.encode(clock()));
    return taken.includes(false);
  }

  function failed({ why, waitMs, unreadable = false }: Extract<Asked, { why: string }>): Polled {
    failures += 1;
    const isLost = unreadable || failures >= failuresUntilUnknown;
    how = { read: !isLost && how?.read === true, why, unreadable };
    if (isLost) tellState('unknown', `its status page can not be read: ${why}`);
    deps.changed();
    return { ok: false, detail: why, ...(waitMs === undefined ? {} : { waitMs }) };
  }

  return {
    about,
    how: () => how,
    poll: (signal) => deps.turns.take(new URL(place?.main ?? about.url).host, async (): Promise<Polled> => {
      if (signal.aborted) return { ok: false, detail: 'stopped' };
      const asked = await askMain(signal);
      if (signal.aborted) return { ok: false, detail: 'stopped' };
      if ('why' in asked) return failed(asked);
      const reading = await withHistory(asked.reading, signal);
      if (signal.aborted) return { ok: false, detail: 'stopped' };
      failures = 0;
      how = { read: true, why: '', unreadable: false };
      tellState('ok', 'its status page can be read');
      const waits = tellNews(reading);
      last = waits || (['incident', 'maintenance', 'component'] as const).some((kind) => told.open(name, kind).length > 0) ? asked.reading : undefined;
      deps.changed();
      return { ok: true, detail: 'read' };
    }),
  };
}
