import { expect, test } from 'vitest';
import type { InRecord } from '../../../shared/bus.ts';
import { createRecent, type Recent } from './recent.ts';

const everything = Number.MAX_SAFE_INTEGER;

function record(offset: number, partition = 0, bytes = 1, topic: InRecord['topic'] = 'outcry.observations'): InRecord {
  return { topic, partition, offset, key: `k${offset}`, value: new Uint8Array(bytes), headers: {} };
}

function write(recent: Recent, ...records: InRecord[]): void {
  for (const one of records) recent.add(one);
  recent.settle(true);
}

const offsets = (recent: Recent, after: number, partition: number | null = null, until = everything, limit = everything, maxBytes = everything) =>
  recent.read('outcry.observations', partition, after, until, limit, maxBytes)?.map(({ offset }) => offset) ?? null;

test('what was written is read on from any place in it, by partition and up to the bounds', () => {
  const recent = createRecent();
  write(recent, record(7), record(8, 1), record(9, 0, 1, 'outcry.rollups'), record(10));
  expect(offsets(recent, 6)).toEqual([7, 8, 10]);
  expect(offsets(recent, 7)).toEqual([8, 10]);
  expect(offsets(recent, 6, 1)).toEqual([8]);
  expect(offsets(recent, 10)).toEqual([]);
  expect(offsets(recent, 6, null, 8)).toEqual([7, 8]);
  expect(offsets(recent, 6, null, everything, 1)).toEqual([7]);
  expect(offsets(recent, 6, null, everything, everything, 2)).toEqual([7, 8]);
});

test('what came before is for the file to tell', () => {
  const recent = createRecent();
  expect(offsets(recent, 0)).toBe(null);
  write(recent, record(7));
  expect(offsets(recent, 5)).toBe(null);
});

test('a record is not read before its transaction has ended well', () => {
  const recent = createRecent();
  write(recent, record(1));
  recent.add(record(2));
  expect(offsets(recent, 0)).toEqual([1]);
  recent.settle(false);
  write(recent, record(2, 1));
  expect(offsets(recent, 0, 0)).toEqual([1]);
});

test('where another process wrote between, only what follows is held', () => {
  const recent = createRecent();
  write(recent, record(1), record(2));
  write(recent, record(4));
  expect(offsets(recent, 2)).toBe(null);
  expect(offsets(recent, 3)).toEqual([4]);
  recent.forget();
  expect(offsets(recent, 4)).toBe(null);
});

test('of much only the newest is held', () => {
  const recent = createRecent();
  for (let offset = 1; offset <= 40; offset++) write(recent, record(offset, 0, 1 << 20));
  expect(offsets(recent, 0)).toBe(null);
  expect(offsets(recent, 32)).toEqual([33, 34, 35, 36, 37, 38, 39, 40]);
});
