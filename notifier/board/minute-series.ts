// One service's last 24 hours in 15-minute buckets and its last hour by minute, as rings of numbers of a fixed size.
// It knows rollups and nothing of incidents; it reads no clock.
import type { Rollup } from '../../shared/rollup.ts';
import type { Bucket, Minute } from './views.ts';

const minuteMs = 60_000;
const bucketMinutes = 15;
const minuteSlots = 60;
/** 24 h of whole buckets and the one that is still open. */
const bucketSlots = 97;
const maxKeys = 40;

const f = { mentions: 0, reports: 1, observed: 2, recoveries: 3, expected: 4, upper: 5, known: 6, blind: 7, learning: 8 } as const;
const fields = 9;
// In a bucket the field `upper` holds the sum of the minutes' variances.
type Values = [number, number, number, number, number, number, number, number, number];

export type Counts = Map<string, number>;

export interface MinuteSeries {
  last: number;
  lastReport: number;
  expected: number;
  upper: number;
  learning: boolean;
  blind: boolean;
  readonly minuteOf: Int32Array;
  readonly minutes: Float32Array;
  readonly bucketOf: Int32Array;
  readonly buckets: Float32Array;
  readonly symptoms: (Counts | undefined)[];
  readonly languages: (Counts | undefined)[];
}

export function createMinuteSeries(): MinuteSeries {
  return {
    last: -1,
    lastReport: -1,
    expected: 0,
    upper: 0,
    learning: true,
    blind: false,
    minuteOf: new Int32Array(minuteSlots).fill(-1),
    minutes: new Float32Array(minuteSlots * fields),
    bucketOf: new Int32Array(bucketSlots).fill(-1),
    buckets: new Float32Array(bucketSlots * fields),
    symptoms: [],
    languages: [],
  };
}

/**
 * Adds a minute. A minute of the last hour that comes again replaces what was there; an older one is refused (false).
 * Minutes left out since the row before are filled with its expected rate and no reports.
 */
export function addRollup(series: MinuteSeries, row: Rollup): boolean {
  const minute = Math.floor(row.minute / minuteMs);
  if (series.last >= 0 && minute <= series.last - minuteSlots) return false;
  const again = minute <= series.last;
  if (!again && series.last >= 0) {
    const from = Math.max(series.last + 1, minute - bucketSlots * bucketMinutes);
    const still = stillMinute(series);
    for (let gap = from; gap < minute; gap += 1) put(series, gap, still);
  }
  put(series, minute, [
    row.mentions, row.reports, row.observed, row.recoveries, row.expected, row.upper, 1, row.blind ? 1 : 0, row.learning ? 1 : 0,
  ]);
  if (row.reports > 0) series.lastReport = Math.max(series.lastReport, minute);
  if (again) return true;
  addCounts(series, minute, row);
  series.last = minute;
  series.expected = row.expected;
  series.upper = row.upper;
  series.learning = row.learning;
  series.blind = row.blind;
  return true;
}

function stillMinute(series: MinuteSeries): Values {
  return [0, 0, 0, 0, series.expected, series.upper, 1, series.blind ? 1 : 0, series.learning ? 1 : 0];
}

/** The 99 % bound as a variance: upper = mean + 2.326 sd of a normal distribution. */
function variance(expected: number, upper: number): number {
  return (Math.max(0, upper - expected) / 2.326) ** 2;
}

function put(series: MinuteSeries, minute: number, values: Values): void {
  const bucket = Math.floor(minute / bucketMinutes);
  const bucketSlot = bucket % bucketSlots;
  const bucketAt = bucketSlot * fields;
  if (series.bucketOf[bucketSlot] !== bucket) {
    series.bucketOf[bucketSlot] = bucket;
    series.buckets.fill(0, bucketAt, bucketAt + fields);
    series.symptoms[bucketSlot] = undefined;
    series.languages[bucketSlot] = undefined;
  }
  const slot = minute % minuteSlots;
  const at = slot * fields;
  const replaces = series.minuteOf[slot] === minute;
  for (let field = 0; field < fields; field += 1) {
    const before = replaces ? asBucketField(series.minutes, at, field) : 0;
    series.minutes[at + field] = values[field]!;
    series.buckets[bucketAt + field]! += asBucketField(series.minutes, at, field) - before;
  }
  series.minuteOf[slot] = minute;
}

function asBucketField(minutes: Float32Array, at: number, field: number): number {
  return field === f.upper ? variance(minutes[at + f.expected]!, minutes[at + f.upper]!) : minutes[at + field]!;
}

function addCounts(series: MinuteSeries, minute: number, row: Rollup): void {
  const slot = Math.floor(minute / bucketMinutes) % bucketSlots;
  series.symptoms[slot] = merge(series.symptoms[slot], Object.entries(row.symptoms));
  series.languages[slot] = merge(series.languages[slot], Object.entries(row.languages));
}

