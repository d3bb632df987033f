// Records on their way out: cut into what one request may carry, each part with its place and its sequence numbers.
import type { OutRecord } from '../../../shared/bus.ts';

/** More messages than this in one request cost kafkajs quadratic time (measured: 1,000 is the fastest, 20,000 a tenth). */
export const mostRecords = 1_000;
/** Bytes of one partition in a request, before packing: well under max.message.bytes, which holds for a whole batch. */
export const mostPartitionBytes = 1 << 20;
const mostBytes = 8 << 20;

/** A record as kafkajs encodes it. */
export interface RawMessage {
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What one partition gets in one request. Tried again as it is: its sequence numbers let the broker drop a repeat. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly firstSequence: number;
  readonly messages: RawMessage[];
}

/** Gives each record its topic's name on the cluster, its partition, and its key there. */
export type Placing = (record: OutRecord) => { readonly topic: string; readonly partition: number; readonly key: string };

/** Per partition the number of the next record; kept as long as the producer's id. */
export type Sequences = Map<string, number>;

const bufferOf = (bytes: Uint8Array): Buffer => (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));

/** Cuts records into requests, in their order. Takes sequence numbers, so each request must be sent or the producer given up. */
export function cutIntoRequests(records: readonly OutRecord[], placing: Placing, sequences: Sequences): PartitionBatch[][] {
  const requests: PartitionBatch[][] = [];
  let batches = new Map<string, PartitionBatch & { bytes: number }>();
  let count = 0;
  let bytes = 0;
  const flush = (): void => {
    if (count > 0) requests.push([...batches.values()]);
    batches = new Map();
    count = 0;
    bytes = 0;
  };
  for (const record of records) {
    const { topic, partition, key: wireKey } = placing(record);
    const key = `${topic}/${partition}`;
    const size = (record.value?.length ?? 0) + wireKey.length + 32;
    const full = (batches.get(key)?.bytes ?? 0) + size > mostPartitionBytes;
    if (count >= mostRecords || full || (count > 0 && bytes + size > mostBytes)) flush();
    let batch = batches.get(key);
    const sequence = sequences.get(key) ?? 0;
    if (batch === undefined) {
      batch = { topic, partition, firstSequence: sequence, messages: [], bytes: 0 };
      batches.set(key, batch);
    }
    batch.messages.push({ key: Buffer.from(wireKey), value: record.value === null ? null : bufferOf(record.value), ...(record.headers === undefined ? {} : { headers: record.headers }) });
    batch.bytes += size;
    // numbers are 31 bits wide and begin again at zero
    sequences.set(key, sequence === 0x7fffffff ? 0 : sequence + 1);
    count++;
    bytes += size;
  }
  flush();
  return requests;
}
