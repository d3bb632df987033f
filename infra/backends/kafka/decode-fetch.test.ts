// What comes out of a broker's answer: committed records, each once, and the offset to go on with.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { topics } from '../../../shared/topics.ts';
import { decodeFetch, unpack, type FetchedPartition } from './decode-fetch.ts';
import { encodeBatch } from './encode-batch.ts';

const topic = topics.observations.name;

interface Kind {
  readonly producer?: number;
  readonly compress?: boolean;
}

/** A batch of values as the broker keeps it at an offset. */
function batchAt(base: number, values: readonly string[], { producer, compress = false }: Kind = {}): Buffer {
  const messages = values.map((value) => ({ key: Buffer.from('k'), value: Buffer.from(value), headers: { h: value } }));
  const bytes = encodeBatch({ topic, partition: 0, firstSequence: 0, messages }, { producerId: producer ?? 9, producerEpoch: 0, transactional: producer !== undefined, compress, timestampMs: 1 });
  bytes.writeBigInt64BE(BigInt(base), 0);
  return bytes;
}

/** The end of a transaction. */
function endAt(base: number, producer: number, kind: 'abort' | 'commit'): Buffer {
  const bytes = encodeBatch({ topic, partition: 0, firstSequence: 0, messages: [{ key: Buffer.from([0, 0, 0, kind === 'abort' ? 0 : 1]), value: Buffer.alloc(6) }] }, { producerId: producer, producerEpoch: 0, transactional: true, compress: false, timestampMs: 1 });
  bytes.writeBigInt64BE(BigInt(base), 0);
  bytes.writeInt16BE(bytes.readInt16BE(21) | 0x20, 21);
  return bytes;
}

/** What compaction leaves of a batch. */
function emptied(bytes: Buffer): Buffer {
  const head = Buffer.from(bytes.subarray(0, 61));
  head.writeInt32BE(61 - 12, 8);
  head.writeInt32BE(0, 57);
  return head;
}

const answer = (batches: readonly Buffer[], aborted: FetchedPartition['aborted'] = []): FetchedPartition => ({ place: topic, partition: 0, errorCode: 0, end: 99, aborted, batches: Buffer.concat(batches) });
const read = (fetched: FetchedPartition, from: number) => {
  const { records, next } = unpack(fetched, topic, from);
  return { values: records.map(({ value, offset }) => `${offset} ${String(value)}`), next };
};

test('records before the place where the reading begins are left out, packed or not', () => {
  for (const compress of [false, true]) expect(read(answer([batchAt(5, ['a', 'b', 'c'], { compress }), batchAt(8, ['d'])]), 6)).toEqual({ values: ['6 b', '7 c', '8 d'], next: 9 });
  expect(unpack(answer([batchAt(0, ['ü'])]), topic, 0).records[0]).toMatchObject({ topic, partition: 0, key: 'k', headers: { h: 'ü' }, at: 1 });
});

test('a batch that was cut off is left for the next time, and an answer without a whole one changes nothing', () => {
  const second = batchAt(1, ['b']);
  expect(read(answer([batchAt(0, ['a']), second.subarray(0, second.length - 1)]), 0)).toEqual({ values: ['0 a'], next: 1 });
  expect(read(answer([second.subarray(0, 30)]), 1)).toEqual({ values: [], next: 1 });
});

test('aborted records are left out, also of two transactions that had begun before the answer does', () => {
  const batches = [batchAt(10, ['x'], { producer: 2 }), batchAt(11, ['y'], { producer: 1 }), endAt(12, 1, 'abort'), batchAt(13, ['kept'], { producer: 1 }), endAt(14, 2, 'abort'), endAt(15, 1, 'commit')];
  const aborted = [{ producerId: 2, firstOffset: 7 }, { producerId: 1, firstOffset: 3 }];
  expect(read(answer(batches, aborted), 10)).toEqual({ values: ['13 kept'], next: 16 });
});

test('what compaction emptied is stepped over at once', () => {
  expect(read(answer([emptied(batchAt(0, ['a', 'b', 'c'])), emptied(endAt(3, 1, 'commit'))]), 0)).toEqual({ values: [], next: 4 });
});

test('a batch packed in a way that we do not read says so', () => {
  const bytes = batchAt(0, ['a']);
  bytes.writeInt16BE(3, 21);
  expect(() => read(answer([bytes]), 0)).toThrow(/codec 3/);
});

test('what an open transaction holds back lies past the end', () => {
  const partition = Buffer.alloc(46);
  partition.writeBigInt64BE(70n, 6);
  partition.writeBigInt64BE(40n, 14);
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 116, 0, 0, 0, 1]);
  expect(decodeFetch(Buffer.concat([head, partition])).partitions[0]!.end).toBe(40);
});

test('an answer comes apart as the broker put it together', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ place: fc.string({ maxLength: 9 }), partition: fc.nat(9), highWatermark: fc.nat(), lastStable: fc.integer({ min: -1 }), aborted: fc.array(fc.record({ producerId: fc.nat(), firstOffset: fc.nat() }), { maxLength: 3 }), batches: fc.uint8Array({ maxLength: 40 }) }), { maxLength: 4 }), (given) => {
      const numbers: Buffer[] = [];
      const int = (bytes: 2 | 4 | 8, value: number) => {
        const into = Buffer.alloc(bytes);
        if (bytes === 8) into.writeBigInt64BE(BigInt(value));
        else into.writeIntBE(value, 0, bytes);
        numbers.push(into);
      };
      int(4, 0);
      int(2, 0);
      int(4, 0);
      int(4, given.length);
      for (const { place, partition, highWatermark, lastStable, aborted, batches } of given) {
        int(2, Buffer.byteLength(place));
        numbers.push(Buffer.from(place));
        int(4, 1);
        int(4, partition);
        int(2, 0);
        for (const value of [highWatermark, lastStable, 0]) int(8, value);
        int(4, aborted.length === 0 ? -1 : aborted.length);
        for (const { producerId, firstOffset } of aborted) {
          int(8, producerId);
          int(8, firstOffset);
        }
        int(4, -1);
        int(4, batches.length);
        numbers.push(Buffer.from(batches));
      }
      const decoded = decodeFetch(Buffer.concat(numbers));
      expect(decoded.partitions.map((one) => ({ ...one, batches: [...one.batches] }))).toEqual(
        given.map(({ highWatermark, lastStable, ...one }) => ({ ...one, place: Buffer.from(one.place).toString(), errorCode: 0, end: lastStable === -1 ? highWatermark : Math.min(highWatermark, lastStable), batches: [...one.batches] })),
      );
    }),
  );
});