// Languages are what sources say, so their number is bounded here.
function merge(into: Counts | undefined, from: Iterable<[string, number]>): Counts | undefined {
  let counts = into;
  for (const [key, count] of from) {
    if (!(count > 0)) continue;
    counts ??= new Map();
    const name = counts.has(key) || counts.size < maxKeys ? key : 'other';
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return counts;
}

/** What lies between two moments, both ms: what Outcry has seen, `from` its first record `through` its last. */
export interface Seen {
  readonly from: number;
  readonly through: number;
}

/**
 * The 24 h that end at `now` (ms), oldest first, the open bucket last. A bucket's bound is expected + 2.326 times the
 * root of the sum of its minutes' variances: independent minutes. Unseen buckets have null for observed and expected.
 */
export function bucketsOf(series: MinuteSeries | undefined, now: number, seen: Seen | null): Bucket[] {
  const current = Math.floor(now / minuteMs / bucketMinutes);
  const closed = seen === null ? -1 : Math.floor(seen.through / minuteMs);
  const first = seen === null ? 0 : Math.floor(seen.from / minuteMs);
  return Array.from({ length: bucketSlots }, (_, index) => bucketAt(series, current - bucketSlots + 1 + index, first, closed));
}

/** The bucket that holds the minute `at` (ms). */
export function bucketOf(series: MinuteSeries, at: number, seen: Seen): Bucket {
  const bucket = Math.floor(at / minuteMs / bucketMinutes);
  return bucketAt(series, bucket, Math.floor(seen.from / minuteMs), Math.floor(seen.through / minuteMs));
}

function bucketAt(series: MinuteSeries | undefined, bucket: number, first: number, closed: number): Bucket {
  const from = bucket * bucketMinutes;
  const seenMinutes = Math.max(0, Math.min(from + bucketMinutes, closed) - Math.max(from, first));
  const values = totals(series, bucket, Math.min(from + bucketMinutes, closed));
  const known = values[f.known] > 0;
  const anything = seenMinutes > 0 || values[f.mentions] > 0;
  return {
    start: new Date(from * minuteMs).toISOString(),
    observed: anything ? round(values[f.observed]) : null,
    expected: known ? round(values[f.expected]) : null,
    upper: known ? round(values[f.expected] + 2.326 * Math.sqrt(Math.max(0, values[f.upper]))) : null,
    reports: values[f.reports],
    mentions: values[f.mentions],
    recoveries: values[f.recoveries],
    blind: values[f.blind] > 0,
    learning: values[f.learning] > 0,
    minutes: seenMinutes,
  };
}

function totals(series: MinuteSeries | undefined, bucket: number, end: number): Values {
  const values: Values = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  if (series === undefined || series.last < 0) return values;
  const slot = bucket % bucketSlots;
  if (series.bucketOf[slot] === bucket) for (let field = 0; field < fields; field += 1) values[field] = series.buckets[slot * fields + field]!;
  // Minutes since the last row: nobody named the service, and its expected rate holds.
  const still = end - Math.max(series.last + 1, bucket * bucketMinutes);
  if (still > 0) {
    values[f.expected] += still * series.expected;
    values[f.upper] += still * variance(series.expected, series.upper);
    values[f.known] += still;
    if (series.learning) values[f.learning] += still;
  }
  return values;
}

/** The last `count` closed minutes (at most 60) before `through` (ms), oldest first. */
export function minutesOf(series: MinuteSeries | undefined, through: number, count: number): Minute[] {
  const end = Math.floor(through / minuteMs);
  return Array.from({ length: Math.min(count, minuteSlots) }, (_, index) => minuteAt(series, end - Math.min(count, minuteSlots) + index));
}

function minuteAt(series: MinuteSeries | undefined, minute: number): Minute {
  const start = new Date(minute * minuteMs).toISOString();
  const slot = minute % minuteSlots;
  const at = slot * fields;
  if (series !== undefined && series.minuteOf[slot] === minute) {
    const v = series.minutes;
    return {
      start,
      observed: round(v[at + f.observed]!),
      expected: round(v[at + f.expected]!),
      upper: round(v[at + f.upper]!),
      reports: v[at + f.reports]!,
      mentions: v[at + f.mentions]!,
    };
  }
  const held = series !== undefined && series.last >= 0 && minute > series.last;
  return { start, observed: 0, expected: held ? round(series.expected) : null, upper: held ? round(series.upper) : null, reports: 0, mentions: 0 };
}

/**
 * Sums over the last `count` closed minutes (at most 60) before `through` (ms), and each minute's reports. `expected` is what is
 * expected now of as many of them as are known: after an outage of its first days a service is held to more than is normal.
 */
export function recent(
  series: MinuteSeries | undefined,
  through: number,
  count: number,
): { reports: number; mentions: number; expected: number | null; spark: number[] } {
  const end = Math.floor(through / minuteMs);
  const sums = { reports: 0, mentions: 0, expected: null as number | null, spark: [] as number[] };
  let known = 0;
  for (let minute = end - count; minute < end; minute += 1) {
    const slot = minute % minuteSlots;
    const there = series?.minuteOf[slot] === minute;
    const at = slot * fields;
    const reports = there ? series.minutes[at + f.reports]! : 0;
    sums.spark.push(reports);
    sums.reports += reports;
    if (there) sums.mentions += series.minutes[at + f.mentions]!;
    if (there || (series !== undefined && series.last >= 0 && minute > series.last)) known += 1;
  }
  if (known > 0) sums.expected = round(known * series!.expected);
  return sums;
}

/** Symptoms and languages of the 24 h that end at `now` (ms). */
export function dayCounts(series: MinuteSeries | undefined, now: number): { symptoms: Counts; languages: Counts } {
  const symptoms: Counts = new Map();
  const languages: Counts = new Map();
  const oldest = Math.floor(now / minuteMs / bucketMinutes) - bucketSlots + 1;
  series?.bucketOf.forEach((bucket, slot) => {
    if (bucket < oldest) return;
    merge(symptoms, series.symptoms[slot] ?? []);
    merge(languages, series.languages[slot] ?? []);
  });
  return { symptoms, languages };
}

function round(value: number): number {
  return Math.round(Math.max(0, value) * 1000) / 1000;
}
