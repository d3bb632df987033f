// Reads one listing of Reddit from its newest end down to what is known, page by page. Hands nothing over: what it found
// stands in the order in which it was posted.
import type { RedditAnswer, RedditApi } from './api.ts';
import type { RedditPlace } from './place.ts';
import { readRedditThing, type RedditThing, type ThingKind } from './thing.ts';

export type Listing =
  | {
      readonly ok: true;
      /** New, oldest first. */
      readonly things: readonly Exclude<RedditThing, { kind: 'bad' }>[];
      /** Why entries could not be read. */
      readonly bad: readonly string[];
      /** The listing ended before what is known was reached: what lies between is not to be had. */
      readonly cut: boolean;
    }
  /** `missing`: the answer is not of these subreddits, or they are not to be read. */
  | { readonly ok: false; readonly failure: Extract<RedditAnswer, { ok: false }>; readonly missing: boolean };

const pageSize = 100;
/** Reddit lists no more than 1,000. */
const mostPages = 10;
/** An end after fewer than this is the end of a small subreddit, not of what Reddit lists. */
const fullListing = 900;
/** What moderators held back for a while has an old number, and comes among the newest: fewer than this are no sign that the rest is known. */
const enoughKnown = 5;

/** A question for a subreddit that is not there is answered by a redirect to a search for subreddits. */
export const notThere: ReadonlySet<number> = new Set([301, 302, 404]);

/** Whether an answer says that these subreddits are not to be read, rather than that Reddit is not. */
export function isMissing({ status }: Extract<RedditAnswer, { ok: false }>): boolean {
  return status === 403 || (status !== undefined && notThere.has(status));
}

interface Page {
  readonly children: readonly unknown[];
  readonly after: string | undefined;
}

function pageOf(value: unknown): Page | undefined {
  const { kind, data } = (value ?? {}) as { kind?: unknown; data?: { children?: unknown; after?: unknown } };
  if (kind !== 'Listing' || !Array.isArray(data?.children)) return undefined;
  const { children, after } = data as { children: unknown[]; after?: unknown };
  return { children: children.slice(0, pageSize), after: typeof after === 'string' && /^t[1-5]_[0-9a-z]{1,13}$/.test(after) ? after : undefined };
}

/** `path` of the listing, as `/r/a+b/new`; `place` is asked, not moved. */
export async function readListing(api: RedditApi, path: string, kind: ThingKind, place: RedditPlace, signal: AbortSignal): Promise<Listing> {
  const found = new Map<number, Exclude<RedditThing, { kind: 'bad' }>>();
  const bad: string[] = [];
  const last = place.last();
  let after: string | undefined;
  let read = 0;
  for (let pages = 1; ; pages++) {
    const answer = await api.get(`${path}?limit=${pageSize}&raw_json=1${after === undefined ? '' : `&after=${after}&count=${read}`}`, signal);
    if (!answer.ok) return { ok: false, failure: answer, missing: isMissing(answer) };
    const page = pageOf(answer.value);
    if (page === undefined) return { ok: false, failure: { ok: false, why: 'answered what is no listing' }, missing: false };
    if (page.children.some((one) => (one as { kind?: unknown } | null)?.kind === 't5')) return { ok: false, failure: { ok: false, why: 'there is no such subreddit' }, missing: true };
    let known = 0;
    for (const child of page.children) {
      const thing = readRedditThing(kind, child);
      if (thing.kind === 'bad') {
        bad.push(thing.reason);
        continue;
      }
      if (last !== undefined && thing.number <= last) known += 1;
      if (!place.taken(thing.number)) found.set(thing.number, thing);
    }
    const reached = last === undefined || known >= enoughKnown;
    read += page.children.length;
    after = page.after;
    const ended = after === undefined || page.children.length === 0;
    if (reached || ended || pages >= mostPages) {
      return { ok: true, bad, cut: !reached && known === 0 && read >= fullListing, things: [...found.values()].sort((a, b) => a.number - b.number) };
    }
  }
}
