// One source's intake: posts to mentions, mentions to frames, frames to the log with the cursor behind them. It holds
// what is not yet durable, and makes the source wait when that grows.
import { encodeFrame, type SourceState } from '../shared/frame.ts';
import { BusError, type Bus, type OutRecord } from '../shared/bus.ts';
import type { Mention } from '../shared/observation.ts';
import { readPost, type Post } from '../shared/post.ts';
import { topics } from '../shared/topics.ts';
import { createFramer, type FrameHead } from './framer.ts';
import { createLineScanner } from './line.ts';
import type { Matcher } from './match.ts';
import type { MentionMaker } from './mentions.ts';
import { authorHash, createSampling, isTaken, type StoredSampling } from './sampling.ts';
import type { Intake, Outcome } from './source.ts';
import { createWatermark, futureMs } from './watermark.ts';

/** A source's place in its stream, in the cursors topic: what a restart needs to go on and to judge lateness alike. */
export interface SavedCursor {
  readonly v: 1;
  readonly cursor: string;
  readonly seq: number;
  readonly greatest: number;
  /** Of the worker that wrote it: the next one's is greater, whatever the clock says. */
  readonly epoch: number;
  /** Services that are read in part. */
  readonly sampled?: StoredSampling;
}

export interface IntakeCounts {
  posts: number;
  mentions: number;
  late: number;
  /** Mentions passed over: of these services one author in n is read. */
  sampled: number;
  lastPostAt: number | null;
  readonly dropped: Map<string, number>;
}

export interface IntakeDeps {
  readonly head: FrameHead;
  /** Where the source's authors are known by their names: the same in each source of a network, and in each worker. The source's name where it is not said. */
  readonly network?: string;
  readonly latenessMs: number;
  readonly saved: SavedCursor | undefined;
  readonly bus: Pick<Bus, 'partitions' | 'publish'>;
  readonly maker: MentionMaker;
  /** Of the maker's services. */
  readonly matcher: Matcher;
  /** 32 secret bits: which authors are read of a service of whom too much is said. */
  readonly sampleSeed?: number;
  readonly clock: () => number;
  /** A frame closes after this time or size, whichever comes first. */
  readonly frameMs: number;
  readonly frameBytes: number;
  readonly stateChanged: (state: SourceState, detail: string) => void;
  /** A refusal of the log that is being retried, or null when it is over. */
  readonly trouble: (error: BusError | null) => void;
}

export interface OwnIntake extends Intake {
  readonly counts: IntakeCounts;
  watermark(): number;
  /**
   * Sends the last frame, `closed`, and waits until it is durable. `complete`: nothing will ever follow, so the
   * watermark passes the last post; otherwise a later start goes on where this one stopped.
   */
  end(complete: boolean): Promise<void>;
}

/** Posts that wait for the log before a source is told to wait, in bytes. */
const roomBytes = 4 << 20;
/** A frame that only counts posts may wait this long: it holds nothing but the progress of time. */
const idleFrameMs = 250;
/** After a write the log rests for as long as that took, but no longer than this: each costs the brokers the same, however much is in it. */
const mostRestMs = 100;
const retryMs = 500;

