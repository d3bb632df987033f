import { expect, test } from 'vitest';
import { createLineScanner } from '../ingest/line.ts';
import { createMatcher } from '../ingest/match.ts';
import { serviceSchema } from '../shared/service.ts';
import { inEventOrder, readPostLines, readReportLines, readWordLine, unknownTime } from './backtest-lines.ts';

const noon = Date.UTC(2026, 0, 6, 12);
const iso = (minute: number): string => new Date(noon + minute * 60_000).toISOString();
const scanner = createLineScanner(createMatcher([serviceSchema.parse({ id: 'acme', name: 'Acme' })]));

test('what a page said and what was counted stands between the posts in event order, whatever the file', () => {
  const posts = [{ id: '1', ts: iso(5), text: 'acme is down' }, { id: '2', ts: iso(1), text: 'hello' }].map((one) => JSON.stringify(one)).join('\n');
  const words = [{ kind: 'tally', service: 'acme', ts: iso(2), posts: 4 }, { kind: 'notice', service: 'acme', id: 'n', ts: iso(4), event: 'e', state: 'outage', title: 'Down' }].map((one) => JSON.stringify(one)).join('\n');
  const lines = inEventOrder([Buffer.from(posts), Buffer.from(`${words}\nno json\n`)], readPostLines(scanner));
  expect(lines.map(({ ts, word }) => [ts === unknownTime ? null : (ts - noon) / 60_000, word === null ? 'post' : Object.keys(word)[0]])).toEqual([[1, 'post'], [3, 'tally'], [4, 'notice'], [5, 'post'], [null, 'post']]);
  const rows = inEventOrder([Buffer.from(`${JSON.stringify({ ts: iso(3.5), service: 'acme' })}\n${words}`)], readReportLines);
  expect(rows.map(({ word }) => word === null)).toEqual([false, true, false]);
});

test('a notice needs a service, an id, a time and a state, and may say when it began and ended', () => {
  const whole = { kind: 'notice', service: 'acme', id: 'n', ts: noon, state: 'ok', began: iso(-9), ended: noon, url: 'https://status.example.com/1' };
  expect(readWordLine(whole)).toEqual({ notice: { service: 'acme', id: 'n', ts: noon, state: 'ok', began: noon - 9 * 60_000, ended: noon, url: 'https://status.example.com/1', event: '', title: '', components: [] } });
  for (const bad of [{ ts: 'noon' }, { state: 'fine' }, { id: undefined }, { began: 'then' }, { components: 'api' }]) expect(readWordLine({ ...whole, ...bad })).toEqual({ reason: 'notice-bad-shape' });
  expect(readWordLine({ kind: 'tally', service: 'acme', ts: noon + 59_000, posts: 3 })).toEqual({ tally: { service: 'acme', minute: noon, posts: 3 } });
  expect(readWordLine({ kind: 'tally', service: 'acme', ts: noon, posts: -3 })).toEqual({ reason: 'tally-bad-shape' });
});

test('a post that has a field of that name stays a post', () => {
  for (const value of [{ kind: 'reply', id: '1', ts: noon }, { id: '1', ts: noon }, 5, null, 'notice']) expect(readWordLine(value)).toBe(null);
  const post = Buffer.from(JSON.stringify({ kind: 'notice', id: '1', ts: noon, text: 'acme is down' }));
  expect(inEventOrder([post], readPostLines(scanner)).map(({ word }) => word)).toEqual([null]);
});
