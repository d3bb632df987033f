// The chain that the bench measures: NDJSON through a source's intake to incidents, in this process, either over the
// embedded Bus with its file on disk, as it runs for real, or straight into the folds, which shows what the Bus adds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import pino from 'pino';
import { createDetector } from '../../detector/detector.ts';
import { createJudge } from '../../detector/judge.ts';
import { readLexicons } from '../../detector/lexicon.ts';
import { detectorSettingsSchema } from '../../detector/settings.ts';
import { createFoldThrough } from '../../infra/fold-through.ts';
import { openEmbedded } from '../../infra/backends/index.ts';
import { createAnonymiser } from '../../ingest/author.ts';
import { createIntake, type OwnIntake } from '../../ingest/intake.ts';
import { createMatcher } from '../../ingest/match.ts';
import { createMentionMaker } from '../../ingest/mentions.ts';
import lines from '../../ingest/sources/lines.ts';
import type { Bus } from '../../shared/bus.ts';
import type { Service } from '../../shared/service.ts';
import { topics } from '../../shared/topics.ts';

export const partitions = 4;
export const authorKey = new TextEncoder().encode('a key for the bench only');
export const settings = detectorSettingsSchema.parse({});

export type Through = 'bus' | 'folds';

export interface Chain {
  readonly intake: OwnIntake;
  /** Reads a file of posts to its end, as the source `lines` does, and waits until it stands in the log. */
  read(file: string): Promise<void>;
  /** Resolves when the detector has folded all that the log holds. */
  drained(): Promise<void>;
  incidents(): number;
  close(): Promise<void>;
}

interface Opened {
  readonly bus: Pick<Bus, 'partitions' | 'publish'>;
  drained(): Promise<void>;
  incidents(): number;
  close(): Promise<void>;
}

/** Opens a chain for these services. Whatever it costs to make matcher and judge is paid here, not per post. */
export async function openChain(services: readonly Service[], through: Through): Promise<Chain> {
  const judge = createJudge(readLexicons(), services);
  const opened = through === 'bus' ? await openBus(services, judge) : openFolds(services, judge);
  const matcher = createMatcher(services);
  const log = pino({ level: 'silent' });
  const intake = createIntake({
    head: { source: 'bench', instance: 'bench', epoch: 1, filtered: false },
    latenessMs: lines.latenessMs,
    saved: undefined,
    bus: opened.bus,
    maker: createMentionMaker(services, matcher, createAnonymiser(authorKey)),
    matcher,
    clock: Date.now,
    frameMs: 20,
    frameBytes: 256 << 10,
    stateChanged: () => {},
    trouble(error) {
      if (error !== null) throw error;
    },
  });
  return {
    intake,
    async read(file) {
      await new Promise<void>((resolve, reject) => {
        const source = lines.create(lines.options.parse({ file }), {
          name: 'bench', intake, cursor: undefined, clock: Date.now, log, web: Fastify(),
          store: { get: async () => undefined, set: async () => {}, delete: async () => {}, entries: async () => new Map(), increment: async () => 1, lease: async () => true, release: async () => {} },
          anonymise: (_kind, value) => value,
          knowsService: () => true, services: [],
          ended: () => void intake.end(true).then(resolve, reject),
        });
        source.start().catch(reject);
      });
    },
    drained: opened.drained,
    incidents: opened.incidents,
    close: opened.close,
  };
}

async function openBus(services: readonly Service[], judge: ReturnType<typeof createJudge>): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-bench-'));
  const { bus } = openEmbedded({ file: join(folder, 'outcry.db'), partitions, mode: 'own', maxBytes: null });
  const found = new Set<string>();
  const role = await bus.work(
    {
      name: 'detector', input: topics.observations.name, scope: 'partition', output: topics.incidents.name,
      create: (part) => createDetector({ settings, settingsHash: 'bench', judge, services, part, partitions }),
    },
    (error) => {
      throw error;
    },
  );
  bus.tail(topics.incidents.name, 'start', (records) => {
    for (const { key } of records) if (key !== 'progress') found.add(key);
  });
  return {
    bus,
    async drained() {
      while (bus.progress().some(({ live, lag }) => !live || lag > 0)) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    incidents: () => found.size,
    async close() {
      await role.stop();
      await bus.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openFolds(services: readonly Service[], judge: ReturnType<typeof createJudge>): Opened {
  const found = new Set<string>();
  const bus = createFoldThrough({
    partitions, services, settings, settingsHash: 'bench', judge,
    alert: (alert) => found.add(alert.incident.service),
    evidence: () => {},
  });
  return { bus, drained: async () => {}, incidents: () => found.size, close: async () => {} };
}
