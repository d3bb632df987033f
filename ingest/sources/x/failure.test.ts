import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerFailure, failureOf, networkFailure, resetOf } from './failure.ts';

const problem = (name: string, more: object = {}) => ({ title: name, type: `https://api.x.com/2/problems/${name}`, ...more });

test('an answer\'s kind is in its status and its problem', () => {
  const kinds = [
    [401, {}], [403, problem('client-forbidden')], [403, problem('usage-capped')], [409, {}], [429, problem('streaming-connection', { connection_issue: 'TooManyConnections' })],
    [429, problem('usage-capped')], [429, { errors: [problem('usage-capped')] }], [429, {}], [500, null], [503, 'text'], [408, {}], [404, []], [302, undefined],
  ] as const;
  expect(kinds.map(([status, body]) => answerFailure(status, body).kind)).toEqual([
    'auth', 'forbidden', 'capped', 'no-rules', 'crowded', 'capped', 'capped', 'rate', 'server', 'server', 'network', 'refused', 'refused',
  ]);
});

test('the time at which a limit ends is read from its header', () => {
  expect(resetOf({ 'x-rate-limit-reset': '1779719009' })).toBe(1_779_719_009_000);
  for (const value of ['soon', '-1', '9'.repeat(30), undefined, ['1']]) expect(resetOf({ 'x-rate-limit-reset': value })).toBeUndefined();
  expect(failureOf({ type: 'response', code: 429, data: '{}', headers: { 'x-rate-limit-reset': '1779719009' } })).toMatchObject({ kind: 'rate', resetMs: 1_779_719_009_000 });
});

test('whatever is thrown is a failure in our words, and none of its own', () => {
  fc.assert(fc.property(fc.anything(), (thrown) => {
    expect(failureOf(thrown).why.length).toBeGreaterThan(0);
  }), { seed: 1 });
  const token = 'AAAAsecret';
  const request = { headers: { authorization: `Bearer ${token}` } };
  const thrown = [
    { type: 'response', code: 403, data: JSON.stringify({ title: token, detail: token, type: token, errors: [{ message: token }] }), headers: { a: token }, request },
    { type: 'request', requestError: Object.assign(new Error(token), { code: token }), request }, Object.assign(new Error(token), { code: 'ECONNRESET' }), { type: 'partial-response', response: { statusCode: 500 }, rawContent: token },
  ];
  expect(thrown.map((one) => JSON.stringify(failureOf(one))).filter((text) => text.includes(token))).toEqual([]);
  expect(failureOf(thrown[3]).kind).toBe('server');
  expect(networkFailure('ECONNREFUSED').why).toBe('it refuses connections');
});
