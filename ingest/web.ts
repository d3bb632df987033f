// Asks web addresses for a source that polls: one deadline for all of it, a cap on what is read, the validators of the last
// answer sent along, and every way it can end as a value. The addresses come from the configuration or the catalogue and
// are trusted; what they answer is not. When to ask again is decided elsewhere (polling.ts).
import { LRUCache } from 'lru-cache';
import type { Agent, BodyInit, Headers, Response } from 'undici';
import { isHoused, lookupBy, redirectTarget, sentInside, systemResolve, type Resolve } from './web-guard.ts';

export interface WebQuestion {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
  /** A body longer than this, once unpacked, is not read. */
  readonly maxBytes: number;
  /** From the question to the last byte. */
  readonly deadlineMs: number;
  /** Asks for news only: `unchanged` when the server says that nothing changed since the last body from this address. */
  readonly onlyNews?: boolean;
  /** Goes nowhere else: a redirect is a refusal with its status. */
  readonly stay?: boolean;
  readonly signal?: AbortSignal;
}

export type WebAnswer =
  | { readonly kind: 'body'; readonly status: number; readonly headers: Headers; readonly bytes: Uint8Array }
  | { readonly kind: 'unchanged'; readonly headers: Headers }
  /** The server said no; `bytes` is the beginning of what it said. */
  | { readonly kind: 'refused'; readonly status: number; readonly headers: Headers; readonly bytes: Uint8Array; readonly retryAfterMs: number | undefined }
  /** Nothing usable came; `why` for people, without anything secret. `tooLong`: it answered, with more than may be read. */
  | { readonly kind: 'failed'; readonly why: string; readonly tooLong?: true };

export interface Web {
  /** Never throws. */
  ask(question: WebQuestion): Promise<WebAnswer>;
  /** The last body from this address was of no use: it is asked for whole again, rather than whether it changed. */
  forget(url: string): void;
  /** By how much our clock is ahead of that of the server that answered last, ms; 0 where it did not say. */
  clockAheadMs(): number;
  /** Lets go of every connection; what is under way ends as `failed`. Idempotent. */
  close(): Promise<void>;
}

const refusalBytes = 16 << 10;
const rememberedAddresses = 10_000;
/** A server may not send us away for longer than this. */
const longestRetryAfterMs = 24 * 3_600_000;

interface Validators {
  readonly etag: string | null;
  readonly modified: string | null;
}

/** `Retry-After` in ms from `nowMs`: seconds or an HTTP date; undefined for anything else. */
export function retryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  const text = value.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.min(longestRetryAfterMs, Math.max(0, ms)) : undefined;
}

async function readUpTo(response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    const bytes = part as Uint8Array;
    length += bytes.length;
    if (length > maxBytes) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

const mostRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What went wrong, in a few words; an address may hold a secret, so none is told. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no whole answer in time';
  const { cause } = error as { cause?: { code?: string; message?: string } };
  const { code } = cause ?? (error as { code?: string });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known';
  if (code === sentInside) return 'it sends us to a private address';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code !== undefined && /CERT|SIGNATURE|ALTNAME/.test(code)) return `its certificate is not good (${code})`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'no connection in time';
  return code === undefined ? 'the connection failed' : `the connection failed (${code})`;
}

/** `userAgent` says who asks; a polite server lets us in for it. `connections`: at most so many at once to one server. */
export function createWeb({ userAgent, connectMs = 10_000, connections = 4, clock, resolve = systemResolve }: { userAgent: string; connectMs?: number; connections?: number; clock: () => number; resolve?: Resolve }): Web {
  /** Loaded when first asked for: every command knows all sources, and few ask. */
  async function open(): Promise<{ fetch: typeof import('undici').fetch; agent: Agent; guarded: Agent }> {
    const undici = await import('undici');
    const agent = (guarded: boolean): Agent => new undici.Agent({ connect: { timeout: connectMs, lookup: lookupBy(resolve, guarded) }, connections, keepAliveTimeout: 10_000 });
    return { fetch: undici.fetch, agent: agent(false), guarded: agent(true) };
  }
  let opening: ReturnType<typeof open> | undefined;
  const validators = new LRUCache<string, Validators>({ max: rememberedAddresses });
  const closing = new AbortController();
  let aheadMs = 0;

  async function ask({ url, method = 'GET', headers, body, maxBytes, deadlineMs, onlyNews = false, stay = false, signal }: WebQuestion): Promise<WebAnswer> {
    const known = onlyNews ? validators.get(url) : undefined;
    const ends = AbortSignal.any([closing.signal, AbortSignal.timeout(deadlineMs), ...(signal === undefined ? [] : [signal])]);
    try {
      const { fetch, agent, guarded } = await (opening ??= open());
      let at = url;
      let dispatcher = agent;
      let response: Response;
      for (let hops = 0; ; hops++) {
        // what is secret is for the host that was asked
        const own = new URL(at).origin === new URL(url).origin ? headers : Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() === 'accept'));
        const askedAt = clock();
        response = await fetch(at, {
          method, dispatcher, signal: ends, redirect: 'manual',
          ...(body === undefined ? {} : { body }),
          headers: {
            'user-agent': userAgent,
            ...(known?.etag == null ? {} : { 'if-none-match': known.etag }),
            ...(known?.modified == null ? {} : { 'if-modified-since': known.modified }),
            ...own,
          },
        });
        // an answer out of a cache is as old as it says
        const told = response.headers.has('age') ? Number.NaN : Date.parse(response.headers.get('date') ?? '');
        const answeredAt = clock();
        // a time between question and answer contradicts nothing: our clock may have leapt, or the machine slept, meanwhile
        const nearest = Math.max(Math.min(askedAt, answeredAt), Math.min(told, Math.max(askedAt, answeredAt)));
        aheadMs = Number.isNaN(told) ? 0 : nearest - told;
        if (method !== 'GET' || stay || !redirects.has(response.status)) break;
        await response.body?.cancel();
        const target = redirectTarget(at, response.headers.get('location'));
        if ('why' in target) return { kind: 'failed', why: target.why };
        if (hops === mostRedirects) return { kind: 'failed', why: 'it sends us on and on' };
        at = target.url;
        if (new URL(at).host !== new URL(url).host && !(await isHoused(url, resolve))) dispatcher = guarded;
      }
      if (response.status === 304) {
        await response.body?.cancel();
        return { kind: 'unchanged', headers: response.headers };
      }
      const bytes = await readUpTo(response, response.ok ? maxBytes : refusalBytes);
      if (!response.ok) {
        return { kind: 'refused', status: response.status, headers: response.headers, bytes: bytes ?? new Uint8Array(), retryAfterMs: retryAfterMs(response.headers.get('retry-after'), clock()) };
      }
      if (bytes === undefined) return { kind: 'failed', tooLong: true, why: `it answers with more than ${maxBytes >> 10} KiB` };
      if (onlyNews) validators.set(url, { etag: response.headers.get('etag'), modified: response.headers.get('last-modified') });
      return { kind: 'body', status: response.status, headers: response.headers, bytes };
    } catch (error) {
      return { kind: 'failed', why: closing.signal.aborted || signal?.aborted === true ? 'stopped' : reasonOf(error) };
    }
  }

  return {
    ask,
    forget: (url) => void validators.delete(url),
    clockAheadMs: () => aheadMs,
    async close() {
      closing.abort();
      const opened = await opening;
      await Promise.all([opened?.agent.destroy(), opened?.guarded.destroy()]);
    },
  };
}
