// What a server's answer means, in a line for people: what came, and what they can do about it. Nothing that could be
// secret, and nothing that a stranger wrote, gets into it.
import type { WebAnswer } from './web.ts';

type Unusable = Exclude<WebAnswer, { kind: 'body' }>;

const meanings: Readonly<Record<number, string>> = {
  400: 'it does not understand the question',
  401: 'it wants other credentials',
  403: 'it lets us not in',
  404: 'there is nothing at this address',
  408: 'it waited too long',
  410: 'it is gone for good',
  429: 'it wants to be asked less often',
};

/** How long, for people: '40 s', '5 min', '3 h'. */
export function duration(ms: number): string {
  if (ms < 120_000) return `${Math.max(1, Math.round(ms / 1000))} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

/**
 * Why there is nothing to read: 'no whole answer in time', 'answered 429: it wants to be asked less often (again in 5 min)'.
 * `meant` says what a status means at this server, instead of the usual.
 */
export function whyUnusable(answer: Unusable, meant: Readonly<Record<number, string>> = {}): string {
  if (answer.kind === 'failed') return answer.why;
  if (answer.kind === 'unchanged') return 'answered that nothing changed, to a question that did not ask that';
  const { status, retryAfterMs } = answer;
  const meaning = meant[status] ?? meanings[status] ?? (status >= 500 ? 'it is not well itself' : undefined);
  return `answered ${status}${meaning === undefined ? '' : `: ${meaning}`}${retryAfterMs === undefined ? '' : ` (again in ${duration(retryAfterMs)})`}`;
}

/** Less than this between two clocks is nothing to speak of. */
const noSkewMs = 60_000;

/** What to say of a clock that is so far ahead of the server's (behind, where negative), ms: to be added to a line, empty where the clocks agree. */
export function skewWords(aheadMs: number): string {
  if (Math.abs(aheadMs) < noSkewMs) return '';
  return `; this machine's clock is ${duration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} theirs: put it right, or posts count as ${aheadMs > 0 ? 'late' : 'from the future'}`;
}

/** So far apart that posts would be taken as from the future, or so late that they count for nothing. */
const apartMs = 5 * 60_000;

/** Why nothing is read while the clocks are minutes apart; undefined where they are not. What waits is then read later, at its right time. */
export function clocksApart(aheadMs: number): string | undefined {
  return Math.abs(aheadMs) < apartMs ? undefined : `this machine's clock is ${duration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} theirs: nothing is read until it is put right`;
}
