// What we write is what kafkajs reads, checksum and all.
import { createRequire } from 'node:module';
import { zstdDecompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';
import { encodeBatch } from './encode-batch.ts';

const load = createRequire(import.meta.url);
const theirCrc = load('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number;
const Decoder = load('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object;
const decode = load('kafkajs/src/protocol/recordBatch/v0/decoder') as (decoder: object) => Promise<Record<string, unknown> & { records: { key: Buffer; value: Buffer | null; headers: Record<string, Buffer>; offset: string }[] }>;
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({ decompress: async (bytes: Buffer) => zstdDecompressSync(bytes) });

test('the checksum is that of the standard, whatever the bytes and wherever they begin', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (bytes, start) => {
      expect(crc32c(bytes, Math.min(start, bytes.length))).toBe(theirCrc(Buffer.from(bytes.subarray(start))));
    }),
  );
});

const bytes = fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one));
// kafkajs loses a header whose name every object has
const message = fc.record({
  key: bytes, value: fc.option(bytes, { nil: null }),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 9 }).filter((name) => !(name in {})), fc.string({ maxLength: 9 }), { maxKeys: 3 }),
});

test('every record comes back as it was, packed or not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 80 }), fc.boolean(), fc.boolean(), async (messages, compress, transactional) => {
      const encoded = encodeBatch({ topic: 't', partition: 0, firstSequence: 77, messages }, { producerId: '123456789012', producerEpoch: 5, transactional, compress, timestampMs: 1_700_000_000_000 });
      expect(encoded.readUInt32BE(17)).toBe(theirCrc(encoded.subarray(21)));
      const batch = await decode(new Decoder(encoded));
      expect(batch).toMatchObject({ firstOffset: '0', lastOffsetDelta: messages.length - 1, producerId: '123456789012', producerEpoch: 5, firstSequence: 77, inTransaction: transactional, firstTimestamp: '1700000000000', maxTimestamp: '1700000000000' });
      expect(batch.records.map(({ key, value, headers, offset }) => ({ offset, key: key.toString('hex'), value: value === null ? null : value.toString('hex'), headers: Object.entries(headers).map(([name, text]) => [name, String(text)]) })))
        .toEqual(messages.map(({ key, value, headers }, i) => ({ offset: String(i), key: key.toString('hex'), value: value === null ? null : value.toString('hex'), headers: Object.entries(headers) })));
    }),
  );
});
