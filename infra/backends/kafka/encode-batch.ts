// Records as Kafka's record batch, version 2 (KIP-98), in one buffer and one pass: kafkajs copies each record five times
// on its way. What it means is batches.ts and producer.ts.
import { constants, zstdCompressSync } from 'node:zlib';
import type { PartitionBatch, RawMessage } from './batches.ts';
import { crc32c } from './crc32c.ts';

const headBytes = 61;
/** The checksum covers everything after itself. */
const checkedFrom = 21;
const magic = 2;
const zstdCodec = 4;
const transactionalFlag = 16;
const produceVersion = 7;
const produceKey = 0;

export interface BatchOptions {
  readonly producerId: unknown;
  readonly producerEpoch: number;
  readonly transactional: boolean;
  readonly compress: boolean;
  /** Of all records, ms. */
  readonly timestampMs: number;
}

/** Bytes of a zigzag varint of a number that is not negative, or of -1. */
function varintBytes(value: number): number {
  let zigzag = value < 0 ? 1 : value * 2;
  let bytes = 1;
  for (; zigzag > 0x7f; bytes++) zigzag = Math.floor(zigzag / 128);
  return bytes;
}

function writeVarint(into: Buffer, at: number, value: number): number {
  let zigzag = value < 0 ? 1 : value * 2;
  let i = at;
  for (; zigzag > 0x7f; i++) {
    into[i] = (zigzag & 0x7f) | 0x80;
    zigzag = Math.floor(zigzag / 128);
  }
  into[i] = zigzag;
  return i + 1;
}

type Header = readonly [Buffer, Buffer];

const headersOf = (message: RawMessage): Header[] => (message.headers === undefined ? [] : Object.entries(message.headers).map(([name, value]): Header => [Buffer.from(name), Buffer.from(value)]));

function bodyBytes({ key, value }: RawMessage, headers: readonly Header[], offset: number): number {
  // attributes and the difference of the timestamps take a byte each
  let bytes = 2 + varintBytes(offset) + varintBytes(key.length) + key.length + varintBytes(value === null ? -1 : value.length) + (value?.length ?? 0) + varintBytes(headers.length);
  for (const [name, text] of headers) bytes += varintBytes(name.length) + name.length + varintBytes(text.length) + text.length;
  return bytes;
}

function writeBytes(into: Buffer, at: number, bytes: Buffer): number {
  const start = writeVarint(into, at, bytes.length);
  bytes.copy(into, start);
  return start + bytes.length;
}

/** The batch as it goes over the wire. */
export function encodeBatch({ messages, firstSequence }: PartitionBatch, options: BatchOptions): Buffer {
  const headers = messages.map(headersOf);
  const bodies = messages.map((message, i) => bodyBytes(message, headers[i]!, i));
  const recordBytes = bodies.reduce((sum, bytes) => sum + varintBytes(bytes) + bytes, 0);
  const room = options.compress ? 0 : headBytes;
  const plain = Buffer.allocUnsafe(room + recordBytes);
  let at = room;
  messages.forEach(({ key, value }, i) => {
    at = writeVarint(plain, at, bodies[i]!);
    plain[at++] = 0;
    plain[at++] = 0;
    at = writeVarint(plain, at, i);
    at = writeBytes(plain, at, key);
    at = value === null ? writeVarint(plain, at, -1) : writeBytes(plain, at, value);
    at = writeVarint(plain, at, headers[i]!.length);
    for (const [name, text] of headers[i]!) at = writeBytes(plain, writeBytes(plain, at, name), text);
  });
  const batch = options.compress ? Buffer.concat([Buffer.allocUnsafe(headBytes), zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })]) : plain;
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(-1, 12);
  batch[16] = magic;
  batch.writeInt16BE((options.compress ? zstdCodec : 0) | (options.transactional ? transactionalFlag : 0), checkedFrom);
  batch.writeInt32BE(messages.length - 1, 23);
  batch.writeBigInt64BE(BigInt(options.timestampMs), 27);
  batch.writeBigInt64BE(BigInt(options.timestampMs), 35);
  batch.writeBigInt64BE(BigInt(String(options.producerId)), 43);
  batch.writeInt16BE(options.producerEpoch, 51);
  batch.writeInt32BE(firstSequence, 53);
  batch.writeInt32BE(messages.length, 57);
  batch.writeUInt32BE(crc32c(batch, checkedFrom), 17);
  return batch;
}

/** A Produce request, version 7, for kafkajs's connection. Every copy of a record must be written before it is answered. */
export function encodeProduce(batches: readonly PartitionBatch[], transactionalId: string | undefined, timeoutMs: number, options: BatchOptions): object {
  const parts: Buffer[] = [];
  const head = (write: (into: Buffer) => number, bytes: number): void => {
    const into = Buffer.allocUnsafe(bytes);
    write(into);
    parts.push(into);
  };
  const text = (value: string): void => {
    const bytes = Buffer.from(value);
    head((into) => into.writeInt16BE(bytes.length), 2);
    parts.push(bytes);
  };
  if (transactionalId === undefined) head((into) => into.writeInt16BE(-1), 2);
  else text(transactionalId);
  head((into) => into.writeInt32BE(timeoutMs, into.writeInt16BE(-1)), 6);
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  head((into) => into.writeInt32BE(byTopic.size), 4);
  for (const [topic, own] of byTopic) {
    text(topic);
    head((into) => into.writeInt32BE(own.length), 4);
    for (const batch of own) {
      const encoded = encodeBatch(batch, options);
      head((into) => into.writeInt32BE(encoded.length, into.writeInt32BE(batch.partition)), 8);
      parts.push(encoded);
    }
  }
  const buffer = Buffer.concat(parts);
  // the form of kafkajs's own encoder, as far as its requests look at it
  return { apiKey: produceKey, apiVersion: produceVersion, apiName: 'Produce', encode: async () => ({ buf: buffer, buffer, size: () => buffer.length }) };
}
