// For tests of the fold: posts to frames, and a detector's emissions as values. No judging of texts: a report is sent by
// button, or its text says BROKEN.
import type { OutRecord } from '../shared/bus.ts';
import type { Evidence } from '../shared/evidence.ts';
import { encodeFrame, type Frame } from '../shared/frame.ts';
import type { IncidentEvent, IncidentRecord } from '../shared/incident.ts';
import type { Mention } from '../shared/observation.ts';
import type { Rollup } from '../shared/rollup.ts';
import { partitionOf } from '../shared/topics.ts';
import { createDetector, type Detector } from './detector.ts';
import type { Judging } from './hearing.ts';
import { detectorSettingsSchema, type DetectorSettings } from './settings.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
/** Monday 4 March 2024, midnight UTC. */
export const monday = Date.UTC(2024, 2, 4);

export const plainJudge: Judging = {
  judge(mention) {
    const lang = mention.lang ?? 'en';
    if (mention.by === 'button' || mention.text.includes('BROKEN')) return { verdict: 'report', symptom: 'down', reason: 'outage-phrase', weight: 1, lang };
    if (mention.text.includes('AGAIN')) return { verdict: 'recovery', symptom: null, reason: 'recovery-phrase', weight: 1, lang };
    return { verdict: 'none', symptom: null, reason: 'no-outage-phrase', weight: 0, lang };
  },
};

