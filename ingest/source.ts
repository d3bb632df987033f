// The contract of a source: how posts come in. One file a source under sources/, one line in its registry; options,
// help, reference docs and `outcry doctor` follow from the definition.
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Carries, SourceState } from '../shared/frame.ts';
import type { Notice, Tally } from '../shared/observation.ts';
import type { Post } from '../shared/post.ts';
import type { Service } from '../shared/service.ts';
import type { SourceSpend } from '../shared/source-status.ts';
import type { Store } from '../shared/store.ts';

/** What became of one post. Every reason is a metric. */
export type Outcome = { outcome: 'named'; mentions: number } | { outcome: 'unnamed' } | { outcome: 'dropped'; reason: string };

/**
 * Where a source hands over what it reads. Posts and the cursor that covers them are handed over in one synchronous
 * step, so that a frame never ends between a post and its cursor.
 */
export interface Intake {
  /** One post; `button` for a user's own report. Never throws. */
  post(post: Post, by?: 'button'): Outcome;
  /** One line of NDJSON in `bytes` from `start` to `end`, without its line break; parsed only where it names a service. Never throws. */
  line(bytes: Uint8Array, start: number, end: number): Outcome;
  /** The author took this post back. */
  deletion(id: string): void;
  /** What a service's own status page says. Of a service that nobody watches it is dropped. Never throws. */
  notice(notice: Omit<Notice, 'at'>): Outcome;
  /** How many posts the source counted for a service in a minute that is over. Never throws. */
  tally(tally: Tally): Outcome;
  /** Something that is no post was read and dropped; counts the reason. */
  dropped(reason: string): void;
  /** Everything handed over so far is covered by this cursor: a restart goes on from here. */
  cursor(value: string): void;
  /** A new state, with why, for people. `gap`: ms from and to when posts were missed for good. */
  state(state: SourceState, detail: string, gap?: { from: number; to: number }): void;
  /** Without a post: the source's own clock has come to `tsMs`, so the watermark may follow. */
  beat(tsMs: number): void;
  /** Resolves when there is room for more: wait for it between batches. */
  ready(): Promise<void>;
  /** Resolves when all that was handed over is durable; rejects when the log refuses it (the source may then answer "not accepted"). */
  accepted(): Promise<void>;
}

export interface SourceDeps {
  readonly name: string;
  readonly intake: Intake;
  /** The last cursor whose posts are durable; undefined on a first start. */
  readonly cursor: string | undefined;
  readonly clock: () => number;
  readonly log: Logger;
  readonly store: Store;
  /** The process's web server, not yet listening: a source that is pushed to adds its routes. */
  readonly web: FastifyInstance;
  /** Keyed hash for anything that tells people apart (an address, a session): the same person, the same hash. */
  readonly anonymise: (kind: string, value: string) => string;
  readonly knowsService: (id: string) => boolean;
  /** What is watched: for a source that asks for services by name. */
  readonly services: readonly Service[];
  /** Called once when the source has come to its end (a file was read through). */
  readonly ended: () => void;
}

export interface Source {
  /** Begins to read; resolves once it tries. Trouble is a state, not a rejection. Idempotent. */
  start(): Promise<void>;
  /** Lets go of everything; no call to the intake comes after it resolves. Idempotent. */
  stop(): Promise<void>;
  /** Of a source that costs money: what it has cost, and its caps. */
  spend?(): SourceSpend;
}

export interface SourceCheck {
  readonly ok: boolean;
  /** One line for a person: what was tried, what answered, what to do. */
  readonly detail: string;
}

export interface SourceDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly type: string;
  readonly summary: string;
  /** Options in outcry.yaml, each with a default where it can have one, and one line of help. */
  readonly options: Schema;
  /** true: hours without a post are nothing to worry about. */
  readonly silenceNormal: boolean;
  /** true: it carries only what rules picked. */
  readonly filtered: boolean;
  /** Reasons of its own for which it drops what it reads, each with what it means; those of any post are known. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** What it hands over; posts where it does not say. */
  readonly carries?: Carries;
  /** Sources of the same network know a person, and a post, by the same name. Without it each is a network of its own. */
  readonly network?: string;
  /** one: a single worker holds it at a time. each: every ingest worker opens its own (it is pushed to). */
  readonly workers: 'one' | 'each';
  /** How much later than its successors a post may come, ms. */
  readonly latenessMs: number;
  readonly create: (options: z.infer<Schema>, deps: SourceDeps) => Source;
  /** The smallest real call, for `outcry doctor`. */
  readonly check: (options: z.infer<Schema>, services: readonly Service[]) => Promise<SourceCheck>;
}
