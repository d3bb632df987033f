// The topics of the flow, how each is cut into partitions, and how long it lasts. One writer each: see docs/design.md.

export interface TopicSpec {
  readonly name: string;
  /** key: only the latest record of a key lasts. */
  readonly compacted: boolean;
  /** one: a single partition. all: as many as the installation has. */
  readonly partitions: 'one' | 'all';
  /** ms; null keeps for ever (compacted topics keep the latest of each key). */
  readonly retentionMs: number | null;
  /** Records of this key only tell how far time has come: an hour of them is enough. */
  readonly markerKey?: string;
}

const hour = 3_600_000;

/** How long markers last, ms. */
export const markerRetentionMs = hour;

const day = 24 * hour;

export const topics = {
  observations: { name: 'outcry.observations', compacted: false, partitions: 'all', retentionMs: 3 * day },
  incidents: { name: 'outcry.incidents', compacted: false, partitions: 'all', retentionMs: 400 * day, markerKey: 'progress' },
  rollups: { name: 'outcry.rollups', compacted: false, partitions: 'all', retentionMs: 14 * day },
  evidence: { name: 'outcry.evidence', compacted: true, partitions: 'all', retentionMs: 90 * day },
  alerts: { name: 'outcry.alerts', compacted: false, partitions: 'all', retentionMs: 400 * day },
  snapshots: { name: 'outcry.snapshots', compacted: true, partitions: 'one', retentionMs: null },
  cursors: { name: 'outcry.cursors', compacted: true, partitions: 'one', retentionMs: null },
  controls: { name: 'outcry.controls', compacted: true, partitions: 'one', retentionMs: null },
  deliveries: { name: 'outcry.deliveries', compacted: true, partitions: 'one', retentionMs: 30 * day },
  deadLetters: { name: 'outcry.dead-letters', compacted: false, partitions: 'one', retentionMs: 30 * day },
} as const satisfies Record<string, TopicSpec>;

export type TopicName = (typeof topics)[keyof typeof topics]['name'];

/** Kafka's default partitioner (murmur2 of the key, sign bit cleared), so that both backends place a key alike. */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(new TextEncoder().encode(key)) & 0x7fffffff) % partitions;
}

/** MurmurHash2, 32 bit, seed 0x9747b28c. Source: Apache Kafka, Utils.murmur2; Austin Appleby, public domain. */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ data.length;
  let i = 0;
  for (; i + 4 <= data.length; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    k = Math.imul(k, m);
    h = Math.imul(h, m) ^ k;
  }
  const rest = data.length - i;
  if (rest >= 3) h ^= data[i + 2]! << 16;
  if (rest >= 2) h ^= data[i + 1]! << 8;
  if (rest >= 1) {
    h ^= data[i]!;
    h = Math.imul(h, m);
  }
  h ^= h >>> 13;
  h = Math.imul(h, m);
  h ^= h >>> 15;
  return h;
}
