// Prometheus metrics of the whole process: what ingest read and dropped, how far each role is, what was delivered.
// Counters live with their owners; this file only names them and reads them when asked.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { OfficialFigures } from '../notifier/board/official-log.ts';
import type { Bus } from '../shared/bus.ts';
import type { SourceSpend, SourceStatus } from '../shared/source-status.ts';

export interface Metrics {
  delivered(channel: string, outcome: string, reason: string): void;
  dropped(role: string, reason: string): void;
  configReload(ok: boolean): void;
  /** How far a fold of the detector has come in event time, ms. */
  detectorAt(part: string, at: number): void;
  /** An alert that stands in its topic now: ms from the event that decided it. */
  alerted(change: string, latencyMs: number): void;
  /** From where to read, at each scrape, what services' own status pages say. Without it there are no such figures. */
  officialFrom(read: () => OfficialFigures): void;
  scrape(): Promise<{ contentType: string; body: string }>;
}

export interface MetricsDeps {
  readonly bus: Bus;
  readonly sources: () => readonly SourceStatus[];
  /** What each of the detector's folds heard or dropped since start, by reason. */
  readonly heard: () => Iterable<Readonly<Record<string, number>>>;
  /** Calls that the Store failed since start, by reason; left out where the Store is the log's own file. */
  readonly storeFailures?: () => Readonly<Record<string, number>>;
  readonly clock: () => number;
}

// Around the usual two seconds of lateness they are close; past a minute somebody should look anyway.
const latencySeconds = [0.1, 0.25, 0.5, 1, 1.5, 2, 2.25, 2.5, 3, 4, 5, 7.5, 10, 15, 30, 60, 300, 1_800];

const states = ['live', 'catching-up', 'blind', 'closed'] as const;

