// The ingest's part of a process: the sources that are this worker's. One that allows a single reader is held by one
// worker at a time; one that is pushed to has a name of its own in each, and whoever finds its worker dead ends it.
import { createIngest, type OpenSource } from '../ingest/ingest.ts';
import type { SourceStatus } from '../shared/source-status.ts';
import type { Running } from '../shared/bus.ts';
import { usualPace } from './holding.ts';
import type { PartDeps } from './part.ts';

export interface IngestPart extends Running {
  readonly sources: () => SourceStatus[];
  /** Resolves when all sources have come to their end here. */
  readonly done: Promise<void>;
}

const mark = '@';
const { leaseMs, renewMs } = usualPace;

export async function startIngest({ config, backend, authorKey, clock, log, web, failed, hold }: PartDeps): Promise<IngestPart> {
  const { bus, store, instance, holder } = backend;
  const ingest = createIngest({ bus, store, services: config.services, authorKey, instance: instance ?? 'one', clock, log, web, failed });
  const open = new Map<string, OpenSource>();
  const running: Running[] = [];
  const penOf = (name: string) => `source/${name}`;
  const pushed = config.sources.filter(({ definition }) => definition.workers === 'each').map(({ name }) => name);
  const ownName = (name: string) => (instance === null ? name : `${name}${mark}${instance}`);
  const ends: Promise<void>[] = [];

  async function retire(name: string): Promise<void> {
    const writer = await bus.writer(penOf(name));
    await ingest.retire(name, writer).finally(() => writer.close());
  }

  /** Ends what no configuration names, and what was pushed to a worker that is gone. */
  async function sweep(): Promise<void> {
    for (const name of await ingest.known()) {
      if (config.sources.some((one) => one.name === name && (instance === null || one.definition.workers === 'one'))) continue;
      const [base, at] = name.split(mark);
      if (base !== undefined && pushed.includes(base) && at !== undefined && at === instance) continue;
      // a store that does not answer says nothing of who lives
      if (!(await store.lease(penOf(name), holder, renewMs).catch(() => false))) continue;
      await retire(name);
      await store.release(penOf(name), holder).catch(() => {});
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

  for (const { name, definition, options } of inOrder) {
    if (definition.workers === 'each') {
      const own = ownName(name);
      const writer = await bus.writer(penOf(own));
      const lost = () => failed(new Error(`another worker runs as \`${instance}\`: give each its own --instance`));
      const keep = () => store.lease(penOf(own), holder, leaseMs).catch((error: unknown) => log.warn({ err: error }, 'the lease can not be kept'));
      await keep();
      const source = await ingest.open(own, definition, options, { writer, lost });
      const keeper = setInterval(() => void keep(), renewMs);
      open.set(own, source);
      ends.push(source.done);
      running.push({
        async stop() {
          clearInterval(keeper);
          await source.stop().finally(() => writer.close());
          await store.release(penOf(own), holder).catch(() => {});
        },
      });
      continue;
    }
    let ended = () => {};
    ends.push(new Promise((resolve) => {
      ended = resolve;
    }));
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

  return {
    sources: () => [...open.values()].map((one) => one.status()),
    done: Promise.all(ends).then(() => {}),
    async stop() {
      clearInterval(sweeper);
      const stops = await Promise.allSettled(running.map((one) => one.stop()));
      const broken = stops.find((one) => one.status === 'rejected');
      if (broken !== undefined) throw broken.reason as Error;
    },
  };
}
