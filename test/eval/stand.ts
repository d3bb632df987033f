// One service on the test stand: reports go through the chain that detector.ts shows (wake, flow, hear, alarm, end of
// minute, sleep), each by a person of its own, without frames and without judging texts. Pure and deterministic. Use:
//
//   const stand = createStand({ budgetPerServiceYear: 20 });
//   stand.learn(minutes, days * 1440)         // whole minutes at once: quick, raises nothing
//   stand.report(at)                          // one report at ms `at`, in order; returns the signal if there is an alarm
//   stand.advance(until)                      // time goes by
//   stand.openings                            // every suspicion and reopening so far
//   const state = stand.freeze(); createStand(settings, state)   // the same again, for trials
// With `opens: false` an alarm opens no incident: the statistics go on, and what they reach can be looked at.
import type { Signal } from '../../shared/signal.ts';
import { alarm } from '../../detector/alarm.ts';
import { expectNow, flow, learnIdle } from '../../detector/baseline.ts';
import { hear, type Judging } from '../../detector/hearing.ts';
import { countReport } from '../../detector/incident-book.ts';
import { endMinute, fallAsleep } from '../../detector/minute-end.ts';
import { addTo, moveTo } from '../../detector/minutes.ts';
import { openOn } from '../../detector/opening.ts';
import { forgetSeen } from '../../detector/seen-posts.ts';
import { type DetectorSettings, detectorSettingsSchema } from '../../detector/settings.ts';
import { createSources, type Sources } from '../../detector/sources.ts';
import { createActive, createWatch, type Watch } from '../../detector/watch.ts';
import { decodeWatch, encodeWatch } from '../../detector/watch-stored.ts';
import { epoch } from './streams.ts';

const minuteMs = 60_000;
const roundMs = 10 * minuteMs;

export interface Opening {
  /** ms */
  readonly at: number;
  readonly change: 'suspected' | 'reopened';
  readonly rule: string;
}

export interface Stand {
  readonly openings: Opening[];
  /** When incidents were confirmed, ms. */
  readonly confirmed: number[];
  readonly watch: Watch;
  /** Learns the next `count` minutes of `minutes` (reports in each) from the stand's present on. */
  learn(minutes: { next(): number }, count: number): void;
  /** A report at `at` (ms, not before the last one). The signal when it raises an alarm. */
  report(at: number): Signal | null;
  /** Nothing more comes before `until` (ms). */
  advance(until: number): void;
  freeze(): string;
}

const judging: Judging = { judge: () => ({ verdict: 'report', symptom: 'down', reason: 'outage-phrase', weight: 1, lang: 'en' }) };

// A source that is always there and whose volume says nothing, as one that filters by words.
const sources: Sources = {
  ...createSources(),
  seeing: () => true,
  sees: () => true,
  seenMinutes: (_bySource, from, until) => (until - from) / minuteMs,
  names: () => ['stand'],
  live: () => 1,
  ratio: () => 1,
};

/** A service of which nothing is known at `epoch`, or one as `freeze` left it. */
export function createStand(changed: Partial<DetectorSettings> = {}, frozen?: string, opens = true): Stand {
  const settings = detectorSettingsSchema.parse(changed);
  const kept = frozen === undefined ? null : (JSON.parse(frozen) as { watch: string; minute: number; number: number });
  const watch = kept === null ? createWatch('stand', epoch, 0) : decodeWatch(kept.watch);
  const openings: Opening[] = [];
  const confirmed: number[] = [];
  let minute = kept?.minute ?? epoch; // start of the minute in hand, ms
  let number = kept?.number ?? 0;

  function endOfMinute(): void {
    minute += minuteMs;
    const { event } = endMinute(watch, minute, true, sources, settings, '');
    if (event?.change === 'confirmed') confirmed.push(event.at);
    sleep(minute);
  }

  function sleep(boundary: number): void {
    if (boundary % roundMs === 0 && watch.active?.dozing === true) fallAsleep(watch, boundary);
  }

  function idle(): boolean {
    return watch.active === null || watch.active.dozing;
  }

  function advance(until: number): void {
    while (minute + minuteMs <= until) {
      if (!idle()) {
        endOfMinute();
        continue;
      }
      const end = Math.floor(until / minuteMs) * minuteMs;
      if (watch.active !== null) for (let at = Math.ceil((minute + 1) / roundMs) * roundMs; at <= end && watch.active !== null; at += roundMs) sleep(at);
      minute = end;
    }
  }

  function wake(at: number): void {
    if (!idle()) return;
    const start = Math.floor(at / minuteMs) * minuteMs;
    learnIdle(watch, start, (start - watch.clock) / minuteMs);
    if (watch.active === null) watch.active = createActive(at);
    else forgetSeen(watch.active.seen, start);
    watch.active.dozing = false;
    expectNow(watch, at, sources, {});
  }

  return {
    openings,
    confirmed,
    watch,
    learn(minutes, count) {
      for (let n = 0; n < count; n++) {
        const reports = minutes.next();
        if (reports > 0) {
          wake(minute);
          const active = watch.active!;
          active.lastMention = minute;
          moveTo(active.minutes, minute);
          (active.bySource ??= {})['stand'] = reports;
          for (const column of ['weight', 'reporters', 'mentions', 'voices'] as const) addTo(active.minutes, column, reports);
        }
        if (idle()) minute += minuteMs;
        else endOfMinute();
      }
    },
    report(at) {
      advance(at);
      wake(at);
      flow(watch, at);
      number += 1;
      const name = String(number);
      const mention = { id: name, ts: at, seq: number, author: name, service: 'stand', by: 'button' as const, name: 'stand', ordinary: false, others: [], text: '' };
      const heard = hear(watch, 'stand', mention, at, false, judging, settings);
      if (heard.kind !== 'report') return null;
      const { open } = watch;
      if (open !== null && open.incident.resolvedAt === null) {
        if (heard.post.ts >= open.incident.onset) countReport(open, heard.post, false);
        return null;
      }
      const signal = alarm(watch, at, settings);
      if (signal === null || !opens) return signal;
      const { event } = openOn(watch, signal, at, settings, '');
      openings.push({ at, change: event.change === 'reopened' ? 'reopened' : 'suspected', rule: signal.rule });
      return signal;
    },
    advance,
    freeze: () => JSON.stringify({ watch: new TextDecoder().decode(encodeWatch(watch)), minute, number }),
  };
}
