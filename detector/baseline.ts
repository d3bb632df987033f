// What is expected of a service now, and how it learns from each minute. Ties level, season and sources together; the
// numbers behind each are theirs.
import { expect } from './cusum.ts';
import { clip, learn, learnHourScatter, learnMinuteScatter, levelPerMinute, localPerMinute } from './level.ts';
import { sumOf } from './minutes.ts';
import { learnHour, seasonAt } from './season.ts';
import type { Sources } from './sources.ts';
import { createHour, type Watch } from './watch.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMinutes = 1_440;
/** Connected minutes before anything may be said at all: nobody can tell a rise from a start. */
export const warmUpMinutes = 10;
/** Connected minutes during which the baseline rests mostly on the prior. */
export const learningMinutes = 3 * dayMinutes;
// Until the week's shape is known, the last hour speaks for it, less and less over seven days.
const shapeMinutes = 7 * dayMinutes;
const incidentLearning = 0.1;
// Longer idle spans than three weeks teach nothing more.
const longestIdleMs = 21 * dayMinutes * minuteMs;
const shareKeep = 2 ** (-1 / (3 * dayMinutes));

/** Sets what is expected of the minute in which `at` (ms) lies. `own` are the service's posts of the minute before, by source. */
export function expectNow(watch: Watch, at: number, sources: Sources, own: Readonly<Record<string, number>>): void {
  const season = seasonAt(watch.season, Math.floor(at / minuteMs) * minuteMs + minuteMs / 2);
  const volume = volumeOf(watch, sources, season, own);
  const unshaped = Math.max(0, 1 - watch.exposure / shapeMinutes);
  const seasonal = levelPerMinute(watch.reports) * season;
  watch.factor = season * volume;
  watch.perMinute = Math.max(seasonal, localPerMinute(watch.reports) * unshaped) * volume;
  watch.voicesPerMinute = Math.max(levelPerMinute(watch.voices) * season, localPerMinute(watch.voices) * unshaped) * volume;
}

// Each source's ratio, weighed by how much of the service's posts come from it.
function volumeOf(watch: Watch, sources: Sources, season: number, own: Readonly<Record<string, number>>): number {
  let weights = 0;
  let sum = 0;
  for (const source of sources.names()) {
    const count = watch.bySource[source] ?? 0;
    const usual = (count / (watch.voices.minutes + 2)) * season;
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

/** The minute that ends at `boundary` (ms) is over and was seen: learns from it. Call after `flow` up to there. */
export function learnMinute(watch: Watch, boundary: number): void {
  const minutes = watch.active!.minutes;
  const minute = boundary - minuteMs;
  const weight = sumOf(minutes, 'weight', minute, 1);
  const voices = sumOf(minutes, 'voices', minute, 1);
  const mentions = sumOf(minutes, 'mentions', minute, 1);
  const pace = watch.open !== null && watch.open.incident.resolvedAt === null ? incidentLearning : 1;
  const starting = watch.exposure < warmUpMinutes;
  const expected = watch.perMinute;
  const flat = watch.factor === 0 ? 0 : levelPerMinute(watch.reports) * (watch.factor / Math.max(1e-9, seasonAt(watch.season, minute + minuteMs / 2)));
  const kept = starting ? weight : clip(watch.reports, weight, expected, 1);
  const keptVoices = starting ? voices : clip(watch.voices, voices, watch.voicesPerMinute, 1);
  learn(watch.reports, 1, kept, watch.factor, pace);
  learn(watch.voices, 1, keptVoices, watch.factor, pace);
  const shrunk = weight === 0 ? 0 : kept / weight;
  watch.shareReports = watch.shareReports * shareKeep ** pace + sumOf(minutes, 'reporters', minute, 1) * shrunk * pace;
  watch.shareMentions = watch.shareMentions * shareKeep ** pace + mentions * (weight === 0 ? 1 : shrunk) * pace;
  for (const [source, count] of Object.entries(watch.active!.bySource)) {
    const keptCount = mentions === 0 ? 0 : Math.min(count, (keptVoices + 1) * (count / mentions) + 1);
    watch.bySource[source] = (watch.bySource[source] ?? 0) + keptCount * pace;
  }
  for (const source of Object.keys(watch.bySource)) watch.bySource[source]! *= shareKeep;
  if (pace === 1 && !starting) {
    learnMinuteScatter(watch.reports, kept, expected);
    learnMinuteScatter(watch.voices, keptVoices, watch.voicesPerMinute);
  }
  gather(watch, boundary, pace, { observed: kept, expected, flat, voices: keptVoices, voicesExpected: watch.voicesPerMinute });
  watch.exposure += 1;
}

/**
 * Nobody spoke of the service from its clock until `until` (ms, a whole minute): adds what was expected and learns the
 * silence, hour by hour. `exposure` is the partition's count of connected minutes at `until`; blind ones teach nothing.
 */
export function learnIdle(watch: Watch, until: number, exposure: number): void {
  if (until <= watch.clock) return;
  const seen = Math.max(0, Math.min(1, ((exposure - watch.exposure) * minuteMs) / (until - watch.clock)));
  if (until - watch.clock > longestIdleMs) watch.clock = Math.floor((until - longestIdleMs) / hourMs) * hourMs;
  while (watch.clock < until) {
    const end = Math.min(until, (Math.floor(watch.clock / hourMs) + 1) * hourMs);
    const minutes = ((end - watch.clock) / minuteMs) * seen;
    const season = seasonAt(watch.season, (watch.clock + end) / 2);
    const flat = levelPerMinute(watch.reports) * minutes;
    const expected = flat * season;
    const voices = levelPerMinute(watch.voices) * season * minutes;
    expect(watch.bank, expected);
    expect(watch.volume, voices);
    watch.mass += expected;
    learn(watch.reports, minutes, 0, season, 1);
    learn(watch.voices, minutes, 0, season, 1);
    gather(watch, end, 1, { observed: 0, expected, flat, voices: 0, voicesExpected: voices });
    watch.clock = end;
  }
  const keep = shareKeep ** (exposure - watch.exposure);
  watch.shareReports *= keep;
  watch.shareMentions *= keep;
  for (const source of Object.keys(watch.bySource)) watch.bySource[source]! *= keep;
  watch.exposure = exposure;
}

function gather(watch: Watch, end: number, pace: number, part: Watch['hour']): void {
  const hour = watch.hour;
  hour.observed += part.observed * pace;
  hour.expected += part.expected * pace;
  hour.flat += part.flat * pace;
  hour.voices += part.voices * pace;
  hour.voicesExpected += part.voicesExpected * pace;
  if (end % hourMs !== 0) return;
  learnHour(watch.season, end - 1, hour.observed, hour.flat);
  if (watch.exposure >= warmUpMinutes) {
    learnHourScatter(watch.reports, hour.observed, hour.expected);
    learnHourScatter(watch.voices, hour.voices, hour.voicesExpected);
  }
  watch.hour = createHour();
}