export function createMetrics({ bus, sources, heard, storeFailures = () => ({}), clock }: MetricsDeps): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const detectorAt = new Map<string, number>();
  let official: (() => OfficialFigures) | undefined;

  const perSource = (name: string, help: string, read: (status: SourceStatus) => number | null) =>
    new Gauge({
      name, help, registers, labelNames: ['source'],
      collect() {
        this.reset();
        for (const status of sources()) {
          const value = read(status);
          if (value !== null) this.set({ source: status.source }, value);
        }
      },
    });
  perSource('outcry_source_posts', 'posts read since start', (status) => status.posts);
  perSource('outcry_source_mentions', 'mentions found since start', (status) => status.mentions);
  perSource('outcry_source_late', 'posts behind the watermark since start', (status) => status.late);
  perSource('outcry_source_silence_seconds', 'time since the last post', (status) => (status.lastPostAt === null ? null : (clock() - status.lastPostAt) / 1000));
  perSource('outcry_source_watermark_seconds', 'event time that the source has come to, seconds since 1970', (status) => (status.watermark === null ? null : status.watermark / 1000));
  perSource('outcry_source_watermark_delay_seconds', 'how far the event time that the source has come to is behind the clock', (status) => (status.watermark === null ? null : (clock() - status.watermark) / 1000));
  new Gauge({
    name: 'outcry_source_state', help: '1 for the state that the source is in; `carries` stands only where that is not posts', registers, labelNames: ['source', 'state', 'carries'],
    collect() {
      this.reset();
      for (const { source, state: current, carries = 'posts' } of sources()) {
        for (const state of states) this.set({ source, state, ...(carries === 'posts' ? {} : { carries }) }, current === state ? 1 : 0);
      }
    },
  });
  const spend = (name: string, help: string, read: (of: SourceSpend) => { day: number; month: number }) =>
    new Gauge({
      name, help, registers, labelNames: ['source', 'period'],
      collect() {
        this.reset();
        for (const { source, spend } of sources()) {
          if (spend === undefined) continue;
          for (const [period, dollars] of Object.entries(read(spend))) this.set({ source, period }, dollars);
        }
      },
    });
  spend('outcry_source_spend_dollars', 'what a source that costs money has cost in this UTC day and month, by its own meter', ({ day, month }) => ({ day, month }));
  spend('outcry_source_spend_cap_dollars', 'at which cost it is blind until the day or month is over', ({ perDay, perMonth }) => ({ day: perDay, month: perMonth }));
  new Gauge({
    name: 'outcry_source_dropped', help: 'posts dropped since start, by reason', registers, labelNames: ['source', 'reason'],
    collect() {
      this.reset();
      for (const status of sources()) for (const [reason, count] of Object.entries(status.dropped)) this.set({ source: status.source, reason }, count);
    },
  });
  new Gauge({
    name: 'outcry_role_lag_records', help: 'records behind the end of the input', registers, labelNames: ['role', 'part'],
    collect() {
      this.reset();
      for (const { role, part, lag } of bus.progress()) this.set({ role, part }, lag);
    },
  });
  new Gauge({
    name: 'outcry_role_live', help: '1 once the role has caught up with what it had committed, 0 before', registers, labelNames: ['role', 'part'],
    collect() {
      this.reset();
      for (const { role, part, live } of bus.progress()) this.set({ role, part }, live ? 1 : 0);
    },
  });
  new Gauge({
    name: 'outcry_detector_watermark_delay_seconds', help: 'how far the event time that a fold of the detector has come to is behind the clock', registers, labelNames: ['part'],
    collect() {
      this.reset();
      // a part that another worker has now is that worker's to tell
      for (const { role, part } of bus.progress()) {
        const at = detectorAt.get(part);
        if (role === 'detector' && at !== undefined) this.set({ part }, (clock() - at) / 1000);
      }
    },
  });
  new Gauge({
    name: 'outcry_detector_mentions', help: 'mentions since start, by what the detector made of them', registers, labelNames: ['result'],
    collect() {
      this.reset();
      for (const figures of heard()) for (const [result, count] of Object.entries(figures)) this.inc({ result }, count);
    },
  });
  const deliveries = new Counter({ name: 'outcry_deliveries_total', help: 'delivery attempts by outcome', registers, labelNames: ['channel', 'outcome', 'reason'] });
  const drops = new Counter({ name: 'outcry_dropped_records_total', help: 'records of the log that gave nothing, by reason', registers, labelNames: ['role', 'reason'] });
  const latency = new Histogram({
    name: 'outcry_post_to_alert_seconds', help: 'from the event that decided an alert to the alert in its topic, lateness included; not with simulated time',
    registers, labelNames: ['change'], buckets: latencySeconds,
  });
  // a rate can't see the first alert where no zero stood before it, and alerts are rare
  for (const change of ['suspected', 'confirmed', 'relapsed', 'reopened']) latency.zero({ change });
  new Counter({
    name: 'outcry_store_failures_total', help: 'calls that Redis failed, by reason; what they were for went on without it', registers, labelNames: ['reason'],
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(storeFailures())) this.inc({ reason }, count);
    },
  });
  new Gauge({
    name: 'outcry_official_pages', help: 'status pages of services by what they say; unknown: the page can not be read', registers, labelNames: ['state'],
    collect() {
      this.reset();
      for (const [state, count] of Object.entries(official?.().states ?? {})) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'outcry_official_silence_seconds', help: 'the longest that a status page has been silent about an incident that is open; 0 where none is', registers, labelNames: [],
    collect() {
      this.reset();
      if (official !== undefined) this.set(official().longestSilenceMs / 1000);
    },
  });
  const reloads = new Counter({ name: 'outcry_config_reloads_total', help: 'changes of the configuration file by result', registers, labelNames: ['result'] });

  return {
    delivered: (channel, outcome, reason) => deliveries.inc({ channel, outcome, reason }),
    dropped: (role, reason) => drops.inc({ role, reason }),
    configReload: (ok) => reloads.inc({ result: ok ? 'taken' : 'refused' }),
    detectorAt: (part, at) => void detectorAt.set(part, at),
    alerted: (change, latencyMs) => latency.observe({ change }, latencyMs / 1000),
    officialFrom(read) {
      official = read;
    },
    async scrape() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
