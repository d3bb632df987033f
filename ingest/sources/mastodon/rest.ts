// What is asked of a Mastodon instance over HTTP: what it says of itself, and pages of its timelines. Every way it can end is
// a value; it keeps to the instance's own rate limit, and the token stands in no word for people.
import { jsonOf } from '../../json.ts';
import { createWeb, type WebAnswer } from '../../web.ts';
import { readStatus, type Status } from './event.ts';

export interface About {
  /** Where to open the stream. */
  readonly streaming: string;
  /** How far the instance's clock is ahead of ours, ms; 0 where that is within what an answer takes. */
  readonly aheadMs: number;
}

/** off: the instance does not give this to this token. later: not before `waitMs`. */
export type Trouble =
  | { readonly kind: 'off'; readonly why: string }
  | { readonly kind: 'later'; readonly waitMs: number; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

export interface Page {
  readonly kind: 'page';
  /** In the order of their places. */
  readonly statuses: readonly Status[];
  /** Reasons for which others were not read. */
  readonly dropped: readonly string[];
  /** The id behind which the next page begins; undefined: there is none. */
  readonly next: string | undefined;
}

export interface MastodonRest {
  about(): Promise<{ readonly kind: 'about'; readonly about: About } | Trouble>;
  /** The page of a timeline right behind `minId`. */
  page(timeline: string, minId: string, signal: AbortSignal): Promise<Page | Trouble>;
  /** One post of the timeline, to see whether it is given. */
  taste(timeline: string): Promise<Trouble | undefined>;
  close(): Promise<void>;
}

const pageSize = 40;
const pageBytes = 8 << 20;
const aboutBytes = 1 << 20;
const deadlineMs = 15_000;
/** Requests that are left to the user's other clients in each window. */
const reserve = 10;
/** A window is five minutes; what a server says beyond that is no plan. */
const longestWaitMs = 15 * 60_000;
/** A clock that is off by less is not told from an answer that took its time. */
const clockSlackMs = 30_000;

/** Whether a status says that this token is not given this: what no repetition changes. */
export function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 422;
}

const hostOf = (address: string): string => new URL(address).host;

const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined);

/** `instance` its address, `clock` ours, ms. */
export function createMastodonRest(instance: string, accessToken: string, clock: () => number): MastodonRest {
  const web = createWeb({ userAgent: 'Outcry (outage monitor)', clock });
  const host = hostOf(instance);
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
  let notBefore = 0;

  const ask = (path: string, maxBytes: number, signal?: AbortSignal): Promise<WebAnswer> =>
    web.ask({ url: new URL(path, instance).href, headers, maxBytes, deadlineMs, ...(signal === undefined ? {} : { signal }) });

  /** Keeps the instance's limit: `X-RateLimit-Reset` is an ISO time by its clock, so the answer's `Date` is taken with it. */
  function heed(answer: WebAnswer): void {
    if (answer.kind === 'failed') return;
    const left = answer.headers.get('x-ratelimit-remaining');
    const reset = Date.parse(answer.headers.get('x-ratelimit-reset') ?? '');
    if (left === null || !/^\d{1,9}$/.test(left) || Number(left) > reserve || Number.isNaN(reset)) return;
    const now = Date.parse(answer.headers.get('date') ?? '');
    notBefore = clock() + Math.min(longestWaitMs, Math.max(0, reset - (Number.isNaN(now) ? clock() : now)));
  }

  function troubleOf(answer: Exclude<WebAnswer, { kind: 'body' }>): Trouble {
    if (answer.kind === 'failed') return { kind: 'failed', why: answer.why };
    if (answer.kind === 'unchanged') return { kind: 'failed', why: 'it answered that nothing changed' };
    if (isRefusal(answer.status)) return { kind: 'off', why: refusalOf(answer.status) };
    if (answer.status !== 429 && answer.retryAfterMs === undefined) return { kind: 'failed', why: `answered ${answer.status}` };
    const waitMs = Math.min(longestWaitMs, answer.retryAfterMs ?? Math.max(0, notBefore - clock()));
    return { kind: 'later', waitMs: Math.max(1_000, waitMs), why: `answered ${answer.status}: too many requests` };
  }

  /** The stream's address as the instance tells it; one that would send the token in the open is not taken. */
  function streamingOf(told: unknown): string {
    const own = new URL('/', instance);
    own.protocol = own.protocol === 'https:' ? 'wss:' : 'ws:';
    let address = own;
    if (typeof told === 'string' && URL.canParse(told)) {
      const other = new URL(told);
      if (other.protocol === 'https:' || other.protocol === 'http:') other.protocol = other.protocol === 'https:' ? 'wss:' : 'ws:';
      if (other.protocol === 'wss:' || (other.protocol === 'ws:' && own.protocol === 'ws:')) address = other;
    }
    return new URL('/api/v1/streaming', address).href;
  }

  return {
    async about() {
      const waitMs = notBefore - clock();
      if (waitMs > 0) return { kind: 'later', waitMs, why: 'its rate limit is used up' };
      let answer = await ask('/api/v2/instance', aboutBytes);
      // servers before 4.0, and others that speak the same language, know only the first form
      if (answer.kind === 'refused' && answer.status === 404) answer = await ask('/api/v1/instance', aboutBytes);
      heed(answer);
      if (answer.kind !== 'body') return troubleOf(answer);
      const told = jsonOf(answer.bytes);
      if (told === undefined) return { kind: 'failed', why: `${host} answers with something else than a Mastodon instance does` };
      const urls = field(field(told, 'configuration'), 'urls');
      const aheadMs = -web.clockAheadMs();
      return { kind: 'about', about: { streaming: streamingOf(field(urls, 'streaming') ?? field(field(told, 'urls'), 'streaming_api')), aheadMs: Math.abs(aheadMs) > clockSlackMs ? aheadMs : 0 } };
    },
    async page(timeline, minId, signal) {
      const waitMs = notBefore - clock();
      if (waitMs > 0) return { kind: 'later', waitMs, why: 'its rate limit is used up' };
      const answer = await ask(`${timeline}limit=${pageSize}&min_id=${minId}`, pageBytes, signal);
      heed(answer);
      if (answer.kind !== 'body') return troubleOf(answer);
      const told = jsonOf(answer.bytes);
      if (!Array.isArray(told)) return { kind: 'failed', why: 'it answers with no timeline' };
      const read = told.slice(0, pageSize).map(readStatus);
      const statuses = read.flatMap((one) => ('status' in one ? [one.status] : []));
      // pages come newest first
      const newest = told.map((one) => field(one, 'id')).find((id): id is string => typeof id === 'string' && /^[\w-]{1,64}$/.test(id));
      return {
        kind: 'page',
        statuses: statuses.toReversed().sort((a, b) => a.placeMs - b.placeMs),
        dropped: read.flatMap((one) => ('reason' in one ? [one.reason] : [])),
        // a server that gives the same page again would never come to an end
        next: newest === minId ? undefined : newest,
      };
    },
    async taste(timeline) {
      const answer = await ask(`${timeline}limit=1`, pageBytes);
      return answer.kind === 'body' ? undefined : troubleOf(answer);
    },
    close: web.close,
  };
}

/** A refusal, for people. */
export function refusalOf(status: number): string {
  if (status === 401) return 'answered 401: it does not know this access token';
  if (status === 403) return 'answered 403: this access token may not read this (it needs the scope read:statuses)';
  return `answered ${status}: this instance has turned this feed off`;
}
