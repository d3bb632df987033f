// The ingest's part of a process: the sources that are this worker's. One that allows a single reader is held by one
// worker at a time; one that is pushed to has a name of its own in each, and whoever finds its worker dead ends it.
import { createIngest, type OpenSource } from '../ingest/ingest.ts';
import type { SourceStatus } from '../shared/source-status.ts';
import type { Running } from '../shared/bus.ts';
import { usualPace } from './holding.ts';
import type { PartDeps } from './part.ts';
import { stored } from './stored.ts';

export interface IngestPart extends Running {
  readonly sources: () => SourceStatus[];
  /** Resolves when all sources have come to their end here. */
  readonly done: Promise<void>;
}

const mark = '@';
/** How often a source must be found as it was, `leaseMs` apart, before its worker counts as dead. */
const looksBeforeDead = 3;
const { leaseMs } = usualPace;

export async function startIngest({ config, backend, authorKey, clock, log, web, failed, hold }: PartDeps): Promise<IngestPart> {
  const { bus, store, instance } = backend;
  const ingest = createIngest({ bus, store, services: config.services, authorKey, instance: instance ?? 'one', clock, log, web, failed, keep: stored });
  const open = new Map<string, OpenSource>();
  const running: Running[] = [];
  const penOf = (name: string) => `source/${name}`;
  const ownName = (name: string) => (instance === null ? name : `${name}${mark}${instance}`);
  const ends: Promise<void>[] = [];

  async function retire(name: string): Promise<void> {
    const writer = await bus.writer(penOf(name));
    await ingest.retire(name, writer).finally(() => writer.close());
  }

  const isOurs = (name: string): boolean =>
    config.sources.some((one) => (one.definition.workers === 'one' || instance === null ? one.name : ownName(one.name)) === name);
  /** How many looks in a row found a source as it was; `over` once we ended it. */
  const still = new Map<string, { mark: string; looks: number; over: boolean }>();

  /**
   * Ends what no configuration names, and what was pushed to a worker that is gone: a source that lives moves on in the
   * log. Only the log is asked, since a Store that was wiped says nothing of who lives.
   */
  async function sweep(): Promise<void> {
    const known = await ingest.known().catch((error: unknown) => {
      // while the log does not answer, nobody can move on
      still.clear();
      throw error;
    });
    for (const [name, mark] of known) {
      if (isOurs(name)) continue;
      const before = still.get(name);
      const now = before?.mark === mark ? { ...before, looks: before.looks + 1 } : { mark, looks: 0, over: false };
      still.set(name, now);
      if (now.over || (instance !== null && now.looks < looksBeforeDead)) continue;
      await retire(name);
      still.set(name, { ...now, over: true });
    }
  }

  let sweeping: Promise<void> | undefined;
  const sweepSoon = (): void => {
    sweeping ??= sweep()
      .catch((error: unknown) => void log.warn({ err: error }, 'sources of workers that are gone can not be ended now'))
      .finally(() => {
        sweeping = undefined;
      });
  };
  // Where others may have died, what the log knows is told only once their open writes are ended, and a killed worker's
  // are ended by its heir: that is perhaps us, so nothing here may wait before the pens are taken.
  if (instance === null) await sweep();
  else sweepSoon();
  const sweeper = instance === null ? undefined : setInterval(sweepSoon, leaseMs);
  const held = config.sources.filter(({ definition }) => definition.workers !== 'each');
  const inOrder = instance === null ? config.sources : [...held, ...config.sources.filter((one) => !held.includes(one))];

  async function stop(): Promise<void> {
    clearInterval(sweeper);
    const stops = await Promise.allSettled(running.map((one) => one.stop()));
    const broken = stops.find((one) => one.status === 'rejected');
    if (broken !== undefined) throw broken.reason as Error;
  }

  async function openPushed(name: string, { definition, options }: (typeof config.sources)[number]): Promise<void> {
    const writer = await bus.writer(penOf(name));
    const lost = () => failed(new Error(`${name} was ended by another worker: either it runs as \`${instance}\` too (give each its own --instance), or this one was away for so long that it counted as dead`));
    const source = await ingest.open(name, definition, options, { writer, lost });
    open.set(name, source);
    ends.push(source.done);
    running.push({ stop: () => source.stop().finally(() => writer.close()) });
  }

  async function holdOne({ name, definition, options }: (typeof config.sources)[number]): Promise<void> {
    const { promise, resolve: ended } = Promise.withResolvers<void>();
    ends.push(promise);
    running.push(
      await hold(penOf(name), async (pen) => {
        const source = await ingest.open(name, definition, options, pen);
        open.set(name, source);
        let here = true;
        void source.done.then(() => (here ? ended() : undefined));
        return {
          async stop() {
            here = false;
            open.delete(name);
            await source.stop();
          },
        };
      }),
    );
  }

  try {
    for (const one of inOrder) await (one.definition.workers === 'each' ? openPushed(ownName(one.name), one) : holdOne(one));
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }

  return {
    sources: () => [...open.values()].map((one) => one.status()),
    done: Promise.all(ends).then(() => {}),
    stop,
  };
}
