// Asks one page and reads what it answers: which form it has, what it says now and of things that are over, and every way in
// which it can fail, as a value. What of it is news, and whether the page counts as read, is page.ts.
import { hash } from 'node:crypto';
import type { Intake } from '../../source.ts';
import type { Web, WebAnswer } from '../../web.ts';
import type { ParseFeed } from './feed.ts';
import { findForm } from './find-form.ts';
import { forms, type Place } from './forms.ts';
import type { PageAbout } from './pages.ts';
import { recentMs, type Reading } from './page-word.ts';

export type Asked =
  | { readonly reading: Reading }
  /** `waitMs`: it is to be left alone for so long. `unreadable`: it answers, but no program can read it. */
  | { readonly why: string; readonly waitMs?: number; readonly unreadable?: boolean };

export interface PageAsker {
  /** One round. `open`: the incidents that were told as open, whose end may stand in the page's history. */
  ask(open: readonly string[], signal: AbortSignal): Promise<Asked>;
  /** Whether what the page says now is to be read again in rounds in which nothing changed. */
  keep(unsettled: boolean): void;
  /** Where the page is asked; undefined while its form is not known. */
  place(): Place | undefined;
}

export interface AskerDeps {
  readonly web: Pick<Web, 'ask'>;
  readonly parseFeed: ParseFeed;
  readonly intake: Pick<Intake, 'dropped'>;
  readonly clock: () => number;
  readonly deadlineMs: number;
}

const accept = 'application/json, application/rss+xml, application/atom+xml, text/xml;q=0.9, */*;q=0.5';
/** A page that no program can read is tried again after so long. */
const seldomMs = 12 * 3_600_000;
const historyEveryMs = 10 * 60_000;
const misfitsUntilSearch = 3;
/** Rounds in which the page's own word about an end is waited for. */
const patientRounds = 5;
const longestEvent = 64;
/** A round in which nothing changed, of a page of which nothing is open. */
const nothing: Reading = { words: [], whole: new Set(), odd: [] };

/** A text of any length as one that can be kept: itself, or its hash. */
export const shorten = (id: string, length: number): string => (id.length <= length ? id : hash('sha256', id, 'base64url').slice(0, 22));

const tidy = (reading: Reading): Reading => ({ ...reading, words: reading.words.map((word) => (word.event.length <= longestEvent ? word : { ...word, event: shorten(word.event, longestEvent) })) });

/** An answer that is no body, in a few words. */
function whyOf(answer: Exclude<WebAnswer, { kind: 'body' | 'unchanged' }>): { why: string; waitMs?: number } {
  if (answer.kind === 'failed') return { why: answer.why };
  const { status, retryAfterMs } = answer;
  const why = status === 429 ? 'it is asked too often (429)' : status === 404 || status === 410 ? `nothing is at its address (${status})` : `it answers ${status}`;
  return retryAfterMs === undefined ? { why } : { why, waitMs: retryAfterMs };
}

/** Ids of the events of which the last word is that they are over. */
function endedIn({ words }: Reading): Set<string> {
  const events = Map.groupBy(words, ({ event }) => event);
  return new Set([...events].filter(([, said]) => said.reduce((a, b) => (b.ts >= a.ts ? b : a)).state === 'ok').map(([event]) => event));
}