export function createIntake(deps: IntakeDeps): OwnIntake {
  const { head, bus, clock, maker, network = deps.head.source, sampleSeed = 0 } = deps;
  const partitions = bus.partitions(topics.observations.name);
  const framer = createFramer(head, partitions);
  const mark = createWatermark(deps.latenessMs, deps.saved?.greatest);
  const counts: IntakeCounts = { posts: 0, mentions: 0, late: 0, sampled: 0, lastPostAt: null, dropped: new Map() };
  const ids = maker.services.map(({ id }) => id);
  const places = new Map(ids.map((id, place) => [id, place]));
  const sampling = createSampling(ids, deps.saved?.sampled);
  const scanner = createLineScanner(deps.matcher, { passed: sampling.inPart });
  let state: SourceState = 'blind';
  let detail = '';
  /** ms: the clock went back behind this watermark, before which every post is late. */
  let backUntil: number | undefined;
  let seq = deps.saved?.seq ?? 0;
  let cursor = deps.saved?.cursor ?? '';
  let timer: NodeJS.Timeout | undefined;
  let closesSoon = false;
  let stateTold = false;
  let dirty = false;
  let sending: Promise<void> = Promise.resolve();
  let unsent = 0;
  /** The write after the one on its way, of all who wait to hear that what they gave is durable. */
  let together: Promise<void> | undefined;
  /** By performance.now(). */
  let restUntil = 0;
  let ending = false;

  function dropped(reason: string): Outcome {
    counts.dropped.set(reason, (counts.dropped.get(reason) ?? 0) + 1);
    return { outcome: 'dropped', reason };
  }

  /** Time and count of one post, named or not. Undefined: dropped as dated in the future. */
  function read(ts: number): { late: number | undefined } | undefined {
    const now = clock();
    if (ts > now + futureMs) return undefined;
    const late = mark.judge(ts);
    seq++;
    counts.posts++;
    if (late !== undefined) counts.late++;
    counts.lastPostAt = now;
    framer.read(Math.floor((late ?? ts) / 1000));
    touch();
    return { late };
  }

  function take(post: Post, button: boolean): Outcome {
    const time = read(post.ts);
    if (time === undefined) return dropped('future');
    const mentions = maker.mentionsOf(post, network, seq, time.late, button);
    if (mentions.length === 0) return { outcome: 'unnamed' };
    let taken = 0;
    for (const mention of mentions) {
      const n = sampling.count(places.get(mention.service)!, post.ts);
      if (n > 1 && !isRead(mention, post.author, n)) {
        counts.sampled++;
        maker.passedOver(network, mention);
      } else {
        framer.mention(n === 1 ? mention : { ...mention, standsFor: n });
        taken++;
      }
    }
    if (taken > 0) touch();
    counts.mentions += taken;
    return { outcome: 'named', mentions: taken };
  }

  function isRead(mention: Mention, author: string, n: number): boolean {
    // what it answers was read as one in n
    if (mention.by === 'reply') return true;
    const name = Buffer.from(author);
    return isTaken(authorHash(name, 0, name.length, sampleSeed), n);
  }

  /** Counts the line just scanned if it names only services that are read in part, and its author is not of those who are read. Undefined: it must be parsed. */
  function passOver(): Outcome | undefined {
    const { passed: services, tsMs } = scanner;
    if (services.length === 0 || scanner.hasService) return undefined;
    const hash = scanner.authorHash(sampleSeed);
    if (hash === undefined || services.some((service) => isTaken(hash, sampling.peek(service, tsMs)))) return undefined;
    if (read(tsMs) === undefined) return dropped('future');
    for (const service of services) sampling.count(service, tsMs);
    counts.sampled += services.length;
    return { outcome: 'named', mentions: 0 };
  }

  /** What is no post, a notice or a tally, was taken. */
  function wordTaken(): Outcome {
    counts.mentions++;
    counts.lastPostAt = clock();
    touch();
    return { outcome: 'named', mentions: 1 };
  }

  /** Whether the clock's going back, or its coming on again, changed what is shown. */
  function watchClock(): boolean {
    const now = clock();
    const before = backUntil;
    if (mark.value() > now + futureMs) backUntil = mark.value();
    else if (backUntil !== undefined && now >= backUntil) backUntil = undefined;
    return before !== backUntil;
  }

  const shown = (): SourceState => (backUntil === undefined || state === 'closed' ? state : 'blind');

  function tellState(): void {
    deps.stateChanged(shown(), backUntil === undefined ? detail : `the clock went back: posts count again from ${new Date(backUntil).toISOString()}`);
  }

  /** Something waits to be written: soon if somebody may care, else with what else comes in the next quarter of a second. */
  function touch(): void {
    const soon = framer.size() > 0;
    if (timer !== undefined && (closesSoon || !soon)) return;
    clearTimeout(timer);
    dirty = true;
    closesSoon = soon;
    timer = setTimeout(closeInTurn, soon ? deps.frameMs : Math.max(deps.frameMs, idleFrameMs));
  }

  /** Closes once nothing is on its way: where the log is slow what comes meanwhile is one frame, and nothing queues. */
  function closeInTurn(): void {
    const restMs = restUntil - performance.now();
    if (unsent > 0) sending.then(closeInTurn, () => {});
    else if (restMs > 0) timer = setTimeout(closeInTurn, restMs);
    else close();
  }

  function close(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!ending && state !== 'closed' && watchClock()) {
      dirty = true;
      tellState();
    }
    if (!dirty) return;
    dirty = false;
    const records: OutRecord[] = framer.close(shown(), mark.value(), seq, cursor).map(({ partition, frame }) => ({
      topic: topics.observations.name, partition, key: head.source, value: encodeFrame(frame),
    }));
    const sampled = sampling.stored();
    const saved: SavedCursor = { v: 1, cursor, seq, greatest: mark.greatest(), epoch: head.epoch, ...(sampled === undefined ? {} : { sampled }) };
    records.push({ topic: topics.cursors.name, key: head.source, value: new TextEncoder().encode(JSON.stringify(saved)) });
    send(records);
  }

  async function closeTogether(): Promise<void> {
    together = undefined;
    close();
    await sending;
  }

  /** One outstanding publish; a refused one is tried again until it holds, unless trying is hopeless. */
  function send(records: OutRecord[]): void {
    const bytes = records.reduce((sum, record) => sum + (record.value?.length ?? 0), 0);
    unsent += bytes;
    sending = sending.then(async () => {
      for (;;) {
        const began = performance.now();
        try {
          await bus.publish(records);
          deps.trouble(null);
          unsent -= bytes;
          const now = performance.now();
          restUntil = now + Math.min(now - began, mostRestMs);
          return;
        } catch (error) {
          if (!(error instanceof BusError)) throw error;
          deps.trouble(error);
          if (!error.retry || ending) throw error;
          await new Promise((resolve) => setTimeout(resolve, retryMs));
        }
      }
    });
    sending.catch(() => {});
  }

  return {
    counts,
    watermark: mark.value,
    post(post, by) {
      return take(post, by === 'button');
    },
    line(bytes, start, end) {
      const found = scanner.scan(bytes, start, end);
      if (found === 'bad') return dropped(scanner.reason);
      if (found === 'unnamed' && !scanner.hasService) {
        return read(scanner.tsMs) === undefined ? dropped('future') : { outcome: 'unnamed' };
      }
      const over = passOver();
      if (over !== undefined) return over;
      const value = scanner.value();
      if (value === undefined) return dropped('not-json');
      const parsed = readPost(value);
      return 'post' in parsed ? take(parsed.post, false) : dropped(parsed.reason);
    },
    deletion(id) {
      framer.deletion(id, mark.greatest());
      touch();
    },
    notice(notice) {
      if (notice.ts > clock() + futureMs) return dropped('future');
      if (maker.serviceOf(notice.service)?.id !== notice.service) return dropped('service-unknown');
      framer.notice({ ...notice, at: Math.max(notice.ts, mark.value()) });
      return wordTaken();
    },
    tally(tally) {
      if (tally.minute > clock()) return dropped('future');
      if (maker.serviceOf(tally.service)?.id !== tally.service) return dropped('service-unknown');
      framer.tally(tally);
      return wordTaken();
    },
    dropped,
    cursor(value) {
      cursor = value;
      touch();
      if (framer.size() >= deps.frameBytes) close();
    },
    state(next, why, gap) {
      if (gap !== undefined) framer.gap(gap);
      // the first is told whatever it is: the log may still hold the state of a process that died
      const watched = watchClock();
      const changed = watched || !stateTold || next !== state;
      stateTold = true;
      state = next;
      detail = why;
      tellState();
      if (!changed && gap === undefined) return;
      dirty = true;
      close();
    },
    beat(tsMs) {
      if (tsMs > clock() + futureMs) return;
      mark.beat(tsMs);
      touch();
    },
    async ready() {
      while (unsent > roomBytes && !ending) await sending;
    },
    async accepted() {
      if (unsent === 0 || framer.size() >= deps.frameBytes) close();
      await (dirty ? (together ??= sending.then(closeTogether)) : sending);
    },
    async end(complete) {
      if (ending) return sending;
      if (complete) mark.beat(mark.greatest() + deps.latenessMs + 1);
      state = 'closed';
      dirty = true;
      close();
      clearTimeout(timer);
      ending = true;
      await sending;
    },
  };
}
