// What went wrong with a call to X, as a value: its kind, which decides when to try again, and words for people. Pure. Of
// what X answered only known words are kept, and nothing of the request, whose headers hold the token.
import { parseJson } from '../../json.ts';
import type { XFailureKind } from './reconnect.ts';
import { readXProblem } from './post.ts';

export interface XFailure {
  readonly kind: XFailureKind;
  /** For people: what happened and, where they can, what they can do. */
  readonly why: string;
  readonly status?: number;
  /** When X says that its limit ends, ms since 1970. */
  readonly resetMs?: number;
}

const codes: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name was not found', EAI_AGAIN: 'its name was not found', ECONNREFUSED: 'it refuses connections', ECONNRESET: 'the connection broke', EPIPE: 'the connection broke',
  ETIMEDOUT: 'no answer', ESTREAMIDLE: 'silent for too long', EHOSTUNREACH: 'no way there', ENETUNREACH: 'no way there', CERT_HAS_EXPIRED: 'its certificate has expired',
};

/** A failure without an answer; `code` as Node names it. */
export function networkFailure(code: string | undefined): XFailure {
  return { kind: 'network', why: codes[code ?? ''] ?? (/^[A-Z_]{3,40}$/.test(code ?? '') ? `connection failed (${code})` : 'the connection broke') };
}

const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

/** `x-rate-limit-reset`, in seconds since 1970, as ms; undefined where it is none. */
export function resetOf(headers: unknown): number | undefined {
  const value = fieldsOf(headers)['x-rate-limit-reset'];
  const seconds = typeof value === 'string' && /^\d{1,11}$/.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** An answer that is no success. `body` is what came with it, parsed or not at all. */
export function answerFailure(status: number, body: unknown, resetMs?: number): XFailure {
  const fields = fieldsOf(body);
  const errors: readonly unknown[] = Array.isArray(fields['errors']) ? fields['errors'] : [];
  const types = new Set([body, ...errors].map((one) => readXProblem(one).type));
  const reset = resetMs === undefined ? {} : { resetMs };
  if (status === 401) return { kind: 'auth', status, why: 'it refuses the token (401): check `bearerToken`' };
  if (types.has('usage-capped')) return { kind: 'capped', status, why: `the account's own cap of usage at X is reached (${status}): raise it there, or wait for its next month` };
  if (status === 403) return { kind: 'forbidden', status, why: 'the account may not use this (403): its project at X needs access to the filtered stream' };
  if (status === 409) return { kind: 'no-rules', status, why: 'no rules are set (409)' };
  if (status === 429 && (fields['connection_issue'] === 'TooManyConnections' || types.has('streaming-connection'))) {
    return { kind: 'crowded', status, why: 'another connection with this token is open (429): only one is allowed' };
  }
  if (status === 429) return { kind: 'rate', status, why: 'its limit of requests is reached (429)', ...reset };
  if (status === 408) return { kind: 'network', status, why: 'no answer in time (408)' };
  if (status >= 500) return { kind: 'server', status, why: `it has trouble of its own (${status})` };
  return { kind: 'refused', status, why: `it answered ${status}` };
}

/** What twitter-api-v2 threw, by its form: an answer, half an answer, or none. `broke`: what broke its connection, where it is known. */
export function failureOf(thrown: unknown, broke?: string): XFailure {
  const { type, code, data, headers, response, requestError } = fieldsOf(thrown);
  if (type === 'response' && typeof code === 'number') return answerFailure(code, parseJson(String(data)), resetOf(headers));
  const half = fieldsOf(response);
  if (type === 'partial-response' && typeof half['statusCode'] === 'number' && half['statusCode'] >= 300) return answerFailure(half['statusCode'], undefined, resetOf(half['headers']));
  const inner = broke ?? fieldsOf(requestError)['code'] ?? code;
  return networkFailure(typeof inner === 'string' ? inner : undefined);
}
