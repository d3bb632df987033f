// What is expected of a service now, and how it learns from each minute. Ties level, season and sources together; the
// numbers behind each are theirs.
import { clocksAt } from './clocks.ts';
import { expect, greatestLogRatio, teach } from './cusum.ts';
import { clip, doubtScatter, exposureOf, hourScatter, learn, learnHourScatter, learnMinuteScatter, levelPerMinute, localPerMinute, tideOf } from './level.ts';
import { type Column, sumOf } from './minutes.ts';
import { longestSilence } from './rhythm.ts';
import { endFirstDay, learnFirstDay, learnHour, seasonAround, seasonAt } from './season.ts';
import type { Sources } from './sources.ts';
import { createHour, unlearntWidth, type Watch } from './watch.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMinutes = 1_440;
/** Connected minutes before anything may be said at all: nobody can tell a rise from a start. */
export const warmUpMinutes = 10;
/** Connected minutes during which the baseline rests mostly on the prior. */
export const learningMinutes = 3 * dayMinutes;
// The two smallest jumps are told from a daily shape, or from days of the week, only once those are known: a doubling once
// every day has come again, half as much again once all have.
const doublingFromMinutes = 8 * dayMinutes;
const smallestFromMinutes = 15 * dayMinutes;
// Until the day's shape is known, the last hour speaks for it: for a day in full, then less and less for half a day.
const shapeFromMinutes = dayMinutes;
const shapeMinutes = 1.5 * dayMinutes;
const incidentLearning = 0.1;
// Log-likelihood ratio of a rise against none at which learning slows, and to what pace.
const suspicion = 5;
const suspicionLearning = 0.25;
// Longer idle spans than three weeks teach nothing more.
const longestIdleMs = 21 * dayMinutes * minuteMs;
// The newest minutes are not learnt from yet: were they an outage's first, they would teach what they should be held
// against. By then an incident stands, and learning is slow.
export const learningLagMinutes = 5;
// Once a first day is known, an hour's scatter is learnt six hours later: a storm's first hours must not excuse the next.
const scatterLagHours = 6;
// An hour's error in a day's shape raises no alarm where fewer than so many reports come a minute; in full from there on.
const clocksMatterFrom = 0.5;
const shareKeep = 2 ** (-1 / (3 * dayMinutes));

/** The index of the smallest jump (alarm-budget.ts) that can be told from a week's shape after `exposure` minutes. */
export function firstJumpAfter(exposure: number): number {
  if (exposure < doublingFromMinutes) return 2;
  return exposure < smallestFromMinutes ? 1 : 0;
}

/** Sets what is expected of the minute in which `at` (ms) lies. `own` are the service's posts of the minute before, by source. */
export function expectNow(watch: Watch, at: number, sources: Sources, own: Readonly<Record<string, number>>): void {
  const middle = Math.floor(at / minuteMs) * minuteMs + minuteMs / 2;
  const season = seasonAt(watch.season, middle);
  const level = levelPerMinute(watch.reports, watch.shareMentions);
  const shape = season + Math.min(1, level / clocksMatterFrom) * (seasonAround(watch.season, middle, season) - season);
  const volume = volumeOf(watch, sources, season, own);
  const unshaped = Math.min(1, Math.max(0, (shapeMinutes - watch.exposure) / (shapeMinutes - shapeFromMinutes)));
  const seasonal = level * shape * tideOf(watch.reports);
  watch.carried = volume;
  watch.factor = season * volume;
  watch.perMinute = Math.max(seasonal, localPerMinute(watch.reports) * unshaped) * volume;
  watch.voicesPerMinute = Math.max(levelPerMinute(watch.voices, watch.shareMentions) * shape * tideOf(watch.voices), localPerMinute(watch.voices) * unshaped) * volume;
}

// Each source's ratio, weighed by how much of the service's posts come from it.
function volumeOf(watch: Watch, sources: Sources, season: number, own: Readonly<Record<string, number>>): number {
  let weights = 0;
  let sum = 0;
  for (const source of sources.names()) {
    const count = watch.bySource[source] ?? 0;
    const usual = (count / (exposureOf(watch.voices) + 2)) * season;
    weights += count + 1;
    sum += (count + 1) * sources.ratio(source, own[source] ?? 0, usual);
  }
  return weights === 0 ? 1 : Math.max(0.05, sum / weights);
}

