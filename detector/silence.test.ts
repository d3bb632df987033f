import { expect, test } from 'vitest';
import type { Incident, OfficialWord } from '../shared/incident.ts';
import type { Notice } from '../shared/observation.ts';
import { noticeOf } from './beside.fixture.ts';
import { createPage, type Page, takeNotice } from './official.ts';
import { firstWordAt, hearPage, type OfficialNews } from './silence.ts';

const minuteMs = 60_000;
const onset = Date.UTC(2026, 0, 6, 12);

const at = (minute: number, state: Notice['state'], event = 'a', more: Partial<Notice> = {}): Notice => noticeOf({ ts: onset + minute * minuteMs, event, state, ...more });

function pageOf(...notices: Notice[]): Page {
  const page = createPage('acme');
  for (const notice of notices) takeNotice(page, 'page', notice, notice.at);
  return page;
}

/** The minute of the first word, of each event. */
const firstOf = (...notices: Notice[]) => pageOf(...notices).events.map((event) => {
  const first = firstWordAt(event, onset);
  return first === null ? null : (first - onset) / minuteMs;
});

function hear(page: Page | undefined, minute: number, incident: Partial<Incident> = {}, away: readonly string[] = []): { news: OfficialNews; word: OfficialWord | undefined } {
  const one = { id: 'i', onset, state: 'confirmed', resolvedAt: null, ...incident } as Incident;
  const news = hearPage(one, page, new Set(away), onset + minute * minuteMs);
  return { news, word: one.official };
}

test('an event that began up to an hour before the onset, or later, counts from its first word', () => {
  expect(firstOf(at(7, 'degraded'), at(9, 'outage'))).toEqual([7]);
  expect(firstOf(at(-60, 'degraded'))).toEqual([-60]);
  expect(firstOf(at(12, 'degraded', 'a', { began: onset - 5 * minuteMs }))).toEqual([12]);
  // a page that speaks of it only when it is over has spoken
  expect(firstOf(at(40, 'ok', 'a', { began: onset }))).toEqual([40]);
});

test('an event that had been going on for longer counts from what it says after the onset, unless that is only that it is over', () => {
  expect(firstOf(at(-61, 'degraded'))).toEqual([null]);
  expect(firstOf(at(-300, 'degraded'), at(-10, 'degraded'), at(15, 'outage'))).toEqual([15]);
  expect(firstOf(at(-300, 'degraded'), at(15, 'ok'))).toEqual([null]);
  expect(firstOf(at(15, 'degraded', 'a', { began: onset - 300 * minuteMs }))).toEqual([15]);
});

test('an event that was over well before the onset is another trouble, one that was over a moment before it is not', () => {
  expect(firstOf(at(-50, 'degraded'), at(-16, 'ok'))).toEqual([null]);
  expect(firstOf(at(-50, 'degraded'), at(-14, 'ok'))).toEqual([-50]);
});

test('a maintenance that was announced days ahead speaks when it begins; what is unknown never speaks', () => {
  expect(firstOf(at(-4_000, 'maintenance', 'a', { began: onset - 20 * minuteMs }))).toEqual([-20]);
  expect(firstOf(at(5, 'unknown'))).toEqual([null]);
  expect(firstOf(at(5, 'unknown'), at(8, 'degraded'))).toEqual([8]);
  const planned = pageOf(at(-4_000, 'maintenance', 'a', { began: onset + 30 * minuteMs }));
  expect(hear(planned, 10).word).toMatchObject({ state: 'ok', firstAt: null });
  expect(hear(planned, 30).word).toMatchObject({ state: 'maintenance', firstAt: onset + 30 * minuteMs });
});

test('the first word and the end of all that counts are news, each once', () => {
  const page = pageOf(at(10, 'degraded'));
  const incident = { id: 'i', onset, state: 'confirmed', resolvedAt: null } as Incident;
  const told: OfficialNews[] = [];
  const say = (notice: Notice): void => {
    takeNotice(page, 'page', notice, notice.at);
    told.push(hearPage(incident, page, new Set(), notice.at));
  };
  for (const notice of [at(10, 'degraded'), at(11, 'outage'), at(12, 'degraded', 'b'), at(30, 'ok'), at(33, 'ok', 'b'), at(34, 'ok', 'b')]) say(notice);
  expect(told).toEqual(['first', null, null, null, 'ended', null]);
  expect(incident.official).toMatchObject({ firstAt: onset + 10 * minuteMs, lagMs: 10 * minuteMs, endedAt: onset + 33 * minuteMs, state: 'ok' });
});

test('a page that fails, or whose source is gone, is unknown and never down, and takes back no word', () => {
  const page = pageOf(at(10, 'outage'), at(20, 'unknown', ''));
  expect(hear(page, 21).word).toMatchObject({ state: 'unknown', firstAt: onset + 10 * minuteMs, endedAt: null });
  expect(hear(pageOf(at(10, 'outage')), 21, {}, ['page']).word?.state).toBe('unknown');
  expect(hear(pageOf(at(10, 'outage'), at(20, 'unknown', ''), at(25, 'degraded')), 26).word?.state).toBe('degraded');
});

test('no page, no word; a retracted incident hears nothing any more', () => {
  expect(hear(undefined, 5)).toEqual({ news: null, word: undefined });
  expect(hear(pageOf(at(1, 'outage')), 5, { state: 'retracted' })).toEqual({ news: null, word: undefined });
});

test('once an incident is over, a word within a day is heard and a later one is not', () => {
  const resolved = { state: 'resolved', resolvedAt: onset + 60 * minuteMs } as const;
  expect(hear(pageOf(at(24 * 60 + 59, 'degraded')), 24 * 60 + 59, resolved).news).toBe('first');
  expect(hear(pageOf(at(24 * 60 + 61, 'degraded')), 24 * 60 + 61, resolved).news).toBe(null);
});

test('what an incident has heard stays when the page has forgotten it', () => {
  const before = hear(pageOf(at(10, 'outage')), 11).word!;
  const after = hear(pageOf(at(0, 'ok', '')), 3_000, { official: before }).word;
  expect(after).toEqual({ ...before, state: 'ok' });
});
