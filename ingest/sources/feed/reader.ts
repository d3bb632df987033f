// One feed of several: asks for it when it is its turn, and finds what in it is new. Hands nothing over and tells no state;
// what it says of itself is for people and holds no more of its address than the host.
import type { Web, WebAnswer } from '../../web.ts';
import { duration, whyUnusable } from '../../web-words.ts';
import type { FeedDocument, FeedEntry, NoFeed, ReadFeed } from './document.ts';
import type { FeedPlace } from './place.ts';
import { waitAfterFailure, waitForTurn, type FeedWishes } from './turns.ts';

/** asked: not yet. gone: it said that it is gone for good, and is not asked again. */
export type FeedState = { readonly is: 'asked' | 'well' } | { readonly is: 'failing' | 'gone'; readonly why: string };

export interface FeedNews {
  /** Oldest first, each with the time that it counts for. */
  readonly entries: readonly { readonly entry: FeedEntry; readonly tsMs: number }[];
  /** Reasons for which others were not taken. */
  readonly passed: readonly string[];
  /** Nothing that was known is in it any more: what lies between is lost, ms. */
  readonly gap: { readonly from: number; readonly to: number } | undefined;
  readonly lang: string | undefined;
}

export interface FeedReader {
  readonly url: string;
  /** The host, and which of several on it. */
  readonly label: string;
  readonly place: FeedPlace;
  readonly state: () => FeedState;
  readonly isDue: () => boolean;
  /** Asks once. News, undefined where there are none; the place is moved behind them. */
  ask(signal: AbortSignal): Promise<FeedNews | undefined>;
}

export interface FeedReaderDeps {
  readonly url: string;
  readonly label: string;
  readonly place: FeedPlace;
  readonly web: Web;
  readonly read: ReadFeed;
  readonly clock: () => number;
  /** ms, only counting on: turns go by it, whatever happens to the wall clock. */
  readonly monotonic: () => number;
  readonly everyMs: number;
  readonly deadlineMs: number;
  readonly wishes: boolean;
}

const maxBytes = 2 << 20;
const keptBytes = 256 << 10;
/** What is dated further back than this before the last time that the feed was read is no news, but an old entry under a new key. */
const oldMs = 24 * 3_600_000;
/** A document that takes longer than this to read, ms, is asked for so seldom that it takes no more than this share of the time. */
const longReadingMs = 500;
const readingShare = 0.05;
/** With fewer entries than this nothing follows from none of them being known. */
const fewEntries = 5;

/** What a document that is none means, for people. */
export const whyNoFeed: Readonly<Record<NoFeed, string>> = {
  html: 'a page for people, not a feed',
  entities: 'a feed that declares entities of its own, which is not read',
  other: 'neither RSS nor Atom nor JSON Feed',
};

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A question for `url`, with what may stand in it of a user and a password as a header. */
export function questionFor(url: string): { url: string; headers: Record<string, string> } {
  const address = new URL(url);
  const { username, password } = address;
  address.username = '';
  address.password = '';
  const accept = 'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5';
  if (username === '' && password === '') return { url: address.href, headers: { accept } };
  return { url: address.href, headers: { accept, authorization: `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}` } };
}

export const feedLimits = { maxBytes } as const;

export function createFeedReader({ url, label, place, web, read, clock, monotonic, everyMs, deadlineMs, wishes }: FeedReaderDeps): FeedReader {
  let state: FeedState = { is: 'asked' };
  let dueMs = Number.NEGATIVE_INFINITY;
  /** So long it asked to be left alone. */
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let wished: FeedWishes | undefined;
  /** Since it was started it has been read once: from then on an entry without a date is known to be new. */
  let readOnce = false;
  /** Why the last document was none. */
  let unreadable: string | undefined;
  /** The last document: many servers send the same again instead of saying so. */
  let lastBytes: Uint8Array | undefined;

  function fails(why: string, askedMs: number | undefined): undefined {
    failures += 1;
    notBeforeMs = monotonic() + (askedMs ?? 0);
    dueMs = monotonic() + waitAfterFailure(everyMs, failures, askedMs);
    state = { is: 'failing', why };
  }

  function isWell(): void {
    failures = 0;
    dueMs = monotonic() + waitForTurn(clock(), everyMs, wished);
    state = { is: 'well' };
  }

  function newsOf(document: FeedDocument): FeedNews {
    const nowMs = clock();
    const before = place.readMs();
    const passed: string[] = [];
    const entries: { entry: FeedEntry; tsMs: number }[] = [];
    let known = 0;
    for (const entry of document.entries) {
      const { key, text, publishedMs } = entry;
      const tsMs = Math.min(nowMs, publishedMs ?? nowMs);
      const look = place.look(key, publishedMs, text);
      if (look !== 'new') {
        known += 1;
        if (look !== 'known') passed.push(look === 'changed' ? 'edited' : 'beyond');
        continue;
      }
      place.take(key, tsMs, text);
      if (text === '') passed.push('no-text');
      else if (before === undefined) passed.push('history');
      else if (publishedMs === undefined && !readOnce) passed.push('undated');
      else if (tsMs < before - oldMs) passed.push('old');
      else entries.push({ entry, tsMs });
    }
    // most feeds begin with the newest: of one time the last comes first
    entries.reverse();
    entries.sort((a, b) => a.tsMs - b.tsMs);
    const lost = before !== undefined && known === 0 && document.entries.length >= fewEntries && entries.length > 0 && entries[0]!.tsMs > before;
    place.read(nowMs);
    readOnce = true;
    return { entries, passed, lang: document.lang, gap: lost ? { from: before, to: entries[0]!.tsMs } : undefined };
  }

  function answered(answer: WebAnswer): FeedNews | undefined {
    if (answer.kind === 'unchanged' || (answer.kind === 'body' && lastBytes !== undefined && Buffer.compare(lastBytes, answer.bytes) === 0)) {
      // what could not be read before is still what it was
      if (unreadable !== undefined) return fails(unreadable, undefined);
      place.read(clock());
      return void isWell();
    }
    if (answer.kind !== 'body') {
      if (answer.kind === 'refused' && answer.status === 410) {
        state = { is: 'gone', why: 'answered 410: it is gone for good, and is not asked again' };
        return undefined;
      }
      return fails(whyUnusable(answer), answer.kind === 'refused' ? answer.retryAfterMs : undefined);
    }
    const begun = monotonic();
    const document = read(answer.bytes, answer.headers.get('content-type'));
    const tookMs = monotonic() - begun;
    lastBytes = answer.bytes.length <= keptBytes ? answer.bytes : undefined;
    const restMs = tookMs > longReadingMs ? tookMs / readingShare : 0;
    unreadable = 'unreadable' in document ? whyNoFeed[document.unreadable] : undefined;
    if ('unreadable' in document) return fails(whyNoFeed[document.unreadable], restMs);
    wished = wishes ? document : undefined;
    const news = newsOf(document);
    isWell();
    dueMs = Math.max(dueMs, monotonic() + restMs);
    return news;
  }

  return {
    url, label, place,
    state: () => (state.is === 'failing' && failures > 3 ? { is: 'failing', why: `${state.why} (asked again in ${duration(Math.max(0, dueMs - monotonic()))})` } : state),
    // turns are looked at once in the pace: half of it early is nearer than half of it late
    isDue: () => state.is !== 'gone' && monotonic() >= Math.max(notBeforeMs, dueMs - everyMs / 2),
    async ask(signal) {
      const answer = await web.ask({ ...questionFor(url), maxBytes, deadlineMs, onlyNews: true, signal });
      return signal.aborted ? undefined : answered(answer);
    },
  };
}
