// The official word from frames to people: detector, hold and board as they run, on one log. What a status page says is
// folded beside the crowd, stands in the alerts, and is what the API answers.
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { arrivals, createRandom, framesOf, hourMs, minuteMs, monday, newDetector } from '../detector/detector.fixture.ts';
import { openEmbedded, type Embedded } from '../infra/backends/index.ts';
import { createBoard, type Board } from '../notifier/board/board.ts';
import type { IncidentDetail, ServiceDetail, ServicesView } from '../notifier/board/views.ts';
import { holdRole } from '../notifier/notifier.ts';
import { decodeAlert, type Alert } from '../shared/alert.ts';
import { encodeFrame, type Frame } from '../shared/frame.ts';
import type { Notice } from '../shared/observation.ts';
import { topics } from '../shared/topics.ts';
import { aService } from './fakes/incidents.ts';

const onset = monday + 3 * hourMs;
const services = [aService('acme', { statusPage: 'https://status.example.com/' }), aService('bistro', { statusPage: 'https://bistro.example.com/' })];

let backend: Embedded;
let board: Board;
let app: FastifyInstance;
const alerts: Alert[] = [];

const failed = (error: Error): void => {
  throw error;
};

beforeEach(async () => {
  alerts.length = 0;
  backend = openEmbedded({ file: ':memory:', partitions: 1, mode: 'own', maxBytes: null });
  const { bus, store } = backend;
  await bus.work({ name: 'detector', input: topics.observations.name, scope: 'partition', output: topics.incidents.name, create: (part) => newDetector({}, services.map(({ id }) => id), part) }, failed);
  await bus.work(holdRole({ services, partitions: 1, dropped: () => {} }), failed);
  bus.tail(topics.alerts.name, 'start', (records) => {
    for (const { value } of records) {
      const decoded = decodeAlert(value!);
      if ('alert' in decoded) alerts.push(decoded.alert);
    }
  });
  board = createBoard({
    bus, store, services, clock: Date.now, mode: { demo: false, eventTime: 'simulated' }, version: '', configError: () => null, settings: () => ({ hash: '', values: null }), reports: false,
  });
  app = Fastify();
  await app.register((scope) => board.plugin(scope));
  await board.start();
});

afterEach(async () => {
  await board.stop();
  await app.close();
  await backend.bus.close();
});

/** Frames of a crowd that reports eight failures of `acme` a minute from `onset` on, up to so many minutes after it. */
function crowd(untilMinutes: number): Frame[] {
  const until = onset + 240 * minuteMs;
  const all = framesOf([{ ts: monday }, ...arrivals(createRandom(11), monday, until, (at) => (at >= onset ? 8 : 0.1), 8).map((ts) => ({ ts }))], { size: 20, end: until });
  return all.filter(({ state, watermark }) => state === 'live' && watermark < onset + untilMinutes * minuteMs);
}

/** A word of a page, `minutes` after the onset. An empty `event` is the page as a whole. */
function word(service: string, minutes: number, state: Notice['state'], event = 'event-1'): Frame {
  const at = onset + minutes * minuteMs;
  const notice: Notice = { id: `${event}/${minutes}`, at, ts: at, service, event, state, title: event === '' ? '' : 'Elevated error rates', components: [] };
  return { v: 1, source: `page-${service}`, instance: 'one', epoch: 1, seq: at, state: 'live', filtered: false, carries: 'notices', watermark: at, cursor: '', reads: [], mentions: [], notices: [notice], deletions: [] };
}

async function publish(frames: readonly Frame[]): Promise<void> {
  await backend.bus.publish(frames.map((frame) => ({ topic: topics.observations.name, key: frame.source, partition: 0, value: encodeFrame(frame) })));
}

const get = async <T>(path: string): Promise<T> => (await app.inject(path)).json() as T;
const service = (id: string): Promise<ServiceDetail> => get(`/api/services/${id}`);
const told = (change: Alert['change']): string | undefined => alerts.findLast((alert) => alert.change === change)?.summary;

test("a page's silence and its first word are in the alerts and in the API, to the minute (row 23)", async () => {
  const before = crowd(20);
  await publish([word('acme', -60, 'ok', ''), ...before]);
  await expect.poll(async () => (await service('acme')).standing, { timeout: 120_000 }).toBe('confirmed');
  await expect.poll(() => told('confirmed'), { timeout: 120_000 }).toMatch(/Official status: silent for \d+ min\. Confidence/);
  const { incident, officialWord } = await service('acme');
  expect(officialWord).toMatchObject({ state: 'ok', firstAt: null, usualOf: 0 });
  // it grows until the last of the crowd is folded
  await expect.poll(async () => Math.round(((await service('acme')).officialWord?.silentMs ?? 0) / minuteMs), { timeout: 120_000 }).toBe(20);

  await publish([word('acme', 22, 'outage'), ...crowd(40).slice(before.length)]);
  await expect.poll(() => told('updated'), { timeout: 120_000 }).toContain('Official status: first word after 22 min: “Elevated error rates” (outage).');
  // the board reads the log beside who tells the alerts
  await expect.poll(async () => (await get<IncidentDetail>(`/api/incidents/${incident}`)).official?.firstAt, { timeout: 120_000 }).toBe(new Date(onset + 22 * minuteMs).toISOString());
  const detail = await get<IncidentDetail>(`/api/incidents/${incident}`);
  expect(detail.official).toMatchObject({ state: 'outage', firstAt: new Date(onset + 22 * minuteMs).toISOString(), silentMs: null, endedAt: null });
  expect(Math.round(detail.official!.lagMs! / minuteMs)).toBe(22);
  expect(detail.timeline.find(({ official }) => official)).toMatchObject({ change: 'updated' });
});

test('an official page that is down is shown as unknown, with a crowd and without (row 22)', async () => {
  await publish([word('acme', -60, 'ok', ''), word('bistro', -60, 'ok', '')]);
  await publish([...crowd(20), word('acme', 21, 'unknown', ''), word('bistro', 21, 'unknown', '')]);
  await publish(crowd(30).slice(crowd(20).length));
  await expect.poll(async () => (await service('bistro')).official, { timeout: 120_000 }).toBe('unknown');
  await expect.poll(async () => (await service('acme')).official, { timeout: 120_000 }).toBe('unknown');
  const { services: all } = await get<ServicesView>('/api/services');
  expect(all.map(({ id, standing, official, incident }) => [id, standing, official, incident === null])).toEqual([['acme', 'confirmed', 'unknown', false], ['bistro', 'quiet', 'unknown', true]]);
  expect(await service('bistro')).toMatchObject({ officialPage: { state: 'unknown', events: [] }, officialWord: null });
  expect(board.official().states).toEqual({ ok: 0, degraded: 0, outage: 0, maintenance: 0, unknown: 2 });
});

test('an official outage without a crowd opens nothing, tells nobody, and is shown', async () => {
  await publish([...crowd(-10), word('bistro', -5, 'outage')]);
  await publish(crowd(-1).slice(crowd(-10).length));
  await expect.poll(async () => (await service('bistro')).official, { timeout: 120_000 }).toBe('outage');
  expect(await service('bistro')).toMatchObject({ standing: 'quiet', incident: null, officialPage: { events: [{ state: 'outage', title: 'Elevated error rates', ended: null }] } });
  expect(alerts).toEqual([]);
});
