import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import pino from 'pino';
import { expect, test } from 'vitest';
import type { Bus } from '../shared/bus.ts';
import { openEmbedded } from './backends/index.ts';
import { parseConfig } from './config.ts';
import { createHold } from './holding.ts';
import { startIngest } from './part-ingest.ts';
import type { PartDeps } from './part.ts';

const log = pino({ level: 'silent' });

test('what a killed reader left half written holds up no heir: its pen is taken before the cursors are asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-part-ingest-'));
  const file = join(folder, 'posts.ndjson');
  writeFileSync(file, `${JSON.stringify({ id: 'a', ts: 1_500_000_000_000, text: 'whatsapp is down', author: 'x' })}\n`);
  const { bus: log0, store } = openEmbedded({ file: ':memory:', partitions: 1, mode: 'own', maxBytes: null });
  let takePen = () => {};
  const penTaken = new Promise<void>((resolve) => {
    takePen = resolve;
  });
  // as on Kafka: a reader of all that is there waits for an open transaction, and only its id's next owner ends that
  const bus: Bus = {
    ...log0,
    latest: (topic) => penTaken.then(() => log0.latest(topic)),
    async writer(name) {
      const writer = await log0.writer(name);
      if (name === 'source/posts') takePen();
      return writer;
    },
  };
  const read = parseConfig(JSON.stringify({ sources: { pushed: { type: 'http' }, posts: { type: 'lines', file } } }), null, {});
  if ('problems' in read) throw new Error(read.problems.map(({ message }) => message).join());
  const web = Fastify();
  const broken: Error[] = [];
  const failed = (error: Error): void => void broken.push(error);
  try {
    const ingest = await startIngest({
      config: read.config, log, web, failed, clock: Date.now, authorKey: new Uint8Array(16),
      backend: { bus, store, instance: 'in-1', holder: 'in-1/1' },
      hold: createHold({ bus, store, holder: 'in-1/1', patienceMs: 1, log, failed, pace: { leaseMs: 1_000, renewMs: 10 } }),
    } as unknown as PartDeps);
    await expect.poll(() => ingest.sources().map(({ source, posts }) => `${source} ${posts}`).toSorted(), { timeout: 60_000 }).toEqual(['posts 1', 'pushed@in-1 0']);
    await ingest.stop();
    expect(broken).toEqual([]);
  } finally {
    await web.close();
    await log0.close();
    rmSync(folder, { recursive: true });
  }
}, 90_000);
