// A fold's state as records of the compacted snapshots topic: a record for each part under `<role>/<part>/<key>`, and one
// under `<role>/<part>` that says at which offsets they stand. Written in one transaction with those offsets, so the
// latest records of an owner always belong together. Only what changed is written again.
import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { InRecord, OutRecord, SnapshotPart } from '../../../shared/bus.ts';
import { topics } from '../../../shared/topics.ts';

/** A part larger than this is cut: a record must fit into max.message.bytes with room to spare. */
const mostPieceBytes = 512 << 10;
const pieceMark = '\u0000';

const headSchema = z.object({
  v: z.literal(1),
  offsets: z.array(z.tuple([z.number().int(), z.number().int()])).describe('input partition and offset of the first record that is not in the state'),
  parts: z.number().int().describe('how many parts there are'),
  pieces: z.record(z.string(), z.number().int()).describe('parts that were cut, and into how many pieces'),
});

export interface StoredSnapshot {
  readonly parts: readonly SnapshotPart[];
  /** By input partition: offset of the first record that is not in the state. */
  readonly offsets: ReadonlyMap<number, number>;
}

export interface Snapshots {
  /** Keys that begin so, or are so without the last slash, are this owner's. */
  readonly prefix: string;
  /** The snapshot among the latest records of the topic, or null on a first start. Throws where it is not whole: our own corruption. */
  load(latest: ReadonlyMap<string, InRecord>): StoredSnapshot | null;
  /** The records that make `parts`, standing at `offsets`, the stored snapshot. To be committed, or this object given up. */
  store(parts: readonly SnapshotPart[], offsets: ReadonlyMap<number, number>): OutRecord[];
}

export function createSnapshots(role: string, part: string): Snapshots {
  const owner = `${role}/${part}`;
  const prefix = `${owner}/`;
  let written = new Map<string, Uint8Array>();
  const piecesOf = (value: Uint8Array): number => Math.max(1, Math.ceil(value.length / mostPieceBytes));
  const keyOf = (key: string, piece: number): string => (piece === 0 ? prefix + key : `${prefix}${key}${pieceMark}${piece}`);
  const record = (key: string, value: Uint8Array | null): OutRecord => ({ topic: topics.snapshots.name, key, value });

  return {
    prefix,
    load(latest) {
      const head = latest.get(owner);
      if (head === undefined || head.value === null) return null;
      const { offsets, parts: count, pieces } = headSchema.parse(JSON.parse(new TextDecoder().decode(head.value)));
      const parts: SnapshotPart[] = [];
      for (const [key, { value }] of latest) {
        if (!key.startsWith(prefix) || key.includes(pieceMark)) continue;
        const name = key.slice(prefix.length);
        const cut = pieces[name] ?? 1;
        const values = Array.from({ length: cut }, (_, i) => (i === 0 ? value : latest.get(keyOf(name, i))?.value));
        if (values.some((one) => one === undefined || one === null)) throw new Error(`the snapshot of ${owner} lacks a piece of \`${name}\``);
        parts.push({ key: name, value: cut === 1 ? value! : Buffer.concat(values as Uint8Array[]) });
      }
      if (parts.length !== count) throw new Error(`the snapshot of ${owner} should have ${count} parts and has ${parts.length}`);
      written = new Map(parts.map((one) => [one.key, one.value]));
      return { parts: parts.sort((a, b) => (a.key < b.key ? -1 : 1)), offsets: new Map(offsets) };
    },
    store(parts, offsets) {
      const records: OutRecord[] = [];
      const now = new Map<string, Uint8Array>();
      const pieces: Record<string, number> = {};
      for (const { key, value } of parts) {
        const former = written.get(key);
        const cut = piecesOf(value);
        now.set(key, value);
        if (cut > 1) pieces[key] = cut;
        if (former === value || (former !== undefined && sameBytes(former, value))) continue;
        for (let i = 0; i < cut; i++) records.push(record(keyOf(key, i), cut === 1 ? value : value.subarray(i * mostPieceBytes, (i + 1) * mostPieceBytes)));
        for (let i = cut; former !== undefined && i < piecesOf(former); i++) records.push(record(keyOf(key, i), null));
      }
      for (const [key, value] of written) {
        if (now.has(key)) continue;
        for (let i = 0; i < piecesOf(value); i++) records.push(record(keyOf(key, i), null));
      }
      written = now;
      const head: z.input<typeof headSchema> = { v: 1, offsets: [...offsets], parts: parts.length, pieces };
      return [...records, record(owner, new TextEncoder().encode(JSON.stringify(head)))];
    },
  };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
