import { expect, test } from 'vitest';
import type { Rollup } from '../../shared/rollup.ts';
import { addRollup, bucketOf, bucketsOf, createMinuteSeries, dayCounts, minutesOf, recent } from './minute-series.ts';

const minute = 60_000;
const noon = Date.parse('2026-05-03T12:00:00Z');

function row(at: number, over: Partial<Rollup> = {}): Rollup {
  return {
    v: 1, service: 'whatsapp', minute: at, mentions: 2, reports: 1, observed: 1, expected: 0.2, upper: 2, learning: false, blind: false, recoveries: 0,
    symptoms: { down: 1 }, languages: { de: 1 }, reasons: {}, ...over,
  };
}

test('fifteen minutes add up to one bucket, and its bound comes from the sum of their variances', () => {
  const series = createMinuteSeries();
  for (let i = 0; i < 15; i += 1) addRollup(series, row(noon + i * minute));
  const bucket = bucketOf(series, noon + 3 * minute, { from: noon, through: noon + 15 * minute });
  expect(bucket).toMatchObject({ start: '2026-05-03T12:00:00.000Z', observed: 15, reports: 15, mentions: 30, expected: 3, minutes: 15 });
  expect(bucket.upper).toBeCloseTo(3 + Math.sqrt(15) * 1.8, 2);
});

test('minutes in which nobody named the service keep the expected rate and add no reports', () => {
  const series = createMinuteSeries();
  addRollup(series, row(noon));
  addRollup(series, row(noon + 10 * minute, { expected: 0.4 }));
  const bucket = bucketOf(series, noon, { from: noon, through: noon + 15 * minute });
  expect(bucket.reports).toBe(2);
  expect(bucket.expected).toBeCloseTo(10 * 0.2 + 5 * 0.4, 3);
});

test('what Outcry has not seen is unknown, not zero', () => {
  const series = createMinuteSeries();
  addRollup(series, row(noon));
  const buckets = bucketsOf(series, noon + 60 * minute, { from: noon, through: noon + 5 * minute });
  expect(buckets).toHaveLength(97);
  expect(buckets.filter((one) => one.observed !== null).map((one) => one.start)).toEqual(['2026-05-03T12:00:00.000Z']);
  expect(buckets.at(-1)).toMatchObject({ start: '2026-05-03T13:00:00.000Z', observed: null, expected: null, minutes: 0 });
});

test('a service that nobody named is known to be at zero once Outcry has listened', () => {
  const buckets = bucketsOf(undefined, noon, { from: noon - 30 * minute, through: noon });
  expect(buckets.slice(-3).map((one) => one.observed)).toEqual([0, 0, null]);
});

test('a minute that comes again replaces itself', () => {
  const series = createMinuteSeries();
  addRollup(series, row(noon));
  addRollup(series, row(noon + minute));
  addRollup(series, row(noon, { reports: 5, observed: 5 }));
  expect(bucketOf(series, noon, { from: noon, through: noon + 2 * minute })).toMatchObject({ reports: 6, mentions: 4 });
});

test('a minute more than an hour behind the last is refused', () => {
  const series = createMinuteSeries();
  addRollup(series, row(noon));
  expect(addRollup(series, row(noon - 60 * minute))).toBe(false);
  expect(addRollup(series, row(noon - 59 * minute))).toBe(true);
});

test('yesterday leaves the rings as today comes in', () => {
  const series = createMinuteSeries();
  for (let i = 0; i < 26 * 60; i += 1) addRollup(series, row(noon + i * minute));
  const now = noon + 26 * 60 * minute;
  const buckets = bucketsOf(series, now - 1, { from: noon, through: now });
  expect(buckets.reduce((sum, one) => sum + one.reports, 0)).toBe(97 * 15);
  expect(dayCounts(series, now - 1).languages.get('de')).toBe(97 * 15);
});

test('a row after a long silence fills at most a day', () => {
  const series = createMinuteSeries();
  addRollup(series, row(noon));
  addRollup(series, row(noon + 400 * 24 * 60 * minute));
  const now = noon + 400 * 24 * 60 * minute + minute;
  const buckets = bucketsOf(series, now, { from: noon, through: now });
  expect(buckets.reduce((sum, one) => sum + one.reports, 0)).toBe(1);
  expect(buckets[10]?.expected).toBeCloseTo(3, 3);
});

test('the last quarter of an hour counts closed minutes only', () => {
  const series = createMinuteSeries();
  for (let i = 0; i < 30; i += 1) addRollup(series, row(noon + i * minute));
  expect(recent(series, noon + 30 * minute, 15)).toMatchObject({ reports: 15, mentions: 30, expected: 3 });
  expect(minutesOf(series, noon + 30 * minute, 60)).toHaveLength(60);
  expect(minutesOf(series, noon + 30 * minute, 2).map((one) => one.start)).toEqual(['2026-05-03T12:28:00.000Z', '2026-05-03T12:29:00.000Z']);
});

test('what is usual of a quarter of an hour is what is expected now, not what its first minutes were held to', () => {
  const series = createMinuteSeries();
  for (let i = 0; i < 30; i += 1) addRollup(series, row(noon + i * minute, { expected: i < 25 ? 3 : 0.2 }));
  expect(recent(series, noon + 30 * minute, 15)).toMatchObject({ expected: 3 });
  expect(recent(series, noon + 40 * minute, 15)).toMatchObject({ reports: 5, expected: 3 });
  expect(recent(undefined, noon, 15)).toMatchObject({ expected: null });
});

test('languages that strangers make up do not grow without end', () => {
  const series = createMinuteSeries();
  for (let i = 0; i < 1_000; i += 1) addRollup(series, row(noon + (i % 15) * minute, { minute: noon + i * 1_000, languages: { [`x-${i}`]: 1 } }));
  expect(dayCounts(series, noon + 20 * minute).languages.size).toBeLessThanOrEqual(41);
});
