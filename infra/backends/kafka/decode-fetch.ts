// What a broker answers to a Fetch, version 11: committed records only, each offset once, straight into our form. Our own
// because kafkajs drops the heads of batches, so that it neither steps over what compaction emptied nor tells all records
// of aborted transactions apart, and because it makes seven objects of a record.
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { InRecord } from '../../../shared/bus.ts';
import type { TopicName } from '../../../shared/topics.ts';
import { plainKey } from './wire-key.ts';

const headBytes = 61;
const sizeEnd = 12;
const magic = 2;
const codecMask = 7;
const gzip = 1;
const zstd = 4;
const appendTimeFlag = 0x08;
const transactionalFlag = 0x10;
const controlFlag = 0x20;
const abortKind = 0;
const leastRoomBytes = 16 << 10;
const mostRoomBytes = 4 << 20;

/** A record with when it was written, ms. The flow has no use for that; a copy of the log has, because retention goes by it. */
export interface StampedRecord extends InRecord {
  readonly at: number;
}

/** One partition of the answer, its batches still packed. */
export interface FetchedPartition {
  readonly place: string;
  readonly partition: number;
  readonly errorCode: number;
  /** Offset after the last record that can be read: before what an open transaction holds back. */
  readonly end: number;
  readonly aborted: readonly Aborted[];
  readonly batches: Buffer;
}

interface Aborted {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** Reads numbers one after the other. */
class Cursor {
  readonly bytes: Buffer;
  at: number;
  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  int16(): number {
    return this.bytes.readInt16BE((this.at += 2) - 2);
  }
  int32(): number {
    return this.bytes.readInt32BE((this.at += 4) - 4);
  }
  /** Offsets and ids stay far below 2^53. */
  int64(): number {
    return Number(this.bytes.readBigInt64BE((this.at += 8) - 8));
  }
  varint(): number {
    let zigzag = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.at++]!;
      zigzag += (byte & 0x7f) * scale;
      if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      scale *= 128;
    }
  }
  take(length: number): Buffer {
    return this.bytes.subarray(this.at, (this.at += length));
  }
  list<T>(one: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, one);
  }
}

/** The answer to a Fetch, without its correlation id. */
export function decodeFetch(payload: Buffer): { errorCode: number; partitions: FetchedPartition[] } {
  const read = new Cursor(payload, 4);
  const errorCode = read.int16();
  read.at += 4;
  const partitions = read.list(() => {
    const place = read.take(read.int16()).toString();
    return read.list((): FetchedPartition => {
      const partition = read.int32();
      const error = read.int16();
      const highWatermark = read.int64();
      const lastStable = read.int64();
      read.at += 8;
      const aborted = read.list((): Aborted => ({ producerId: read.int64(), firstOffset: read.int64() }));
      read.at += 4;
      // -1 where the broker does not know it
      const end = lastStable < 0 ? highWatermark : Math.min(highWatermark, lastStable);
      return { place, partition, errorCode: error, end, aborted, batches: read.take(Math.max(0, read.int32())) };
    });
  });
  return { errorCode, partitions: partitions.flat() };
}

/** The committed records from `from` on, and the offset to go on with. A batch that was cut off at the end is left for the next time. */
export function unpack({ partition, aborted, batches }: FetchedPartition, topic: TopicName, from: number): { records: StampedRecord[]; next: number } {
  const records: StampedRecord[] = [];
  const begins = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  const undone = new Set<number>();
  let begun = 0;
  let next = from;
  for (let at = 0; at + headBytes <= batches.length; ) {
    const head = new Cursor(batches, at);
    const base = head.int64();
    const until = at + sizeEnd + head.int32();
    if (until > batches.length) break;
    if (batches[at + 16] !== magic) throw new Error(`a batch of record version ${batches[at + 16]} in partition ${partition}: only version 2 is read`);
    head.at = at + 21;
    const attributes = head.int16();
    const last = base + head.int32();
    const stamps = { first: head.int64(), appended: (attributes & appendTimeFlag) === 0 ? null : head.int64() };
    head.at = at + 43;
    const producerId = head.int64();
    head.at = at + 57;
    const count = head.int32();
    while (begun < begins.length && begins[begun]!.firstOffset <= last) undone.add(begins[begun++]!.producerId);
    const isControl = (attributes & controlFlag) !== 0;
    const wanted = last >= from && !isControl && !((attributes & transactionalFlag) !== 0 && undone.has(producerId));
    if (isControl && count > 0 && kindOf(batches.subarray(at + headBytes, until)) === abortKind) undone.delete(producerId);
    if (wanted && count > 0) readRecords(inflate(batches.subarray(at + headBytes, until), attributes & codecMask), count, base, stamps, from, partition, topic, records);
    if (last >= next) next = last + 1;
    at = until;
  }
  return { records, next };
}

function inflate(packed: Buffer, codec: number): Buffer {
  if (codec === 0) return packed;
  // frames shrink to a third: room for the whole saves putting it together from pieces, a third of the time
  if (codec === zstd) return zstdDecompressSync(packed, { chunkSize: Math.min(Math.max(packed.length * 4, leastRoomBytes), mostRoomBytes) });
  if (codec === gzip) return gunzipSync(packed);
  throw new Error(`a batch packed by codec ${codec}, which is not read: write with zstd, gzip, or none`);
}

/** What a control record says: its key is a version and a kind. */
function kindOf(bytes: Buffer): number {
  const read = new Cursor(bytes);
  read.varint();
  read.at++;
  read.varint();
  read.varint();
  return read.take(read.varint()).readInt16BE(2);
}

const noHeaders: Readonly<Record<string, string>> = {};

function readRecords(bytes: Buffer, count: number, base: number, stamps: { first: number; appended: number | null }, from: number, partition: number, topic: TopicName, into: StampedRecord[]): void {
  const read = new Cursor(bytes);
  for (let i = 0; i < count; i++) {
    const size = read.varint();
    const until = read.at + size;
    read.at++;
    const later = read.varint();
    const offset = base + read.varint();
    if (offset >= from) {
      const keyLength = read.varint();
      const key = keyLength < 0 ? '' : plainKey(topic, read.take(keyLength).toString());
      const valueLength = read.varint();
      const value = valueLength < 0 ? null : read.take(valueLength);
      const headerCount = read.varint();
      into.push({ topic, partition, offset, key, value, headers: headerCount > 0 ? readHeaders(read, headerCount) : noHeaders, at: stamps.appended ?? stamps.first + later });
    }
    read.at = until;
  }
}

function readHeaders(read: Cursor, count: number): Record<string, string> {
  const pairs = Array.from({ length: count }, (): [string, string] => {
    const name = read.take(read.varint()).toString();
    const length = read.varint();
    return [name, length < 0 ? '' : read.take(length).toString()];
  });
  return Object.fromEntries(pairs);
}
