// What an HTTP reply means for a delivery, where the receiver speaks plain HTTP. Pure.
import type { Outcome } from './channel.ts';
import { retryAfterMs, type Reply } from './guarded-fetch.ts';

/** How many attempts a wrong answer (a redirect, a 404, a 401) is given before it is final: about 23 minutes by the schedule. */
export const patientAttempts = 6;

/**
 * The outcome of a reply.
 * 2xx is delivered and 410 gone (Standard Webhooks 1.0.0). 408, 425, 429, every 5xx, time-outs and an unreachable
 * receiver are later; Retry-After is honoured. A redirect is never followed: like every other 4xx it may be a receiver
 * in the middle of a deployment, so it is later for `patientAttempts` and never after that, because the channel's queue
 * waits behind it. So does a name that resolves to a private address. A URL that we do not call at all is never.
 */
export function httpOutcome(reply: Reply, attempt: number, nowMs: number): Outcome {
  if (reply.kind === 'failed') return { outcome: 'later', reason: reply.reason };
  if (reply.kind === 'refused' && reply.lasting) return { outcome: 'never', reason: reply.reason };
  if (reply.kind === 'answer') {
    const { status } = reply;
    if (status >= 200 && status < 300) return { outcome: 'delivered', ref: null };
    if (status === 410) return { outcome: 'gone', reason: 'http-410' };
    if (status >= 500 || status === 429 || status === 408 || status === 425) {
      const afterMs = retryAfterMs(reply.retryAfter, nowMs);
      return { outcome: 'later', reason: `http-${status}`, ...(afterMs === undefined ? {} : { afterMs }) };
    }
  }
  const reason = reply.kind === 'answer' ? `http-${reply.status}` : reply.reason;
  return attempt <= patientAttempts ? { outcome: 'later', reason } : { outcome: 'never', reason };
}
