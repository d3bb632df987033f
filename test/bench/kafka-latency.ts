// How long an alert takes over Kafka, from the moment that the source's watermark passes what decided it to its record in
// the alerts topic, while an ordinary day is read at a given rate and one service after the other fails. The day goes ten times
// as fast as the clock, so that the detector has learnt a little before the first service fails.
import { closeSync, openSync, writeSync } from 'node:fs';
import pino from 'pino';
import { openBackend } from '../../infra/backends/index.ts';
import { decodeFrame } from '../../shared/frame.ts';
import type { Service } from '../../shared/service.ts';
import { topics } from '../../shared/topics.ts';
import { outageLines } from '../generators/outage-lines.ts';
import { tell } from './figure.ts';
import { openBenchStage, settled, sum } from './kafka-stage.ts';
import { shiftTimes, writePosts } from './posts.ts';

const speed = 10;
/** Of the posts' own time: two minutes by the clock. */
const seconds = 1_200;
/** The services begin to fail from here on, one after the other. */
const firstOutageS = 300;
const lastOutageS = 1_000;
const outages = 100;
const outageMinutes = 3;
const reportsPerMinute = 60;
const madeSeconds = 5;
const mentionShare = 0.05;
const startMs = Date.UTC(2026, 0, 5, 12);
const latenessMs = 2_000;

/** The ordinary day at `rate` posts a second of their own time (a multiple of ten), and the reports of the outages in between. Gives their number. */
function writeDay(file: string, services: readonly Service[], rate: number): number {
  // two that depend on one service may be held back for a while on purpose
  const failing = services.filter(({ dependsOn }) => dependsOn.length === 0);
  const reports = Array.from({ length: outages }, (_, n) => {
    const fromMs = startMs + (firstOutageS + (n * (lastOutageS - firstOutageS)) / outages) * 1_000;
    return outageLines({ fromMs, minutes: outageMinutes, perMinute: reportsPerMinute, calmMinutes: 0, prefix: `outage${n}`, post: (_i, text) => ({ text: text.replace('whatsapp', failing[n]!.name) }) });
  }).flat();
  const byTenth = Map.groupBy(reports, (line) => Math.floor(((JSON.parse(line) as { ts: number }).ts - startMs) / 100));
  const out = openSync(file, 'w');
  let written = 0;
  const tenth = rate / 10;
  let day: Buffer | undefined;
  for (let second = 0; second < seconds; second += madeSeconds) {
    if (day === undefined) day = writePosts({ count: rate * madeSeconds, postsPerSecond: rate, startMs, mentionShare, services, outageFrom: 1 });
    else shiftTimes(day, madeSeconds * 1_000);
    let start = 0;
    for (let part = 0; part < madeSeconds * 10; part++) {
      let end = start;
      for (let line = 0; line < tenth && end < day.length; line++) end = day.indexOf(10, end) + 1;
      writeSync(out, day.subarray(start, end));
      start = end;
      const due = byTenth.get(second * 10 + part);
      if (due !== undefined) writeSync(out, `${due.join('\n')}\n`);
      written += due?.length ?? 0;
    }
    written += rate * madeSeconds;
  }
  closeSync(out);
  return written;
}

/** The value that a share of them do not exceed. */
const quantile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;

/** Reads `rate` posts a second by the clock for two minutes and tells how long alerts took, with the lateness and without. */
export async function measureLatency(services: readonly Service[], rate: number): Promise<void> {
  const stage = await openBenchStage(services, speed);
  const { bus, close } = await openBackend(stage.config, 'join', pino({ level: 'silent' }));
  try {
    const written = writeDay(stage.posts, services, Math.ceil(rate / speed / 10) * 10);
    /** By partition: when each watermark was seen first, in order. */
    const passed = Array.from({ length: stage.config.partitions }, (): { mark: number; at: number }[] => []);
    const partitionOf = new Map<string, number>();
    const seen: { at: number; service: string; when: number }[] = [];
    bus.tail(topics.observations.name, 'now', (records) => {
      const when = performance.now();
      for (const { partition, value } of records) {
        const decoded = decodeFrame(value!, false);
        if (!('frame' in decoded)) throw new Error('a frame that can not be read');
        const marks = passed[partition]!;
        if (decoded.frame.watermark > (marks.at(-1)?.mark ?? -1)) marks.push({ mark: decoded.frame.watermark, at: when });
        for (const { service } of decoded.frame.mentions) partitionOf.set(service, partition);
      }
    });
    bus.tail(topics.alerts.name, 'now', (records) => {
      const when = performance.now();
      for (const { value } of records) {
        const { at, service } = JSON.parse(new TextDecoder().decode(value!)) as { at: number; service: { id: string } };
        seen.push({ at, service: service.id, when });
      }
    });
    await stage.start('notifier');
    const detector = await stage.start('detector');
    const ingest = await stage.start('ingest');
    let read = 0;
    while (read === 0) read = sum(await ingest.metric('outcry_source_posts'));
    const [began, from] = [performance.now(), read];
    const reached = await settled(async () => sum(await ingest.metric('outcry_source_posts')) === written && sum(await detector.metric('outcry_role_lag_records')) === 0, 10);
    const perSecond = (written - from) / ((reached - began) / 1_000);
    // when the post of time 0 would have been read, had every post been read exactly when it was due
    const origin = Math.min(...passed.flat().map(({ mark, at }) => at - (mark + latenessMs) / speed));
    const took: number[] = [];
    const withLateness: number[] = [];
    for (const { at, service, when } of seen) {
      const partition = partitionOf.get(service)!;
      const mark = passed[partition]!.find((one) => one.mark >= at);
      if (mark === undefined) continue;
      took.push(when - mark.at);
      withLateness.push(when - (origin + at / speed));
    }
    took.sort((a, b) => a - b);
    withLateness.sort((a, b) => a - b);
    tell('kafka.latency.per-second', perSecond, 'posts/s', { least: 143_199 });
    tell('kafka.latency.alerts', took.length, 'alerts', { least: outages });
    tell('kafka.latency.p50', quantile(took, 0.5), 'ms');
    tell('kafka.latency.p99', quantile(took, 0.99), 'ms', { most: 300 });
    tell('kafka.latency.with-lateness.p50', quantile(withLateness, 0.5), 'ms');
    tell('kafka.latency.with-lateness.p99', quantile(withLateness, 0.99), 'ms');
  } finally {
    await close();
    await stage.close();
  }
}
