import { expect, test } from 'vitest';
import type { Notice } from '../shared/observation.ts';
import { noticeOf } from './beside.fixture.ts';
import { createRandom } from './detector.fixture.ts';
import { createPage, newRecord, type Page, stateOf, takeNotice } from './official.ts';

const minuteMs = 60_000;
const start = Date.UTC(2026, 0, 6, 12);
const nobody = new Set<string>();

const at = (minute: number, state: Notice['state'], event = 'a', more: Partial<Notice> = {}): Notice => noticeOf({ ts: start + minute * minuteMs, event, state, ...more });

function take(notices: readonly Notice[], page: Page = createPage('acme')): Page {
  for (const notice of notices) takeNotice(page, 'page', notice, Math.max(notice.at, start + 600 * minuteMs));
  return page;
}

test('what a page has said does not depend on the order in which it is read, nor on repeats', () => {
  const notices = [
    at(1, 'degraded', 'a', { title: 'Slow', began: start }), at(5, 'outage', 'a', { title: 'Down', components: ['API'] }), at(5, 'outage', 'a', { id: 'z', title: 'Down for all' }),
    at(30, 'ok', 'a', { title: 'Over', ended: start + 28 * minuteMs }), at(2, 'maintenance', 'b'), at(3, 'unknown', 'c'), at(4, 'degraded', 'c'), at(6, 'unknown', 'c'), at(40, 'unknown', ''), at(39, 'ok', ''),
  ];
  const told = (page: Page) => [newRecord(page, nobody, 0), page.events.map(({ words }) => words)];
  const wanted = told(take(notices));
  expect(wanted[0]).toMatchObject({ state: 'unknown', events: [{ event: 'a', state: 'ok', title: 'Over', began: start, ended: start + 28 * minuteMs }, { event: 'c', state: 'degraded' }, { event: 'b', state: 'maintenance' }] });
  const random = createRandom(3);
  for (let round = 0; round < 200; round++) {
    const shuffled = [...notices, ...notices.slice(0, 4)].map((notice) => ({ notice, by: random() })).toSorted((a, b) => a.by - b.by).map(({ notice }) => notice);
    expect(told(take(shuffled))).toEqual(wanted);
  }
});

test('the state is the worst of what goes on; what is planned counts only where it is asked for', () => {
  const page = take([at(0, 'degraded', 'a'), at(1, 'outage', 'b'), at(2, 'maintenance', 'c', { began: start + 900 * minuteMs })]);
  expect(stateOf(page, nobody, start + 10 * minuteMs)).toBe('outage');
  take([at(3, 'ok', 'b')], page);
  expect(stateOf(page, nobody, start + 10 * minuteMs)).toBe('degraded');
  take([at(4, 'ok', 'a')], page);
  expect(stateOf(page, nobody, start + 10 * minuteMs)).toBe('ok');
  expect(stateOf(page, nobody, Infinity)).toBe('maintenance');
});

test('of two pages one that can be read is enough to know', () => {
  const page = createPage('acme');
  takeNotice(page, 'one', at(0, 'unknown', ''), start);
  expect(stateOf(page, nobody, start)).toBe('unknown');
  takeNotice(page, 'two', at(1, 'degraded', 'x'), start);
  expect(stateOf(page, nobody, start + 2 * minuteMs)).toBe('degraded');
  expect(stateOf(page, new Set(['two']), start + 2 * minuteMs)).toBe('unknown');
});

test('a page as a whole that is not well again after an end tells of another trouble', () => {
  const page = take([at(0, 'degraded', ''), at(20, 'ok', ''), at(300, 'outage', '')]);
  expect(page.events).toMatchObject([{ event: '', state: 'outage', ended: null, words: [[start + 300 * minuteMs, 'outage']] }]);
});

test('what ended more than a day ago is forgotten, twenty events are kept, and strangers’ words are cut', () => {
  const page = take([at(0, 'outage', 'old'), at(10, 'ok', 'old')]);
  const later = start + 26 * 60 * minuteMs;
  takeNotice(page, 'page', noticeOf({ ts: later, event: 'x'.repeat(5_000), title: 'y'.repeat(5_000), url: 'z'.repeat(5_000), components: Array.from({ length: 500 }, () => 'c'.repeat(5_000)) }), later);
  expect(page.events.map(({ event }) => event)).toEqual(['x'.repeat(300)]);
  expect(JSON.stringify(page).length).toBeLessThan(40_000);
  for (let i = 0; i < 60; i++) takeNotice(page, 'page', noticeOf({ ts: later + i, event: `e${i}`, state: i % 2 === 0 ? 'ok' : 'degraded' }), later + i);
  expect(page.events).toHaveLength(20);
  expect(page.events.every(({ ended }) => ended === null)).toBe(true);
  for (let i = 0; i < 2_000; i++) takeNotice(page, 'page', at(i, 'degraded', 'long'), later);
  expect(page.events.find(({ event }) => event === 'long')?.words.length).toBeLessThan(40);
  expect(page.seen.length).toBeLessThan(100);
});

test('a record is told when something of it changes, and not otherwise', () => {
  const page = take([at(0, 'degraded')]);
  expect(newRecord(page, nobody, 1)).toMatchObject({ kind: 'official', service: 'acme', at: 1, state: 'degraded' });
  expect(newRecord(page, nobody, 2)).toBe(null);
  take([at(0, 'degraded')], page);
  expect(newRecord(page, nobody, 3)).toBe(null);
  take([at(1, 'unknown', '')], page);
  expect(newRecord(page, nobody, 4)).toMatchObject({ state: 'unknown', events: [{ state: 'degraded' }] });
});
