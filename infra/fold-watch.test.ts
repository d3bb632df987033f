import { expect, test } from 'vitest';
import type { Fold, InRecord, OutRecord } from '../shared/bus.ts';
import { encodeAlert } from '../shared/alert.ts';
import { topics } from '../shared/topics.ts';
import { anAlert, evening } from '../test/fakes/incidents.ts';
import { watchedAlerts, watchedProgress } from './fold-watch.ts';

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const quiet: Fold = { restore: () => {}, fold: () => {}, live: () => {}, snapshot: () => [] };

function read(value: Uint8Array | null): InRecord {
  return { topic: topics.alerts.name, partition: 0, offset: 0, key: 'k', value, headers: {} };
}

test('the age of an alert runs from the event that decided it to when the alert can be read', () => {
  const told: [string, number][] = [];
  const fold = watchedAlerts(quiet, () => evening + 2_400, (change, latencyMs) => void told.push([change, latencyMs]));
  fold.live([], () => {});
  fold.fold(read(encodeAlert(anAlert(1, 'suspected', evening)).value), () => {});
  expect(told).toEqual([['suspected', 2_400]]);
});

test('an alert that is read again after a start has no age, and neither has what is no alert', () => {
  const told: string[] = [];
  const fold = watchedAlerts(quiet, () => evening + 9_000_000, (change) => void told.push(change));
  fold.fold(read(encodeAlert(anAlert(1, 'suspected', evening)).value), () => {});
  fold.live([], () => {});
  fold.fold(read(null), () => {});
  fold.fold(read(json({ v: 9 })), () => {});
  expect(told).toEqual([]);
});

test('an alert on a post that is dated ahead of the clock is of no age, not of a negative one', () => {
  const told: number[] = [];
  const fold = watchedAlerts(quiet, () => evening - 60_000, (_change, latencyMs) => void told.push(latencyMs));
  fold.live([], () => {});
  fold.fold(read(encodeAlert(anAlert(1, 'suspected', evening)).value), () => {});
  expect(told).toEqual([0]);
});

test('the event time of a detector is what it says in its marks, and every record goes on as it came', () => {
  const out: OutRecord[] = [
    { topic: topics.incidents.name, key: 'progress', value: json({ v: 1, kind: 'progress', at: evening }), partition: 3 },
    { topic: topics.rollups.name, key: 'progress', value: json({ rollup: true }) },
    { topic: topics.incidents.name, key: 'whatsapp', value: json({ kind: 'incident' }) },
  ];
  const times: number[] = [];
  const emitted: OutRecord[] = [];
  const fold = watchedProgress({ ...quiet, fold: (_record, emit) => out.forEach(emit) }, (at) => void times.push(at));
  fold.fold(read(null), (record) => void emitted.push(record));
  expect(times).toEqual([evening]);
  expect(emitted).toEqual(out);
});
