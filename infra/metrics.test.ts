import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbedded, type Embedded } from './backends/index.ts';
import { createMetrics } from './metrics.ts';
import { deliverRole } from '../notifier/notifier.ts';

const noon = Date.UTC(2017, 4, 3, 12);
let backend: Embedded;

beforeEach(() => {
  backend = openEmbedded({ file: ':memory:', partitions: 1, mode: 'own', maxBytes: null });
});
afterEach(() => backend.bus.close());

const linesOf = async (metrics: ReturnType<typeof createMetrics>, name: string) =>
  (await metrics.scrape()).body.split('\n').filter((line) => line.startsWith(name));

test('how far a source is behind the clock is told beside where it stands, and not for one that has read nothing', async () => {
  const status = {
    type: 'http', instance: 'one', state: 'live' as const, since: noon, detail: '', silenceNormal: false, lastPostAt: noon,
    posts: 1, mentions: 1, late: 0, dropped: {}, at: noon,
  };
  const sources = () => [{ ...status, source: 'in', watermark: noon - 2_500 }, { ...status, source: 'new', watermark: null }];
  const metrics = createMetrics({ bus: backend.bus, sources, heard: () => [], clock: () => noon });
  expect(await linesOf(metrics, 'outcry_source_watermark_delay_seconds{')).toEqual(['outcry_source_watermark_delay_seconds{source="in"} 2.5']);
});

test('a role that has caught up is live, and only the parts that are ours now have a delay', async () => {
  const running = await backend.bus.work(deliverRole({ routes: [], channels: [], now: () => noon, dropped: () => {} }), (error) => {
    throw error;
  });
  const metrics = createMetrics({ bus: backend.bus, sources: () => [], heard: () => [], clock: () => noon });
  metrics.detectorAt('0', noon - 4_000);
  await expect.poll(() => backend.bus.progress().find(({ role }) => role === 'deliver')!.live, { timeout: 60_000 }).toBe(true);
  expect(await linesOf(metrics, 'outcry_role_live{')).toEqual(['outcry_role_live{role="deliver",part="all"} 1']);
  expect(await linesOf(metrics, 'outcry_detector_watermark_delay_seconds{')).toEqual([]);
  await running.stop();
}, 90_000);

test('a source that hands over no posts says so, so that its being live makes no blind house see', async () => {
  const status = {
    type: 'x', instance: 'one', state: 'live' as const, since: noon, detail: '', silenceNormal: false, lastPostAt: null, watermark: null, posts: 0, mentions: 0, late: 0, dropped: {}, at: noon,
  };
  const sources = () => [{ ...status, source: 'crowd' }, { ...status, source: 'pages', carries: 'notices' as const }];
  const metrics = createMetrics({ bus: backend.bus, sources, heard: () => [], clock: () => noon });
  expect((await linesOf(metrics, 'outcry_source_state{')).filter((line) => line.endsWith(' 1'))).toEqual([
    'outcry_source_state{source="crowd",state="live"} 1', 'outcry_source_state{source="pages",state="live",carries="notices"} 1',
  ]);
});

test('what a source costs is told by day and month beside its caps, and nothing of one that costs nothing', async () => {
  const status = {
    type: 'x', instance: 'one', state: 'live' as const, since: noon, detail: '', silenceNormal: false, lastPostAt: null, watermark: null, posts: 0, mentions: 0, late: 0, dropped: {}, at: noon,
  };
  const sources = () => [{ ...status, source: 'free' }, { ...status, source: 'dear', spend: { day: 1.25, month: 17.5, perDay: 10, perMonth: 200 } }];
  const metrics = createMetrics({ bus: backend.bus, sources, heard: () => [], clock: () => noon });
  expect(await linesOf(metrics, 'outcry_source_spend')).toEqual([
    'outcry_source_spend_dollars{source="dear",period="day"} 1.25', 'outcry_source_spend_dollars{source="dear",period="month"} 17.5',
    'outcry_source_spend_cap_dollars{source="dear",period="day"} 10', 'outcry_source_spend_cap_dollars{source="dear",period="month"} 200',
  ]);
});

test('status pages are counted by state, and the longest silence is told, once there is where to read it', async () => {
  const metrics = createMetrics({ bus: backend.bus, sources: () => [], heard: () => [], clock: () => noon });
  expect(await linesOf(metrics, 'outcry_official_pages{')).toEqual([]);
  const figures = { states: { ok: 140, degraded: 2, outage: 1, maintenance: 0, unknown: 7 }, longestSilenceMs: 2_520_000 };
  metrics.officialFrom(() => figures);
  expect(await linesOf(metrics, 'outcry_official_pages{')).toEqual([
    'outcry_official_pages{state="ok"} 140', 'outcry_official_pages{state="degraded"} 2', 'outcry_official_pages{state="outage"} 1',
    'outcry_official_pages{state="maintenance"} 0', 'outcry_official_pages{state="unknown"} 7',
  ]);
  expect(await linesOf(metrics, 'outcry_official_silence_seconds ')).toEqual(['outcry_official_silence_seconds 2520']);
});

test('alerts are counted by change and age, from zero on, and what Redis failed by reason, afresh at each look', async () => {
  const failures = { unreachable: 0, slow: 3 };
  const metrics = createMetrics({ bus: backend.bus, sources: () => [], heard: () => [], storeFailures: () => failures, clock: () => noon });
  metrics.alerted('suspected', 2_400);
  metrics.alerted('suspected', 400_000_000);
  expect(await linesOf(metrics, 'outcry_post_to_alert_seconds_bucket{le="2.25",change="suspected"')).toEqual(['outcry_post_to_alert_seconds_bucket{le="2.25",change="suspected"} 0']);
  expect(await linesOf(metrics, 'outcry_post_to_alert_seconds_bucket{le="2.5",change="suspected"')).toEqual(['outcry_post_to_alert_seconds_bucket{le="2.5",change="suspected"} 1']);
  expect(await linesOf(metrics, 'outcry_post_to_alert_seconds_count')).toEqual([
    'outcry_post_to_alert_seconds_count{change="suspected"} 2', 'outcry_post_to_alert_seconds_count{change="confirmed"} 0',
    'outcry_post_to_alert_seconds_count{change="relapsed"} 0', 'outcry_post_to_alert_seconds_count{change="reopened"} 0',
  ]);
  await metrics.scrape();
  failures.slow = 5;
  expect(await linesOf(metrics, 'outcry_store_failures_total{')).toEqual(['outcry_store_failures_total{reason="unreachable"} 0', 'outcry_store_failures_total{reason="slow"} 5']);
});
