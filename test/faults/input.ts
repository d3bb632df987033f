// What an undisturbed reading of the posts says: how many of each second, and every mention. The measure of what a
// faulty run may not have lost.
import Fastify from 'fastify';
import pino from 'pino';
import { createAnonymiser } from '../../ingest/author.ts';
import { createIntake } from '../../ingest/intake.ts';
import { createMatcher } from '../../ingest/match.ts';
import { createMentionMaker } from '../../ingest/mentions.ts';
import lines from '../../ingest/sources/lines.ts';
import { decodeFrame, type Frame } from '../../shared/frame.ts';
import type { Service } from '../../shared/service.ts';
import { topics } from '../../shared/topics.ts';

/** What frames say of a source's posts, in one partition or in all. */
export interface Reading {
  /** Posts by second of event time (ms / 1000). */
  readonly reads: Map<number, number>;
  /** Event time, ms, of each mention by `partition service id`. */
  readonly mentions: Map<string, number>;
}

export const mentionKey = (partition: number, service: string, id: string): string => `${partition} ${service} ${id}`;

/** Adds what a frame says of its posts. Of the reads, which every partition is told, those of partition 0 are enough. */
export function addFrame(reading: Reading, partition: number, frame: Frame, repeated: (ts: number) => void = () => {}): void {
  if (partition === 0) for (const [second, count] of frame.reads) reading.reads.set(second, (reading.reads.get(second) ?? 0) + count);
  for (const { service, id, ts } of frame.mentions) {
    const key = mentionKey(partition, service, id);
    if (reading.mentions.has(key)) repeated(ts);
    reading.mentions.set(key, ts);
  }
}

/** Reads the file as the source `lines` does, into nothing. */
export async function readUndisturbed(file: string, services: readonly Service[], partitions: number): Promise<Reading> {
  const reading: Reading = { reads: new Map(), mentions: new Map() };
  const matcher = createMatcher(services);
  const intake = createIntake({
    head: { source: 'posts', instance: 'one', epoch: 1, filtered: lines.filtered },
    latenessMs: lines.latenessMs, saved: undefined, clock: Date.now, frameMs: 20, frameBytes: 256 << 10,
    maker: createMentionMaker(services, matcher, createAnonymiser(new Uint8Array(16))),
    matcher,
    bus: {
      partitions: () => partitions,
      async publish(records) {
        for (const { topic, partition, value } of records) {
          if (topic !== topics.observations.name) continue;
          const decoded = decodeFrame(value!, false);
          if ('frame' in decoded) addFrame(reading, partition!, decoded.frame);
        }
      },
    },
    stateChanged: () => {},
    trouble(error) {
      if (error !== null) throw error;
    },
  });
  await new Promise<void>((resolve, reject) => {
    const source = lines.create(lines.options.parse({ file }), {
      name: 'posts', intake, cursor: undefined, clock: Date.now, log: pino({ level: 'silent' }), web: Fastify(),
      store: { get: async () => undefined, set: async () => {}, delete: async () => {}, entries: async () => new Map(), increment: async () => 1, lease: async () => true, release: async () => {} },
      anonymise: (_kind, value) => value,
      knowsService: () => true, services: [],
      ended: () => void intake.end(true).then(resolve, reject),
    });
    source.start().catch(reject);
  });
  return reading;
}
