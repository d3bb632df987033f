// Prometheus metrics of the whole process: what ingest read and dropped, how far each role is, what was delivered.
// Counters live with their owners; this file only names them and reads them when asked.
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Bus } from '../shared/bus.ts';
import type { SourceStatus } from '../shared/source-status.ts';

export interface Metrics {
  delivered(channel: string, outcome: string, reason: string): void;
  dropped(role: string, reason: string): void;
  configReload(ok: boolean): void;
  scrape(): Promise<{ contentType: string; body: string }>;
}

export interface MetricsDeps {
  readonly bus: Bus;
  readonly sources: () => readonly SourceStatus[];
  /** What each of the detector's folds heard or dropped since start, by reason. */
  readonly heard: () => Iterable<Readonly<Record<string, number>>>;
  readonly clock: () => number;
}

const states = ['live', 'catching-up', 'blind', 'closed'] as const;

export function createMetrics({ bus, sources, heard, clock }: MetricsDeps): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

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
  new Gauge({
    name: 'outcry_source_state', help: '1 for the state that the source is in', registers, labelNames: ['source', 'state'],
    collect() {
      this.reset();
      for (const status of sources()) for (const state of states) this.set({ source: status.source, state }, status.state === state ? 1 : 0);
    },
  });
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
    name: 'outcry_detector_mentions', help: 'mentions since start, by what the detector made of them', registers, labelNames: ['result'],
    collect() {
      this.reset();
      for (const figures of heard()) for (const [result, count] of Object.entries(figures)) this.inc({ result }, count);
    },
  });
  const deliveries = new Counter({ name: 'outcry_deliveries_total', help: 'delivery attempts by outcome', registers, labelNames: ['channel', 'outcome', 'reason'] });
  const drops = new Counter({ name: 'outcry_dropped_records_total', help: 'records of the log that gave nothing, by reason', registers, labelNames: ['role', 'reason'] });
  const reloads = new Counter({ name: 'outcry_config_reloads_total', help: 'changes of the configuration file by result', registers, labelNames: ['result'] });

  return {
    delivered: (channel, outcome, reason) => deliveries.inc({ channel, outcome, reason }),
    dropped: (role, reason) => drops.inc({ role, reason }),
    configReload: (ok) => reloads.inc({ result: ok ? 'taken' : 'refused' }),
    async scrape() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