/** Adds what is expected between the watch's clock and `at` (ms), within one minute. */
export function flow(watch: Watch, at: number): void {
  if (at <= watch.clock) return;
  const minutes = (at - watch.clock) / minuteMs;
  const mass = watch.perMinute * minutes;
  expect(watch.bank, mass);
  expect(watch.volume, watch.voicesPerMinute * minutes);
  watch.mass += mass;
  watch.clock = at;
}

/** The minute that ends at `boundary` (ms) is over: notes what was expected of it. Call after `flow` up to there. */
export function noteMinute(watch: Watch, boundary: number, seen: boolean): void {
  if (seen) {
    const active = watch.active!;
    const { minutes } = active;
    const of = (column: Column): number => sumOf(minutes, column, boundary - minuteMs, 1);
    const flat = levelPerMinute(watch.reports, watch.shareMentions) * watch.carried;
    // made anew: a list that is pushed to takes half as much again
    active.unlearnt = active.unlearnt.concat([boundary, of('weight'), of('reporters'), of('mentions'), of('voices'), watch.factor, flat, watch.perMinute, watch.voicesPerMinute]);
    watch.exposure += 1;
    noteSources(watch);
  }
}

/** Learns from the minutes that end at `until` (ms) or before and have not been learnt from. */
export function learnMinutes(watch: Watch, until: number): void {
  const active = watch.active!;
  const { unlearnt } = active;
  let learnt = 0;
  for (; learnt < unlearnt.length && unlearnt[learnt]! <= until; learnt += unlearntWidth) learnMinute(watch, unlearnt, learnt);
  if (learnt > 0) active.unlearnt = unlearnt.slice(learnt);
}

/** Learns the minute that begins at `at` in `unlearnt`. */
function learnMinute(watch: Watch, unlearnt: readonly number[], at: number): void {
  const of = (place: number): number => unlearnt[at + place]!;
  const [until, weight, reporters, mentions, voices, factor, flat, expected, voicesExpected] = [of(0), of(1), of(2), of(3), of(4), of(5), of(6), of(7), of(8)];
  const starting = watch.exposure < warmUpMinutes + learningLagMinutes;
  const pace = starting ? 1 : paceOf(watch);
  const kept = starting ? weight : clip(watch.reports, weight, expected, 1);
  const keptVoices = starting ? voices : clip(watch.voices, voices, voicesExpected, 1);
  learn(watch.reports, 1, kept, factor, levelPerMinute(watch.reports, watch.shareMentions) * factor, pace);
  learn(watch.voices, 1, keptVoices, factor, levelPerMinute(watch.voices, watch.shareMentions) * factor, pace);
  if (kept > 0) teach(watch.bank, until, kept * pace);
  if (keptVoices > 0) teach(watch.volume, until, keptVoices * pace);
  const shrunk = weight === 0 ? 1 : kept / weight;
  watch.shareReports = watch.shareReports * shareKeep ** pace + reporters * shrunk * pace;
  watch.shareMentions = watch.shareMentions * shareKeep ** pace + mentions * shrunk * pace;
  // while clocks may change, more is expected than is likely; and how a sample scatters is none of the service's habits
  const sampled = until - minuteMs <= (watch.active?.sampledAt ?? -Infinity);
  if (pace === 1 && !starting && clocksAt(until) === 'steady' && !sampled) {
    learnMinuteScatter(watch.reports, kept, expected, watch.exposure);
    learnMinuteScatter(watch.voices, keptVoices, voicesExpected, watch.exposure);
  }
  gather(watch, until, pace, { observed: kept, expected, flat, voices: keptVoices, voicesExpected });
}

// What looks like the beginning of a rise is believed more slowly the more it looks like one. From the third day on a jump too
// small to be told from days of the week is no reason, until each has come again: their shape is what is to be learnt. Before
// that no weekday has been learnt that the next could differ from, and a storm that doubles reports must not teach itself.
function paceOf(watch: Watch): number {
  if (watch.open !== null && watch.open.incident.resolvedAt === null) return incidentLearning;
  const first = watch.exposure < learningMinutes ? 0 : firstJumpAfter(watch.exposure);
  return Math.max(greatestLogRatio(watch.bank, first), greatestLogRatio(watch.volume, first)) >= suspicion ? suspicionLearning : 1;
}

