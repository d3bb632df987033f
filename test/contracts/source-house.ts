// A house for one source under test: a folder with a log, an ingest and a web server, which can be stopped, killed and
// opened again, whose log can stall, and whose frames and bytes can be looked at.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import { openEmbedded } from '../../infra/backends/index.ts';
import { createIngest, type OpenSource } from '../../ingest/ingest.ts';
import type { SourceDefinition } from '../../ingest/source.ts';
import { BusError, type Bus, type OutRecord } from '../../shared/bus.ts';
import { decodeFrame, type Frame } from '../../shared/frame.ts';
import type { Mention } from '../../shared/observation.ts';
import type { Service } from '../../shared/service.ts';
import { topics } from '../../shared/topics.ts';

export const start = Date.UTC(2026, 4, 3, 19, 30);

export interface Opened {
  readonly source: OpenSource;
  readonly web: FastifyInstance;
  /** Address of the web server. */
  readonly address: string;
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

function carriesMentions({ topic, value }: OutRecord): boolean {
  if (topic !== topics.observations.name || value === null) return false;
  const read = decodeFrame(value, false);
  return 'frame' in read && read.frame.mentions.length > 0;
}

/** One folder with a log; `open` after `kill` or `stop` is a restart of the process. */
export function createHouse(services: readonly Service[], clock: () => number) {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-source-'));
  let embedded: ReturnType<typeof openEmbedded> | undefined;
  let opening: Promise<Opened> | undefined;
  let held: Promise<void> | undefined;
  let letGo = () => {};
  let published = 0;
  let watch: (count: number) => void = () => {};
  const seen: Mention[] = [];
  let seenTo = 0;

  const gated = (bus: Bus, isDead: () => boolean): Bus => ({
    ...bus,
    async publish(records: readonly OutRecord[]) {
      await held;
      if (isDead()) throw new BusError('closed', 'this process is dead', false);
      await bus.publish(records);
      if (!records.some(carriesMentions)) return;
      published += 1;
      watch(published);
    },
  });

  async function openNow(definition: SourceDefinition, options: unknown): Promise<Opened> {
    const life = { dead: false };
    house.openBeside = async (other, its) => ({ ...(await house.opened()), source: await ingest.open('beside', other, its, pen) });
    house.kill = async () => {
      life.dead = true;
      const { source, web } = (await opening?.catch(() => undefined)) ?? {};
      opening = undefined;
      // what a dead process leaves is the file as it is; its sockets, which the system would close, are closed by stop()
      await source?.stop().catch(() => undefined);
      await web?.close();
      await embedded?.bus.close();
      embedded = undefined;
    };
    house.reopen();
    const { bus, store } = embedded!;
    const web = Fastify({ bodyLimit: 1 << 20 });
    const log = gated(bus, () => life.dead);
    const pen = { writer: { publish: log.publish, close: async () => {} }, lost: () => {} };
    const ingest = createIngest({
      bus: log, store, services, authorKey: new Uint8Array(32).fill(7), instance: 'test', clock,
      log: pino({ level: 'silent' }), web, failed: (error) => {
        if (!life.dead) throw error;
      },
    });
    const source = await ingest.open('under-test', definition, options, pen);
    const address = await web.listen({ host: '127.0.0.1', port: 0 });
    return { source, web, address };
  }

  const house = {
    folder,
    bus: (): Bus => embedded!.bus,
    published: () => published,
    /** Called after each publish that carries mentions, with how many there were. */
    onPublish(next: (count: number) => void) {
      published = 0;
      watch = next;
    },
    /** The log answers nothing until the returned function is called. */
    hold(): () => void {
      held = new Promise((resolve) => {
        letGo = resolve;
      });
      return () => {
        letGo();
        held = undefined;
      };
    },
    /** Opens the log, and follows it. */
    reopen(): void {
      if (embedded !== undefined) return;
      embedded = openEmbedded({ file: join(folder, 'outcry.db'), partitions: 4, mode: 'own', maxBytes: null }, clock);
      embedded.bus.tail(topics.observations.name, 'start', (records) => {
        for (const record of records) {
          if (record.offset <= seenTo) continue;
          seenTo = record.offset;
          const frame = decodeFrame(record.value!, false);
          if ('frame' in frame) seen.push(...frame.frame.mentions);
        }
      });
    },
    /** What has been read of the log so far: for waiting, not for judging. */
    seen: (): readonly Mention[] => seen,
    open(definition: SourceDefinition, options: unknown): Promise<Opened> {
      // what ends it may come before it is all open
      opening = openNow(definition, options);
      return opening;
    },
    opened: (): Promise<Opened> => opening!,
    /** A second source in the same process, before it listens. */
    openBeside: async (_definition: SourceDefinition, _options: unknown): Promise<Opened> => opening!,
    /** The process dies: nothing more reaches the file. */
    kill: async () => {},
    async stop() {
      const { source, web } = (await opening?.catch(() => undefined)) ?? {};
      opening = undefined;
      await source?.stop();
      await web?.close();
    },
    async frames(): Promise<Frame[]> {
      house.reopen();
      const found: Frame[] = [];
      let tail: { stop(): Promise<void> } | undefined;
      await new Promise<void>((resolve) => {
        tail = embedded!.bus.tail(topics.observations.name, 'start', (records) => {
          for (const record of records) {
            const frame = decodeFrame(record.value!, true);
            if ('reason' in frame) throw new Error(frame.reason);
            found.push(frame.frame);
          }
        }, resolve);
      });
      await tail?.stop();
      return found;
    },
    async mentions(): Promise<Mention[]> {
      return (await house.frames()).flatMap((frame) => frame.mentions);
    },
    /** All bytes that the log has on disk. */
    bytes: (): Buffer => Buffer.concat(readdirSync(folder).filter((name) => name.startsWith('outcry.db')).map((name) => readFileSync(join(folder, name)))),
    async close() {
      letGo();
      held = undefined;
      await house.stop();
      await embedded?.bus.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return house;
}
export type House = ReturnType<typeof createHouse>;
