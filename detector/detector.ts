// The detector: one partition's frames in, incidents, evidence and rollups out. This page is the chain: decode a frame,
// put it in event order, drop repeats, judge, count, look for a signal, let incidents live, emit. It is a pure fold: no
// clock, no chance, no I/O; what it emits depends on event times, never on where a frame ended.
import type { Emit, Fold, SnapshotPart } from '../shared/bus.ts';
import type { IncidentEvent } from '../shared/incident.ts';
import type { Mention } from '../shared/observation.ts';
import type { Service } from '../shared/service.ts';
import { alarm } from './alarm.ts';
import { flow } from './baseline.ts';
import { createBeside } from './beside.ts';
import { doubtOf, forgetEvidence } from './doubt.ts';
import { stepOver } from './emptiness.ts';
import { eraseFrom } from './erasure.ts';
import { type FoldState, readParts, stateVersion } from './fold-state.ts';
import { readFrame } from './frame-check.ts';
import { hear, type Heard, type Judging } from './hearing.ts';
import { createHolders } from './holders.ts';
import { countReport, stands } from './incident-book.ts';
import { endMinute, goBlind } from './minute-end.ts';
import { openOn } from './opening.ts';
import { createOutbox, jsonBytes } from './outbox.ts';
import { corrections, lastTold } from './reconcile.ts';
import type { DetectorSettings } from './settings.ts';
import { createSources } from './sources.ts';
import { createTimeline, type Item } from './timeline.ts';
import { takeWord } from './word-taking.ts';
import { createWatchBook } from './watch-book.ts';
import type { Watch } from './watch.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const roundMs = 10 * minuteMs;
const progressEveryMs = 1_000;

const heardAs: Readonly<Record<Heard['kind'], string>> = {
  repeat: 'heard-repeat', none: 'heard-none', recovery: 'heard-recovery', again: 'heard-again', copy: 'heard-copy', report: 'heard-report',
};

export interface DetectorOptions {
  readonly settings: DetectorSettings;
  /** Hash of everything that decides verdicts; each event carries it. */
  readonly settingsHash: string;
  readonly judge: Judging;
  readonly services: readonly Pick<Service, 'id'>[];
  /** The input partition's number. */
  readonly part: string;
  readonly partitions: number;
}

export interface Detector extends Fold {
  /** What was heard or dropped since the start of the process, by reason. For metrics. */
  figures(): Readonly<Record<string, number>>;
}