// From which sources the minute's posts came; a flood counts no more than what its voices may teach.
function noteSources(watch: Watch): void {
  for (const source of Object.keys(watch.bySource)) watch.bySource[source]! *= shareKeep;
  for (const [source, count] of Object.entries(watch.active!.bySource ?? {})) {
    watch.bySource[source] = (watch.bySource[source] ?? 0) + Math.min(count, 4 * watch.voicesPerMinute + 2);
  }
}

/**
 * Nobody spoke of the service from its clock until `until` (ms, a whole minute): adds what was expected and learns the
 * silence, hour by hour. `seenMinutes` of them it was in sight; the others teach nothing.
 */
export function learnIdle(watch: Watch, until: number, seenMinutes: number): void {
  if (until <= watch.clock) return;
  // what is beyond a plausible silence was not seen
  seenMinutes = Math.min(seenMinutes, watch.rhythm === undefined ? Infinity : longestSilence(watch.rhythm));
  const seen = Math.max(0, Math.min(1, (seenMinutes * minuteMs) / (until - watch.clock)));
  if (until - watch.clock > longestIdleMs) watch.clock = Math.floor((until - longestIdleMs) / hourMs) * hourMs;
  while (watch.clock < until) {
    const end = Math.min(until, (Math.floor(watch.clock / hourMs) + 1) * hourMs);
    const minutes = ((end - watch.clock) / minuteMs) * seen;
    const season = seasonAt(watch.season, (watch.clock + end) / 2);
    const flat = levelPerMinute(watch.reports, watch.shareMentions) * minutes;
    const expected = flat * season * tideOf(watch.reports);
    const flatVoices = levelPerMinute(watch.voices, watch.shareMentions) * minutes;
    const voices = flatVoices * season * tideOf(watch.voices);
    // silence must not be learnt faster than speech, or doubt about a rise would lower what is expected
    const pace = paceOf(watch);
    expect(watch.bank, expected);
    expect(watch.volume, voices);
    watch.mass += expected;
    learn(watch.reports, minutes, 0, season, flat * season, pace);
    learn(watch.voices, minutes, 0, season, flatVoices * season, pace);
    if (pace === 1 && minutes > 0) {
      learnMinuteScatter(watch.reports, 0, expected / minutes, watch.exposure, minutes);
      learnMinuteScatter(watch.voices, 0, voices / minutes, watch.exposure, minutes);
    }
    watch.shareReports *= shareKeep ** (minutes * pace);
    watch.shareMentions *= shareKeep ** (minutes * pace);
    gather(watch, end, pace, { observed: 0, expected, flat, voices: 0, voicesExpected: voices });
    watch.clock = end;
  }
  const keep = shareKeep ** seenMinutes;
  for (const source of Object.keys(watch.bySource)) watch.bySource[source]! *= keep;
  watch.exposure += seenMinutes;
}

function gather(watch: Watch, end: number, pace: number, part: Watch['hour']): void {
  const hour = watch.hour;
  hour.observed += part.observed * pace;
  hour.expected += part.expected * pace;
  hour.flat += part.flat * pace;
  hour.voices += part.voices * pace;
  hour.voicesExpected += part.voicesExpected * pace;
  if (end % hourMs !== 0) return;
  if (watch.exposure < dayMinutes) learnFirstDay(watch.season, end - 1, hour.observed, hour.flat / levelPerMinute(watch.reports, watch.shareMentions));
  else {
    if (endFirstDay(watch.season, levelPerMinute(watch.reports, watch.shareMentions))) {
      doubtScatter(watch.reports);
      doubtScatter(watch.voices);
    }
    learnHour(watch.season, end - 1, hour.observed, hour.flat, hourScatter(watch.reports));
  }
  if (watch.exposure >= warmUpMinutes && clocksAt(end - 1) === 'steady') {
    const hours = [...watch.scatterToLearn, hour.observed, hour.expected, hour.voices, hour.voicesExpected];
    const left = 4 * (watch.exposure < dayMinutes ? 0 : scatterLagHours);
    let learnt = 0;
    for (; hours.length - learnt > left; learnt += 4) {
      learnHourScatter(watch.reports, hours[learnt]!, hours[learnt + 1]!, watch.exposure);
      learnHourScatter(watch.voices, hours[learnt + 2]!, hours[learnt + 3]!, watch.exposure);
    }
    watch.scatterToLearn = hours.slice(learnt);
  }
  watch.hour = createHour();
}
