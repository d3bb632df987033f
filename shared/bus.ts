// The Bus: the durable log behind which a backend stands. Whatever must last goes through it.
import type { TopicName } from './topics.ts';

/** A record to write. Without a partition the key decides (shared/topics.ts). A null value erases a compacted key. */
export interface OutRecord {
  readonly topic: TopicName;
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly partition?: number;
}

/** A record as read. Offsets grow within a partition; they need not be dense. */
export interface InRecord {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}

export type Emit = (record: OutRecord) => void;

/** One named piece of a fold's state. All pieces of one snapshot belong together. */
export interface SnapshotPart {
  readonly key: string;
  readonly value: Uint8Array;
}

/**
 * A role's state machine over one input: pure, no clock, no I/O. Same records in, same emissions out.
 */
export interface Fold {
  /** Before anything else, with the parts of the last snapshot; empty on a first start. An unreadable part throws: our own corruption. */
  restore(parts: readonly SnapshotPart[]): void;
  /** Each record once, in order. While the Bus replays what was already committed, emissions are discarded. */
  fold(record: InRecord, emit: Emit): void;
  /**
   * Once, after the silent replay and before the first new record: `published` is what this fold's output topic
   * already holds for its input (oldest first). Emit what differs, so that changed code or settings correct themselves.
   */
  live(published: readonly InRecord[], emit: Emit): void;
  /** The whole state. Called between records; must not change it. */
  snapshot(): SnapshotPart[];
}

export interface Role {
  /** Consumer group and owner of the snapshots. */
  readonly name: string;
  readonly input: TopicName;
  /** partition: a fold for each input partition. topic: one fold that reads them all, with one active owner. */
  readonly scope: 'partition' | 'topic';
  /** The topic that `live` compares with. */
  readonly output: TopicName;
  /** `part` is the partition's number, or `all`. */
  readonly create: (part: string) => Fold;
}

export interface Running {
  /** Stops after the batch in hand is committed. Idempotent. */
  stop(): Promise<void>;
}

export interface RoleProgress {
  readonly role: string;
  readonly part: string;
  /** true once the silent replay is done. */
  readonly live: boolean;
  /** Records behind the end of the input. */
  readonly lag: number;
}

/** The one writer of a name: see Bus.writer. */
export interface Writer {
  /** As Bus.publish, and readers see all of it or nothing. Rejects with `fenced` once another has opened this name. */
  publish(records: readonly OutRecord[]): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface Bus {
  /** How many partitions a topic has. */
  partitions(topic: TopicName): number;

  /**
   * Writes records in order. Resolves when they are durable; rejects with a BusError when none of them is promised,
   * and the caller keeps them and tries again. A record put last is never kept without those before it.
   */
  publish(records: readonly OutRecord[]): Promise<void>;

  /**
   * The one writer of `name` from now on: whoever opened it before, in any process, is fenced and writes nothing more.
   * For what only one worker may do, however long the former one was paused.
   */
  writer(name: string): Promise<Writer>;

  /**
   * Runs a role: restores each fold from its snapshot, replays silently up to the committed offset, then commits
   * outputs, input offsets and now and then a snapshot in one step. A fold that throws stops the process: `failed`
   * is called once with the error.
   */
  work(role: Role, failed: (error: Error) => void): Promise<Running>;

  /** How far each role has come. */
  progress(): readonly RoleProgress[];

  /**
   * Reads a topic outside any group, from its start or from now on, calling `each` with records in order within a
   * partition, one batch at a time. `caughtUp` is called once when what was there at the start has been read.
   */
  tail(topic: TopicName, from: 'start' | 'now', each: (records: readonly InRecord[]) => void | Promise<void>, caughtUp?: () => void): Running;

  /** The latest record of each key of a compacted topic; erased keys are left out. */
  latest(topic: TopicName): Promise<Map<string, InRecord>>;

  /** Resolves when the backend answers; rejects with a BusError that says what is wrong. For readiness and doctor. */
  check(): Promise<void>;

  /** Stops all roles and tails, then closes. Idempotent. */
  close(): Promise<void>;
}

/** A backend's trouble, with what a person can do about it. `retry`: the same call may succeed later. */
export class BusError extends Error {
  readonly code: 'full' | 'read-only' | 'corrupt' | 'locked' | 'closed' | 'fenced' | 'unavailable';
  readonly retry: boolean;
  constructor(code: BusError['code'], message: string, retry: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'BusError';
    this.code = code;
    this.retry = retry;
  }
}