/** A small generator of uniform numbers in [0, 1). Source: Mulberry32, Tommy Ettinger, public domain. */
export function createRandom(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Times (ms) of a Poisson process with `perMinute(t)` at most `most`, by thinning. */
export function arrivals(random: () => number, from: number, to: number, perMinute: (at: number) => number, most: number): number[] {
  const times: number[] = [];
  for (let t = from; ; ) {
    t += (-Math.log(1 - random()) / most) * minuteMs;
    if (t >= to) return times;
    if (random() * most < perMinute(t)) times.push(Math.floor(t));
  }
}

/** A post, or with `takesBack` the id of an earlier one that its author takes back at this place. */
export type TestPost = Partial<Mention> & { ts: number; source?: string; takesBack?: string };

/** A mention of `acme` by an author of its own, sent by button unless it has a text. */
export function mentionOf(post: TestPost, seq: number): Mention {
  const { source: _source, ...rest } = post;
  return { id: `p${seq}`, seq, author: `a${seq}`, service: 'acme', by: post.text === undefined ? 'button' : 'name', name: 'acme', ordinary: false, others: [], text: '', ...rest };
}

/** Posts in the order given as one source's frames of `size` posts, with heartbeats each `beatMs` until `end`, then closed. */
export function framesOf(posts: readonly TestPost[], options: { size?: number; latenessMs?: number; end?: number; source?: string; beatMs?: number } = {}): Frame[] {
  const { size = 100, latenessMs = 2_000, source = 'test', beatMs = minuteMs } = options;
  const frames: Frame[] = [];
  let latest = Number.MIN_SAFE_INTEGER;
  let watermark = 0;
  let seq = 0;
  let deletions: Frame['deletions'] = [];
  const frame = (mentions: Mention[], reads: [number, number][], state: Frame['state'] = 'live'): Frame => ({
    v: 1, source, instance: 'one', epoch: 1, seq, state, filtered: true, watermark, cursor: String(seq), reads, mentions, notices: [], deletions,
  });
  let mentions: Mention[] = [];
  let reads: [number, number][] = [];
  const flush = (): void => {
    if (mentions.length > 0 || deletions.length > 0) frames.push(frame(mentions, reads));
    mentions = [];
    deletions = [];
    reads = [];
  };
  for (const post of posts) {
    if (latest > 0 && post.ts - latest > beatMs) {
      flush();
      for (let beat = latest + beatMs; beat < post.ts; beat += beatMs) {
        watermark = Math.max(watermark, beat - latenessMs);
        frames.push(frame([], []));
      }
    }
    if (post.takesBack !== undefined) {
      deletions.push({ id: post.takesBack, at: latest });
      if (deletions.length >= size) flush();
      continue;
    }
    seq += 1;
    const late = post.ts < watermark ? { late: watermark } : {};
    mentions.push(mentionOf({ ...post, ...late }, seq));
    reads.push([Math.floor(Math.max(post.ts, late.late ?? 0) / 1000), 1]);
    latest = Math.max(latest, post.ts);
    watermark = Math.max(watermark, latest - latenessMs);
    if (mentions.length >= size) flush();
  }
  flush();
  const end = options.end ?? latest + 1;
  for (let beat = latest + beatMs; beat < end; beat += beatMs) {
    watermark = Math.max(watermark, beat - latenessMs);
    frames.push(frame([], []));
  }
  watermark = Math.max(watermark, end);
  frames.push(frame([], [], 'closed'));
  return frames;
}

export interface Run {
  events: IncidentEvent[];
  evidence: Evidence[];
  rollups: Rollup[];
  records: OutRecord[];
}

export function newDetector(settings: Partial<DetectorSettings> = {}, services: readonly string[] = ['acme'], part = '0', partitions = 1): Detector {
  const full = detectorSettingsSchema.parse({ shareTest: false, ...settings });
  return createDetector({ settings: full, settingsHash: 'test', judge: plainJudge, services: services.map((id) => ({ id })), part, partitions });
}

/** Folds frames and gathers what came out. */
export function runFrames(frames: readonly Frame[], detector: Detector = newDetector()): Run {
  const run: Run = { events: [], evidence: [], rollups: [], records: [] };
  const first = detector.snapshot().length === 2;
  if (first) detector.restore([]);
  frames.forEach((frame, offset) => foldFrame(detector, frame, offset, run));
  return run;
}

export function foldFrame(detector: Detector, frame: Frame, offset: number, run: Run): void {
  const record = { topic: 'outcry.observations', partition: 0, offset, key: frame.source, value: encodeFrame(frame), headers: {} } as const;
  detector.fold(record, (out) => {
    run.records.push(out);
    const value = JSON.parse(new TextDecoder().decode(out.value!)) as unknown;
    if (out.topic === 'outcry.incidents' && (value as IncidentRecord).kind === 'incident') run.events.push(value as IncidentEvent);
    if (out.topic === 'outcry.evidence') run.evidence.push(value as Evidence);
    if (out.topic === 'outcry.rollups') run.rollups.push(value as Rollup);
  });
}

/** Each partition's share of the frames, as ingest cuts them: all frames go to all, what concerns a service where it belongs. */
export function cut(frames: readonly Frame[], partitions: number): Frame[][] {
  return Array.from({ length: partitions }, (_, p) => {
    const here = ({ service }: { readonly service: string }): boolean => partitionOf(service, partitions) === p;
    return frames.map((frame) => ({
      ...frame, mentions: frame.mentions.filter(here), notices: frame.notices.filter(here), ...(frame.tallies === undefined ? {} : { tallies: frame.tallies.filter(here) }),
    }));
  });
}

/** The story of a run in one line an event. */
export function story(run: Run): string[] {
  return run.events.map((e) => `${e.incident.service} ${e.change}`);
}

export const onset = monday + 30 * minuteMs;

/** Thirty quiet minutes, an outage of `minutes` at `up` reports a minute, quiet until `hours` have passed. */
export function outage(seed: number, options: { base?: number; up?: number; minutes?: number; hours?: number; service?: string } = {}): TestPost[] {
  const { base = 0.3, up = 6, minutes = 40, hours = 4, service = 'acme' } = options;
  const random = createRandom(seed);
  const end = onset + minutes * minuteMs;
  const times = arrivals(random, monday, monday + hours * hourMs, (t) => (t >= onset && t < end ? up : base), up);
  return [monday + 1, ...times].map((ts, i) => ({ ts, id: `${service}-${i}`, author: `${service}-a${i}`, service }));
}

/** The records of a run, of one topic or all but progress, a line each. */
export function bytesOf(run: Run, topic?: string): string {
  return run.records
    .filter((r) => (topic === undefined ? !new TextDecoder().decode(r.value!).includes('"kind":"progress"') : r.topic === topic))
    .map((r) => `${r.topic} ${r.key} ${r.partition ?? '-'} ${new TextDecoder().decode(r.value!)}`)
    .join('\n');
}
