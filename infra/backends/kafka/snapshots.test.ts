// Snapshots as records: what is stored comes back, only changes are written, and a set that is not whole is refused.
import { expect, test } from 'vitest';
import type { InRecord, OutRecord, SnapshotPart } from '../../../shared/bus.ts';
import { createSnapshots } from './snapshots.ts';

const part = (key: string, ...bytes: number[]): SnapshotPart => ({ key, value: new Uint8Array(bytes) });

/** The topic after compaction: the latest of each key. */
function compact(into: Map<string, InRecord>, records: readonly OutRecord[]): Map<string, InRecord> {
  for (const { topic, key, value } of records) {
    if (value === null) into.delete(key);
    else into.set(key, { topic, key, value, partition: 0, offset: 0, headers: {} });
  }
  return into;
}

const offsets = new Map([[0, 12], [3, 7]]);

test('a snapshot comes back with the offsets at which it stands, beside those of other owners', () => {
  const topic = compact(new Map(), createSnapshots('detector', '1').store([part('fold', 1), part('watch/a', 2)], offsets));
  compact(topic, createSnapshots('detector', '11').store([part('fold', 9)], new Map([[11, 1]])));
  const found = createSnapshots('detector', '1').load(topic)!;
  expect(found.parts.map(({ key, value }) => [key, ...value])).toEqual([['fold', 1], ['watch/a', 2]]);
  expect(found.offsets).toEqual(offsets);
  expect(createSnapshots('hold', 'all').load(topic)).toBeNull();
});

test('what did not change is not written again, and what is gone is erased', () => {
  const first = createSnapshots('detector', '1');
  const topic = compact(new Map(), first.store([part('a', 1), part('b', 2), part('c', 3)], offsets));
  const second = createSnapshots('detector', '1');
  second.load(topic);
  const records = second.store([part('a', 1), part('b', 5)], new Map([[0, 13]]));
  expect(records.map(({ key, value }) => [key, value === null])).toEqual([['detector/1/b', false], ['detector/1/c', true], ['detector/1', false]]);
  const found = createSnapshots('detector', '1').load(compact(topic, records))!;
  expect(found.parts.map(({ key, value }) => [key, ...value])).toEqual([['a', 1], ['b', 5]]);
});

test('a part too large for a record is cut, comes back whole, and leaves nothing when it shrinks', () => {
  const large = new Uint8Array(1_300_000).map((_, i) => i % 251);
  const snapshots = createSnapshots('hold', 'all');
  const records = snapshots.store([{ key: 'fold', value: large }], offsets);
  expect(Math.max(...records.map(({ value }) => value!.length))).toBeLessThanOrEqual(512 << 10);
  const topic = compact(new Map(), records);
  expect(Buffer.compare(createSnapshots('hold', 'all').load(topic)!.parts[0]!.value, large)).toBe(0);
  compact(topic, snapshots.store([part('fold', 1)], offsets));
  expect([...topic.keys()].sort()).toEqual(['hold/all', 'hold/all/fold']);
});

test('a snapshot that is not whole is refused by name', () => {
  const large = new Uint8Array(1_300_000);
  const topic = compact(new Map(), createSnapshots('hold', 'all').store([{ key: 'fold', value: large }, part('x', 1)], offsets));
  topic.delete('hold/all/fold\u00001');
  expect(() => createSnapshots('hold', 'all').load(topic)).toThrow(/hold\/all lacks a piece of `fold`/);
  topic.delete('hold/all/fold');
  expect(() => createSnapshots('hold', 'all').load(topic)).toThrow(/should have 2 parts and has 1/);
});
