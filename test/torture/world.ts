// Where a stream source is tortured: the real ingest on a real log, of which only counts are kept, so that a million posts
// fit. Posts are known by the number in their text.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import pino from 'pino';
import { openEmbedded } from '../../infra/backends/index.ts';
import { createIngest, type OpenSource } from '../../ingest/ingest.ts';
import type { SourceDefinition } from '../../ingest/source.ts';
import { decodeFrame } from '../../shared/frame.ts';
import { serviceSchema } from '../../shared/service.ts';
import { topics } from '../../shared/topics.ts';

export const start = Date.UTC(2026, 4, 3, 19, 30);
const services = [serviceSchema.parse({ id: 'whatsapp', name: 'WhatsApp' })];

export interface World {
  readonly source: OpenSource;
  /** How often the log holds each post. */
  readonly counts: Uint8Array;
  /** The greatest number that the log holds; -1 before any. */
  readonly last: () => number;
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  readonly frames: () => number;
  close(): Promise<void>;
}

/** `most`: numbers are below this. */
export async function openWorld(definition: SourceDefinition, options: unknown, most: number, clock: () => number): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-torture-'));
  const { bus, store } = openEmbedded({ file: join(folder, 'outcry.db'), partitions: 1, mode: 'own', maxBytes: null }, clock);
  const counts = new Uint8Array(most);
  const gaps: { from: number; to: number }[] = [];
  let last = -1;
  let frames = 0;
  const tail = bus.tail(topics.observations.name, 'start', (records) => {
    for (const record of records) {
      const read = decodeFrame(record.value!, false);
      if ('reason' in read) throw new Error(read.reason);
      frames += 1;
      if (read.frame.gap !== undefined) gaps.push(read.frame.gap);
      for (const { text } of read.frame.mentions) {
        const n = Number(/\d+/.exec(text)![0]);
        counts[n]! += 1;
        if (n > last) last = n;
      }
    }
  });
  const web = Fastify();
  const failures: Error[] = [];
  const ingest = createIngest({
    bus, store, services, authorKey: new Uint8Array(32).fill(7), instance: 'torture', clock, web,
    log: pino({ level: 'silent' }), failed: (error) => failures.push(error),
  });
  const source = await ingest.open('tortured', definition, options, { writer: { publish: bus.publish, close: async () => {} }, lost: () => {} });
  return {
    source, counts, gaps,
    last: () => last,
    frames: () => frames,
    async close() {
      await source.stop();
      await tail.stop();
      await web.close();
      await bus.close();
      rmSync(folder, { recursive: true, force: true });
      if (failures.length > 0) throw failures[0]!;
    },
  };
}
