// The page that shows ingest: a source hands over posts, its intake names services and closes frames, the log takes
// them. Each source has its own intake; one status line a second tells how it is.
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Keep } from '../shared/keep.ts';
import type { Bus, Running, Writer } from '../shared/bus.ts';
import { encodeFrame } from '../shared/frame.ts';
import type { Service } from '../shared/service.ts';
import { sourceStatusPrefix, type SourceStatus } from '../shared/source-status.ts';
import type { Store } from '../shared/store.ts';
import { topics } from '../shared/topics.ts';
import { createAnonymiser } from './author.ts';
import { createFramer } from './framer.ts';
import { createIntake, type SavedCursor } from './intake.ts';
import { createMatcher } from './match.ts';
import { createMentionMaker } from './mentions.ts';
import type { SourceDefinition } from './source.ts';

export interface IngestDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly services: readonly Service[];
  /** Key of the authors' hashes. */
  readonly authorKey: Uint8Array;
  readonly instance: string;
  readonly clock: () => number;
  readonly log: Logger;
  readonly web: FastifyInstance;
  readonly frameMs?: number;
  readonly frameBytes?: number;
  readonly failed: (error: Error) => void;
  /** Keeps what the matcher is made of. */
  readonly keep?: Keep;
}

/** A source's own pen: nobody else can write under its name while it holds. */
export interface SourceHold {
  readonly writer: Writer;
  /** Called when another worker has taken the source: nothing more of it can be written here. */
  readonly lost: () => void;
}

export interface OpenSource extends Running {
  readonly status: () => SourceStatus;
  /** Resolves when the source has come to its end and all of it is durable; never for a live one. */
  readonly done: Promise<void>;
}

export interface Ingest {
  /** Opens a source under a name of the configuration's; goes on from its cursor. */
  open(name: string, definition: SourceDefinition, options: unknown, hold: SourceHold): Promise<OpenSource>;
  /** The sources that the log knows, by name, each with a mark that changes while it is read: at least once a second. */
  known(): Promise<Map<string, string>>;
  /**
   * Ends a source that nobody opens any more. One whose process was killed, and which was then
   * renamed or removed, would else stay live in the log for ever and hold its partitions' time.
   */
  retire(name: string, writer: Writer): Promise<void>;
}

const statusEveryMs = 1_000;
const statusTtlMs = 24 * 3_600_000;

export function createIngest(deps: IngestDeps): Ingest {
  const { bus, store, services, clock, log } = deps;
  const matcher = createMatcher(services, deps.keep);
  const anonymise = createAnonymiser(deps.authorKey);
  const maker = createMentionMaker(services, matcher, anonymise);
  const sampleSeed = Buffer.from(anonymise('sampling', ''), 'base64url').readInt32BE();

  async function savedCursors(): Promise<Map<string, SavedCursor>> {
    const records = await bus.latest(topics.cursors.name);
    return new Map([...records].map(([name, { value }]) => [name, JSON.parse(new TextDecoder().decode(value!)) as SavedCursor]));
  }

  return {
    known: async () => new Map([...(await savedCursors())].map(([name, saved]) => [name, JSON.stringify(saved)])),
    async retire(name, writer) {
      const saved = (await savedCursors()).get(name);
      if (saved === undefined) return;
      const { cursor, seq, epoch } = saved;
      const frames = createFramer({ source: name, instance: deps.instance, epoch: epoch + 1, filtered: false }, bus.partitions(topics.observations.name))
        .close('closed', 0, seq, cursor)
        .map(({ partition, frame }) => ({ topic: topics.observations.name, partition, key: name, value: encodeFrame(frame) }));
      // a place in a stream is kept: the source may be configured again
      const forgotten = cursor === '' ? [{ topic: topics.cursors.name, key: name, value: null }] : [];
      await writer.publish([...frames, ...forgotten]);
    },
    async open(name, definition, options, { writer, lost }) {
      const saved = (await savedCursors()).get(name);
      const about = { state: 'blind' as SourceStatus['state'], detail: 'starting', since: clock() };
      const ownLog = log.child({ source: name });

      const intake = createIntake({
        head: { source: name, instance: deps.instance, epoch: Math.max(clock(), (saved?.epoch ?? 0) + 1), filtered: definition.filtered, ...(definition.carries === undefined ? {} : { carries: definition.carries }) },
        // a source that is pushed to has a name of its own in each worker
        network: definition.network ?? name.split('@')[0]!,
        latenessMs: definition.latenessMs,
        saved, maker, clock,
        bus: { partitions: bus.partitions, publish: writer.publish },
        matcher, sampleSeed,
        frameMs: deps.frameMs ?? 20,
        frameBytes: deps.frameBytes ?? 256 << 10,
        stateChanged(state, detail) {
          if (state !== about.state || detail !== about.detail) ownLog.info({ state, detail }, 'source');
          if (state !== about.state) about.since = clock();
          about.state = state;
          about.detail = detail;
        },
        trouble(error) {
          if (error === null) return;
          ownLog.error({ code: error.code }, error.message);
          if (error.code === 'fenced') lost();
          else if (!error.retry) deps.failed(error);
        },
      });

      let finish = () => {};
      const done = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const source = definition.create(options, {
        name, intake, clock, store,
        cursor: saved?.cursor,
        log: ownLog,
        web: deps.web,
        anonymise,
        services,
        knowsService: (id) => maker.serviceOf(id) !== undefined,
        ended: () => {
          about.state = 'closed';
          about.detail = 'read to its end';
          void intake.end(true).then(finish, deps.failed);
        },
      });

      const status = (): SourceStatus => ({
        source: name, type: definition.type, instance: deps.instance,
        state: about.state, since: about.since, detail: about.detail,
        silenceNormal: definition.silenceNormal,
        ...(definition.carries === undefined ? {} : { carries: definition.carries }),
        lastPostAt: intake.counts.lastPostAt,
        watermark: intake.counts.posts > 0 ? intake.watermark() : null,
        posts: intake.counts.posts, mentions: intake.counts.mentions, late: intake.counts.late,
        ...(source.spend === undefined ? {} : { spend: source.spend() }),
        dropped: { ...Object.fromEntries(intake.counts.dropped), ...(intake.counts.sampled === 0 ? {} : { sampled: intake.counts.sampled }) },
        at: clock(),
      });
      const tell = () => store.set(sourceStatusPrefix + name, JSON.stringify(status()), statusTtlMs).catch((error: unknown) => ownLog.warn({ err: error }, 'status not stored'));
      const teller = setInterval(() => void tell(), statusEveryMs);
      await source.start();
      await tell();

      let stopped: Promise<void> | undefined;
      return {
        status,
        done,
        stop() {
          stopped ??= (async () => {
            await source.stop();
            clearInterval(teller);
            if (about.state !== 'closed') about.detail = 'stopped';
            about.state = 'closed';
            await intake.end(false);
            await tell();
            finish();
          })();
          return stopped;
        },
      };
    },
  };
}
