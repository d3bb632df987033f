import { expect, test } from 'vitest';
import { anIncident } from '../../test/fakes/incidents.ts';
import { anOfficial, aPageEvent, aWord } from '../../test/fakes/official.ts';
import { createOfficialLog, wordView } from './official-log.ts';

const minute = 60_000;
const day = 86_400_000;
const noon = Date.parse('2026-05-03T12:00:00Z');

test('the latest word of a page holds, whatever comes again', () => {
  const log = createOfficialLog(10);
  expect(log.state('alpha', noon)).toBeNull();
  expect(log.add(anOfficial('alpha', noon, { state: 'outage', events: [aPageEvent({ saidAt: noon, state: 'outage' })], usualMs: 35 * minute, usualOf: 7 }))).toBe(true);
  expect(log.add(anOfficial('alpha', noon - minute, { state: 'degraded' }))).toBe(false);
  expect(log.state('alpha', noon)).toBe('outage');
  expect(log.view('alpha', noon)).toEqual({
    state: 'outage', asOf: '2026-05-03T12:00:00.000Z', usualMs: 35 * minute, usualOf: 7,
    events: [{
      event: 'event-1', state: 'outage', planned: false, title: 'Elevated error rates', url: 'https://status.example.com/incidents/event-1', components: ['API'],
      began: '2026-05-03T12:00:00.000Z', ended: null, saidAt: '2026-05-03T12:00:00.000Z',
    }],
  });
});

test('a page that can not be read is unknown, and what it last said stays to be read', () => {
  const log = createOfficialLog(10);
  log.add(anOfficial('alpha', noon, { state: 'unknown', events: [aPageEvent({ saidAt: noon - minute })] }));
  expect(log.view('alpha', noon)).toMatchObject({ state: 'unknown', events: [{ state: 'degraded' }] });
});

test('an event that ended goes after a day', () => {
  const log = createOfficialLog(10);
  log.add(anOfficial('alpha', noon, { events: [aPageEvent({ saidAt: noon, state: 'ok', began: noon - minute, ended: noon })] }));
  expect(log.view('alpha', noon + day)?.events).toHaveLength(1);
  expect(log.view('alpha', noon + day + 1)?.events).toEqual([]);
});

test('maintenance that is planned is not going on before its time', () => {
  const log = createOfficialLog(10);
  log.add(anOfficial('alpha', noon, { state: 'maintenance', events: [aPageEvent({ saidAt: noon, state: 'maintenance', began: noon + 60 * minute })] }));
  expect(log.view('alpha', noon)).toMatchObject({ state: 'ok', events: [{ state: 'maintenance', planned: true }] });
  expect(log.view('alpha', noon + 60 * minute)).toMatchObject({ state: 'maintenance', events: [{ planned: false }] });
});

test('memory is bounded in services and in the length of what a page says', () => {
  const log = createOfficialLog(3);
  for (let i = 0; i < 10; i += 1) log.add(anOfficial(`s${i}`, noon + i, { state: 'degraded' }));
  log.add(anOfficial('s7', noon + 20, { state: 'degraded' }));
  log.add(anOfficial('s10', noon + 21, { state: 'degraded' }));
  expect(['s7', 's8', 's9', 's10'].map((id) => log.state(id, noon))).toEqual(['degraded', null, 'degraded', 'degraded']);
  const long = 'long '.repeat(10_000);
  log.add(anOfficial('s9', noon + 30, { state: 'degraded', events: Array.from({ length: 50 }, () => aPageEvent({ saidAt: noon, title: long, url: `https://x.example/${long}`, components: Array.from({ length: 500 }, () => long) })) }));
  expect(JSON.stringify(log.view('s9', noon)).length).toBeLessThan(60_000);
});

test('pages are counted by state, of the services that are asked for', () => {
  const log = createOfficialLog(10);
  log.add(anOfficial('alpha', noon, { state: 'outage' }));
  log.add(anOfficial('beta', noon, { state: 'ok' }));
  log.add(anOfficial('gone', noon, { state: 'outage' }));
  expect(log.states((id) => id !== 'gone', noon)).toEqual({ ok: 1, degraded: 0, outage: 1, maintenance: 0, unknown: 0 });
});

test('silence is counted from the onset to now, to the end of the incident, or not at all', () => {
  const now = noon + 42 * minute;
  const silent = (word: Parameters<typeof aWord>[0], over: Parameters<typeof anIncident>[0] = {}): number | null =>
    wordView(anIncident({ onset: noon, official: aWord(word), ...over }), now)!.silentMs;
  expect(silent({})).toBe(42 * minute);
  expect(silent({}, { state: 'resolved', resolvedAt: noon + 30 * minute })).toBe(30 * minute);
  expect(silent({ state: 'unknown' })).toBeNull();
  expect(silent({ state: 'degraded', firstAt: noon + minute, lagMs: minute })).toBeNull();
  expect(wordView(anIncident(), now)).toBeNull();
});
