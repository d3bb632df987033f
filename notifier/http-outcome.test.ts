import { expect, test } from 'vitest';
import { httpOutcome } from './http-outcome.ts';
import { retryAfterMs, type Reply } from './guarded-fetch.ts';
import { slackOutcome } from './channels/slack-webhook.ts';

function answer(status: number, body = '', retryAfter: string | null = null): Reply {
  return { kind: 'answer', status, body, retryAfter };
}

test.each([
  [answer(200), 1, 'delivered'],
  [answer(204), 1, 'delivered'],
  [answer(410), 1, 'gone'],
  [answer(429), 99, 'later'],
  [answer(500), 99, 'later'],
  [answer(503), 99, 'later'],
  [{ kind: 'failed', reason: 'timeout' }, 99, 'later'],
  [answer(302), 6, 'later'],
  [answer(302), 7, 'never'],
  [answer(404), 6, 'later'],
  [answer(404), 7, 'never'],
  [{ kind: 'refused', reason: 'address-private', lasting: false }, 6, 'later'],
  [{ kind: 'refused', reason: 'address-private', lasting: false }, 7, 'never'],
  [{ kind: 'refused', reason: 'url-scheme', lasting: true }, 1, 'never'],
] as [Reply, number, string][])('a webhook receiver: %o at attempt %i is %s', (reply, attempt, outcome) => {
  expect(httpOutcome(reply, attempt, 0).outcome).toBe(outcome);
});

test.each([
  [answer(200, 'ok'), 'delivered'],
  [answer(400, 'invalid_payload'), 'never'],
  [answer(403, 'action_prohibited'), 'gone'],
  [answer(404, 'channel_not_found'), 'gone'],
  [answer(404, 'no_service'), 'gone'],
  [answer(410, 'channel_is_archived'), 'gone'],
  [answer(400, 'what_is_this <script>'), 'never'],
  [answer(429, 'rate_limited', '7'), 'later'],
  [answer(500, 'rollup_error'), 'later'],
] as [Reply, string][])('Slack: %o is %s', (reply, outcome) => {
  expect(slackOutcome(reply, 1, 0).outcome).toBe(outcome);
});

test("a reason never holds the receiver's words", () => {
  expect(slackOutcome(answer(400, 'what_is_this <script>'), 1, 0)).toEqual({ outcome: 'never', reason: 'http-400' });
});

test('Retry-After is seconds or a date, within reason', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(httpOutcome(answer(503, '', '120'), 1, now)).toEqual({ outcome: 'later', reason: 'http-503', afterMs: 120_000 });
  expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', now)).toBe(60_000);
  expect(retryAfterMs('0', now)).toBe(1_000);
  expect(retryAfterMs('999999999', now)).toBe(6 * 3_600_000);
  expect(retryAfterMs('soon', now)).toBe(undefined);
});