/** Creates the fold of one partition of the observations. */
export function createDetector(options: DetectorOptions): Detector {
  const { settings, settingsHash, judge } = options;
  const partition = Number(options.part);
  if (!Number.isInteger(partition) || partition < 0 || partition >= options.partitions) throw new Error(`detector: no partition ${options.part} of ${options.partitions}`);
  const outbox = createOutbox(partition);

  let timeline = createTimeline();
  let sources = createSources();
  let beside = createBeside();
  let minute: number | null = null; // start of the minute in hand, ms
  let stirred = Number.MIN_SAFE_INTEGER; // end of the last minute in which anything came, ms
  let exposure = 0; // minutes in which a source was seen
  let progressed = Number.MIN_SAFE_INTEGER;
  const watches = createWatchBook();
  const holders = createHolders();
  const born = new Map<string, number>(options.services.map((s) => [s.id, 0])); // connected minutes when a service became known
  let bornEncoded: Uint8Array | null = null;
  const figures: Record<string, number> = {};

  function fold(record: { value: Uint8Array | null }, emit: Emit): void {
    const frame = readFrame(record.value, born, count);
    if (frame === null) return;
    const backfill = timeline.accept(frame);
    if (timeline.carriesPosts(frame.source)) sources.read(frame.source, frame.epoch, frame.seq, frame.reads);
    for (const item of backfill) apply(item, timeline.watermark()!, true, emit);
    release(emit);
  }

  /** Hands out everything up to the watermark: each minute's items, then its end. */
  function release(emit: Emit): void {
    const watermark = timeline.watermark();
    minute ??= timeline.start();
    if (watermark !== null && minute !== null) walk(watermark, minute, emit);
    if (timeline.wordAt() === Infinity) return;
    // where the posts' time has not begun or stands still, what pages say is shown all the same
    const upTo = timeline.wordsUpTo();
    if (upTo !== null && (minute === null || upTo > watermark!)) takeWords(upTo, false, emit);
  }

  function walk(watermark: number, from: number, emit: Emit): void {
    minute = from;
    while (minute + minuteMs <= watermark) {
      const next = Math.min(timeline.peek()?.at ?? Infinity, sources.nextRead());
      if (next < minute + minuteMs) stirred = minute + minuteMs;
      const on = stepOver(minute, stirred, next, watermark);
      if (on === null) break;
      minute = on;
      drain(minute + minuteMs, emit);
      minute += minuteMs;
      endOfMinute(minute, emit);
    }
    drain(watermark, emit);
    if (timeline.blind()) for (const watch of watches.busy()) announceBlind(watch, watermark, emit);
    if (Math.floor(watermark / progressEveryMs) > Math.floor(progressed / progressEveryMs)) {
      progressed = watermark;
      outbox.progress(watermark, emit);
    }
  }

  function drain(before: number, emit: Emit): void {
    for (let item = timeline.next(before); item !== undefined; item = timeline.next(before)) {
      if (timeline.wordAt() <= item.at) takeWords(item.at + 1, true, emit);
      stirred = minute! + minuteMs;
      apply(item, item.at, false, emit);
    }
    takeWords(before, true, emit);
  }

  /** Notices and tallies before `before` (ms). `inTime`: the posts have come as far; else incidents hear of it in their time. */
  function takeWords(before: number, inTime: boolean, emit: Emit): void {
    for (let word = timeline.nextWord(before); word !== undefined; word = timeline.nextWord(before)) {
      const { touched, events, reason } = takeWord(word, beside, watches.of, inTime, settingsHash);
      if (reason !== null) count(reason);
      if (touched === null) continue;
      watches.changed(touched);
      for (const event of events) say(event, emit);
      newsOfPage(touched, word.at, emit);
    }
  }

  function newsOfPage(service: string, at: number, emit: Emit): void {
    const official = beside.news(service, at);
    if (official !== null) outbox.official(official, emit);
  }

  function say(event: IncidentEvent, emit: Emit): void {
    outbox.event(event, emit);
    if (event.incident.official === undefined) return;
    beside.note(event.incident);
    newsOfPage(event.incident.service, event.at, emit);
  }

  function apply(item: Item, at: number, backfill: boolean, emit: Emit): void {
    if (item.kind === 'state') sources.become(item.source, item.state, item.filtered);
    else if (item.kind === 'deletion') takeBack(item.source, item.id, at, emit);
    else if (item.kind === 'mention') heard(item.source, item.mention, at, backfill, emit);
  }

  function heard(source: string, mention: Mention, at: number, backfill: boolean, emit: Emit): void {
    const watch = watches.wake(mention.service, at, exposureOf, sources);
    flow(watch, at);
    const what = hear(watch, source, mention, at, backfill, judge, settings);
    count(heardAs[what.kind]);
    if (what.kind === 'repeat') return;
    if (what.kind === 'report') holders.add(mention.service, source, mention.id);
    const { open } = watch;
    if (stands(open)) {
      const { standsFor = 1 } = mention;
      open.incident.mentions += standsFor;
      if (what.kind === 'recovery') open.incident.recoveries += standsFor;
      if (what.kind === 'report' && what.post.ts >= open.incident.onset) {
        outbox.evidence(countReport(open, what.post, what.late), emit);
      }
    } else if (what.kind !== 'again') listen(watch, at, what, emit);
  }

  /** No incident stands: does this report make one, or bring one back? */
  function listen(watch: Watch, at: number, what: Heard, emit: Emit): void {
    if (what.kind !== 'report' || !what.fresh) return;
    const signal = alarm(watch, at, settings);
    if (signal === null) return;
    const doubt = doubtOf(watch, signal, at);
    if (doubt !== null) {
      // those who are heard out may yet be right
      if (doubt !== 'strangers') forgetEvidence(watch, at);
      return count(`held-${doubt}`);
    }
    const { event, evidence } = openOn(watch, signal, at, settings, settingsHash, (incident) => beside.fill(incident, at));
    say(event, emit);
    for (const one of evidence) outbox.evidence(one, emit);
  }

  /** Minutes in which the service could have been heard: one that was added later has fewer. */
  function exposureOf(service: string): number {
    return exposure - (born.get(service) ?? 0);
  }

  function endOfMinute(boundary: number, emit: Emit): void {
    sources.close(boundary);
    if (sources.seeing()) exposure += 1;
    for (const watch of watches.busy()) {
      watches.changed(watch.service);
      const { rollup, event } = endMinute(watch, boundary, sources.sees(watch.bySource), sources, settings, settingsHash, beside);
      if (rollup !== null) outbox.rollup(rollup, emit);
      if (event !== null) say(event, emit);
      watches.settle(watch);
    }
    if (boundary % roundMs === 0) watches.putToSleep(boundary);
    // who is not awake holds nothing that could still be taken back
    if (boundary % hourMs === 0) holders.renew(watches.awake().map((service) => watches.of.get(service)!));
  }

  function announceBlind(watch: Watch, at: number, emit: Emit): void {
    const event = watch.open === null ? null : goBlind(watch.open, at, settingsHash);
    if (event === null) return;
    watches.changed(watch.service);
    say(event, emit);
  }

  /** The author took a post back: its words go, its count stays. */
  function takeBack(source: string, id: string, at: number, emit: Emit): void {
    for (const service of holders.of(source, id)) {
      const gone = eraseFrom(watches.of.get(service)!, source, id, at, settingsHash);
      if (gone === null) continue;
      watches.changed(service);
      for (const one of gone.evidence) outbox.evidence(one, emit);
      if (gone.event !== null) say(gone.event, emit);
    }
  }

  function count(what: string): void {
    figures[what] = (figures[what] ?? 0) + 1;
  }

  return {
    restore(parts) {
      const { state, services, own, aside } = readParts(parts);
      if (state !== null) {
        timeline = createTimeline(state.timeline);
        sources = createSources(state.sources);
        beside = createBeside(state.away);
        ({ minute, stirred, exposure, progressed } = state);
      }
      watches.restore(own, state?.awake ?? []);
      for (const part of aside) if (!beside.restore(part)) throw new Error(`detector: unknown snapshot part ${part.key}`);
      if (services !== null) for (const service of born.keys()) born.set(service, services.get(service) ?? exposure);
      holders.renew(watches.of.values());
    },
    fold,
    live(published, emit) {
      const { events, officials } = lastTold(published);
      const at = timeline.watermark() ?? 0;
      for (const event of corrections(watches.all(), events, at, settingsHash)) {
        watches.changed(event.incident.service);
        say(event, emit);
      }
      for (const service of beside.services()) {
        const official = beside.retell(service, officials.get(service), at);
        if (official !== null) outbox.official(official, emit);
      }
    },
    snapshot(): SnapshotPart[] {
      const state: FoldState = { v: stateVersion, timeline: timeline.encode(), sources: sources.encode(), minute, stirred, exposure, progressed, awake: watches.awake(), away: beside.away() };
      bornEncoded ??= jsonBytes([...born].sort(([a], [b]) => (a < b ? -1 : 1)));
      return [{ key: 'fold', value: jsonBytes(state) }, { key: 'services', value: bornEncoded }, ...watches.snapshot(), ...beside.snapshot()];
    },
    figures: () => figures,
  };
}