export function createPageAsker(about: Pick<PageAbout, 'url' | 'place' | 'fixed'>, { web, parseFeed, intake, clock, deadlineMs }: AskerDeps): PageAsker {
  let place = about.place;
  let latest: Reading = nothing;
  let kept: Reading = nothing;
  let oddBefore = '';
  let garbled = false;
  let misfits = 0;
  let changedAt: number | undefined;
  /** Rounds in a row in which what was open is not in the summary. */
  let missingRounds = 0;
  let historyAsked = -Infinity;
  let historyRead = false;
  /** When the page had changed last as its history was read. */
  let historyOf: number | undefined;

  const question = (url: string, maxBytes: number, signal: AbortSignal, onlyNews: boolean): Promise<WebAnswer> =>
    web.ask({ url, maxBytes, deadlineMs, onlyNews, signal, headers: { accept } });

  /** An answer that this form does not give: after a few of them the page is looked at anew. */
  function misfit(why: string): Asked {
    misfits += 1;
    if (misfits >= misfitsUntilSearch && !about.fixed) {
      place = undefined;
      misfits = 0;
    }
    return { why };
  }

  function taken(read: Reading): Asked {
    latest = tidy(read);
    misfits = 0;
    changedAt = read.changed;
    // what is odd about a page stays so for days: it is counted when it changes
    const odd = read.odd.toSorted().join();
    if (odd !== oddBefore) for (const reason of read.odd) intake.dropped(reason);
    oddBefore = odd;
    return { reading: latest };
  }

  async function askNow(signal: AbortSignal): Promise<Asked> {
    if (place === undefined) {
      const found = await findForm(about.url, { ask: (url, maxBytes) => question(url, maxBytes, signal, false), parseFeed, nowMs: clock() });
      if ('why' in found) return { why: found.why, waitMs: seldomMs, unreadable: true };
      if ('answer' in found) return whyOf(found.answer);
      place = found.place;
      return taken(found.reading);
    }
    const form = forms[place.form];
    const answer = await question(place.main, form.maxBytes, signal, !garbled);
    if (answer.kind === 'unchanged') return { reading: kept };
    if (answer.kind === 'refused' && [404, 410].includes(answer.status)) return misfit(whyOf(answer).why);
    if (answer.kind !== 'body') return whyOf(answer);
    const read = form.reader(place, parseFeed)(answer.bytes, clock());
    garbled = 'why' in read;
    return 'why' in read ? misfit(`it answers with something else (${read.why})`) : taken(read);
  }

  /** With what the page says of events that are over, if there is a reason to ask: one is missing, or something changed. */
  async function withHistory(reading: Reading, open: readonly string[], signal: AbortSignal): Promise<Reading> {
    if (place?.history === undefined) return reading;
    const now = clock();
    const shown = new Set(reading.words.map(({ event }) => event));
    const missing = new Set(open.filter((event) => !shown.has(event)));
    missingRounds = missing.size > 0 ? missingRounds + 1 : 0;
    const hasNews = changedAt === undefined ? !historyRead : changedAt >= now - recentMs && changedAt !== historyOf;
    if (missing.size === 0 && !(hasNews && Math.abs(now - historyAsked) >= historyEveryMs)) return reading;
    historyAsked = now;
    const answer = await question(place.history, forms[place.form].maxBytes, signal, missing.size === 0 && historyRead);
    const read = answer.kind === 'body' ? forms[place.form].reader(place, parseFeed)(answer.bytes, now) : answer.kind === 'unchanged' ? nothing : undefined;
    const patient = missingRounds < patientRounds;
    if (read === undefined || 'why' in read) return patient ? { ...reading, whole: new Set([...reading.whole].filter((kind) => kind !== 'incident')) } : reading;
    [historyRead, historyOf] = [true, changedAt];
    const history = tidy(read);
    const over = endedIn(history);
    const own = new Set(reading.words.map(({ key }) => key));
    // that something goes on is the summary's to say; where that forgot one, its word is believed again for a while
    const news = history.words.filter(({ key, event }) => !own.has(key) && (over.has(event) || shown.has(event) || (patient && missing.has(event))));
    return { ...reading, words: [...reading.words, ...news] };
  }

  return {
    async ask(open, signal) {
      const asked = await askNow(signal);
      return 'why' in asked || signal.aborted ? asked : { reading: await withHistory(asked.reading, open, signal) };
    },
    keep(unsettled) {
      kept = unsettled ? latest : nothing;
    },
    place: () => place,
  };
}
