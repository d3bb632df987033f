// Asks Reddit's API with the user's own client: a token when there is none, one more when it is refused, and no question
// while the quota is used up. What the answers hold is read elsewhere. No credential gets into a word that it says.
import { jsonOf } from '../../json.ts';
import type { Web, WebAnswer } from '../../web.ts';
import { whyUnusable } from '../../web-words.ts';

export interface RedditAccess {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly deadlineMs: number;
}

export type RedditAnswer =
  | { readonly ok: true; readonly value: unknown }
  /** `tellNow`: only a person can mend it. */
  | { readonly ok: false; readonly why: string; readonly status?: number; readonly waitMs?: number; readonly tellNow?: boolean };

export interface RedditApi {
  /** One question; `path` with its query, as `/r/a+b/new?limit=100`. Never throws. */
  get(path: string, signal?: AbortSignal): Promise<RedditAnswer>;
}

/** A full listing of long posts takes about 1 MB. */
const maxBytes = 4 << 20;
/** A token is renewed so long before it ends. */
const renewBeforeMs = 60_000;
/** So many questions of the quota are left to whoever else uses the client. */
const spareQuestions = 2;
const longestPauseMs = 15 * 60_000;

const clientRefused = 'Reddit does not accept the client: look at `clientId` and `clientSecret`, and whether Reddit has approved it';

function objectOf(bytes: Uint8Array): Record<string, unknown> | undefined {
  const value = jsonOf(bytes);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** `monotonic`: ms, only counting on: tokens and quotas end by it, whatever happens to the wall clock. */
export function createRedditApi(access: RedditAccess, web: Web, monotonic: () => number): RedditApi {
  const { deadlineMs } = access;
  let token: { readonly value: string; readonly untilMs: number } | undefined;
  let pausedUntilMs = 0;

  const refused = (answer: Exclude<WebAnswer, { kind: 'body' }>, at: string): RedditAnswer => ({
    ok: false, why: `${at}${whyUnusable(answer)}`,
    ...(answer.kind === 'refused' ? { status: answer.status } : {}),
    ...(answer.kind === 'refused' && answer.retryAfterMs !== undefined ? { waitMs: answer.retryAfterMs } : {}),
  });

  async function renew(signal: AbortSignal | undefined): Promise<RedditAnswer> {
    const { clientId, clientSecret, username, password } = access;
    const grant: Record<string, string> = username === undefined || password === undefined ? { grant_type: 'client_credentials' } : { grant_type: 'password', username, password };
    const answer = await web.ask({
      url: access.tokenUrl, method: 'POST', body: new URLSearchParams(grant).toString(), maxBytes: 64 << 10, deadlineMs,
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' },
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.kind !== 'body') {
      if (answer.kind === 'refused' && (answer.status === 401 || answer.status === 400)) return { ok: false, status: 401, tellNow: true, why: clientRefused };
      return refused(answer, 'asking for a token: ');
    }
    const { access_token: value, expires_in: seconds, error } = objectOf(answer.bytes) ?? {};
    if (error === 'invalid_grant') return { ok: false, status: 401, tellNow: true, why: 'Reddit does not accept `username` and `password` for this client (it must be of the kind `script`, the account without a second factor)' };
    if (typeof value !== 'string' || value === '') return { ok: false, tellNow: true, why: error === undefined ? 'asking for a token: the answer holds none' : clientRefused };
    const livesMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 3_600_000;
    token = { value, untilMs: monotonic() + Math.max(livesMs - renewBeforeMs, livesMs / 2) };
    return { ok: true, value: undefined };
  }

  /** What is left of the quota, from the headers of an answer. */
  function watchQuota(answer: WebAnswer): void {
    if (answer.kind === 'failed') return;
    const left = Number(answer.headers.get('x-ratelimit-remaining') ?? Number.NaN);
    const resetMs = Number(answer.headers.get('x-ratelimit-reset') ?? Number.NaN) * 1000;
    if (left < spareQuestions && resetMs > 0) pausedUntilMs = monotonic() + Math.min(longestPauseMs, resetMs);
  }

  async function get(path: string, signal: AbortSignal | undefined, again: boolean): Promise<RedditAnswer> {
    const pauseMs = pausedUntilMs - monotonic();
    if (pauseMs > 0) return { ok: false, waitMs: pauseMs, why: "the quota of Reddit's API is used up" };
    if (token === undefined || monotonic() >= token.untilMs) {
      const renewed = await renew(signal);
      if (!renewed.ok) return renewed;
    }
    const answer = await web.ask({
      stay: true, url: `${access.apiUrl.replace(/\/+$/, '')}${path}`, maxBytes, deadlineMs,
      headers: { authorization: `Bearer ${token!.value}`, accept: 'application/json' },
      ...(signal === undefined ? {} : { signal }),
    });
    watchQuota(answer);
    if (answer.kind === 'body') {
      const value = objectOf(answer.bytes);
      return value === undefined ? { ok: false, why: 'answered what is no JSON' } : { ok: true, value };
    }
    if (answer.kind === 'refused' && answer.status === 401) {
      token = undefined;
      return again ? get(path, signal, false) : { ok: false, status: 401, tellNow: true, why: 'Reddit refuses a token that it has just given: is the client still approved?' };
    }
    const pausedMs = pausedUntilMs - monotonic();
    const found = refused(answer, '');
    return found.ok || pausedMs <= 0 ? found : { ...found, waitMs: Math.max(found.waitMs ?? 0, pausedMs) };
  }

  return { get: (path, signal) => get(path, signal, true) };
}
