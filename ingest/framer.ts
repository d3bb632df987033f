// Gathers what a source handed over into frames, one a partition. Pure: it is told when to close them.
import type { Frame, SourceState } from '../shared/frame.ts';
import type { Mention, Notice } from '../shared/observation.ts';
import { partitionOf } from '../shared/topics.ts';

export interface FrameHead {
  readonly source: string;
  readonly instance: string;
  readonly epoch: number;
  readonly filtered: boolean;
}

export interface Framer {
  mention(mention: Mention): void;
  notice(notice: Notice): void;
  deletion(id: string): void;
  /** One post was read whose event time falls into this second (ms since 1970 / 1000). */
  read(second: number): void;
  gap(gap: { from: number; to: number }): void;
  /** Rough size of what waits, bytes. */
  size(): number;
  /** Closes and returns the frames: those with content, and with `heartbeats` also the empty ones. */
  close(state: SourceState, watermark: number, seq: number, cursor: string, heartbeats: boolean): { partition: number; frame: Frame }[];
}

interface Draft {
  mentions: Mention[];
  notices: Notice[];
  deletions: string[];
  gap: { from: number; to: number } | undefined;
  /** reads of frames that this partition had no part in */
  owed: Map<number, number>;
}

const emptyDraft = (): Draft => ({ mentions: [], notices: [], deletions: [], gap: undefined, owed: new Map() });

function add(into: Map<number, number>, from: ReadonlyMap<number, number>): Map<number, number> {
  for (const [second, count] of from) into.set(second, (into.get(second) ?? 0) + count);
  return into;
}

export function createFramer(head: FrameHead, partitions: number): Framer {
  const drafts: Draft[] = Array.from({ length: partitions }, emptyDraft);
  let reads = new Map<number, number>();
  // most posts fall into the second of the one before: counted here until it changes
  let second = -1;
  let count = 0;
  let size = 0;

  function settleReads(): void {
    if (count > 0) reads.set(second, (reads.get(second) ?? 0) + count);
    count = 0;
  }

  const draftOf = (service: string): Draft => drafts[partitionOf(service, partitions)]!;

  return {
    mention(mention) {
      draftOf(mention.service).mentions.push(mention);
      size += 240 + mention.text.length;
    },
    notice(notice) {
      draftOf(notice.service).notices.push(notice);
      size += 240;
    },
    deletion(id) {
      for (const draft of drafts) draft.deletions.push(id);
      size += id.length * partitions;
    },
    read(at) {
      if (at !== second) {
        settleReads();
        second = at;
      }
      count++;
    },
    gap(gap) {
      for (const draft of drafts) draft.gap = draft.gap === undefined ? gap : { from: Math.min(draft.gap.from, gap.from), to: Math.max(draft.gap.to, gap.to) };
    },
    size: () => size,
    close(state, watermark, seq, cursor, heartbeats) {
      settleReads();
      size = 0;
      const closed: { partition: number; frame: Frame }[] = [];
      drafts.forEach((draft, partition) => {
        const empty = draft.mentions.length === 0 && draft.notices.length === 0 && draft.deletions.length === 0 && draft.gap === undefined;
        if (empty && !heartbeats) {
          add(draft.owed, reads);
          return;
        }
        closed.push({
          partition,
          frame: {
            v: 1, ...head, seq, state, watermark, cursor,
            reads: [...add(draft.owed, reads)],
            ...(draft.gap === undefined ? {} : { gap: draft.gap }),
            mentions: draft.mentions,
            notices: draft.notices,
            deletions: draft.deletions,
          },
        });
        drafts[partition] = emptyDraft();
      });
      reads = new Map();
      return closed;
    },
  };
}
