// CRC-32C (Castagnoli), which guards every batch on Kafka's wire. Eight bytes a step, because kafkajs's byte a step was a
// third of the cost of writing.

/** Reflected polynomial of RFC 3720, appendix B.4. */
const polynomial = 0x82f63b78;

function makeTables(): Uint32Array[] {
  const first = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    first[byte] = crc >>> 0;
  }
  const tables = [first];
  for (let t = 1; t < 8; t++) tables.push(tables[t - 1]!.map((crc) => (crc >>> 8) ^ first[crc & 0xff]!));
  return tables;
}

const [t0, t1, t2, t3, t4, t5, t6, t7] = makeTables() as [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];

/** Checksum of `bytes` from `start` to `end`, unsigned. Slicing-by-8: Kounavis and Berry, 2005. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1;
  let i = start;
  for (const whole = end - 7; i < whole; i += 8) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    crc =
      t7[low & 0xff]! ^ t6[(low >>> 8) & 0xff]! ^ t5[(low >>> 16) & 0xff]! ^ t4[low >>> 24]! ^
      t3[bytes[i + 4]!]! ^ t2[bytes[i + 5]!]! ^ t1[bytes[i + 6]!]! ^ t0[bytes[i + 7]!]!;
  }
  for (; i < end; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]!) & 0xff]!;
  return (crc ^ -1) >>> 0;
}
