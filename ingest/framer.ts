// Gathers what a source handed over into frames, one a partition. Pure: it is told when to close them.
import type { Carries, Frame, SourceState } from '../shared/frame.ts';
import type { Mention, Notice, Tally } from '../shared/observation.ts';
import { partitionOf } from '../shared/topics.ts';

export interface FrameHead {
  readonly source: string;
  readonly instance: string;
  readonly epoch: number;
  readonly filtered: boolean;
  /** Absent: posts. */
  readonly carries?: Carries;
}

export interface Framer {
  mention(mention: Mention): void;
  notice(notice: Notice): void;
  tally(tally: Tally): void;
  /** A post was taken back when the source's event time had come to `at`, ms. */
  deletion(id: string, at: number): void;
  /** One post was read whose event time falls into this second (ms since 1970 / 1000). */
  read(second: number): void;
  gap(gap: { from: number; to: number }): void;
  /** Rough size of what waits, bytes. */
  size(): number;
  /** Closes and returns a frame for every partition: the cursor that follows them covers all, so none may owe anything. */
  close(state: SourceState, watermark: number, seq: number, cursor: string): { partition: number; frame: Frame }[];
}

interface Draft {
  mentions: Mention[];
  notices: Notice[];
  tallies: Tally[];
  deletions: Frame['deletions'];
  gap: { from: number; to: number } | undefined;
}

const emptyDraft = (): Draft => ({ mentions: [], notices: [], tallies: [], deletions: [], gap: undefined });

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

  const places = new Map<string, number>();

  function draftOf(service: string): Draft {
    let place = places.get(service);
    if (place === undefined) places.set(service, (place = partitionOf(service, partitions)));
    return drafts[place]!;
  }

  return {
    mention(mention) {
      draftOf(mention.service).mentions.push(mention);
      size += 240 + mention.text.length;
    },
    notice(notice) {
      draftOf(notice.service).notices.push(notice);
      size += 240 + (notice.text?.length ?? 0);
    },
    tally(tally) {
      draftOf(tally.service).tallies.push(tally);
      size += 60;
    },
    deletion(id, at) {
      for (const draft of drafts) draft.deletions.push({ id, at });
      size += (id.length + 24) * partitions;
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
    close(state, watermark, seq, cursor) {
      settleReads();
      const counted = [...reads];
      reads = new Map();
      size = 0;
      return drafts.splice(0, partitions, ...Array.from({ length: partitions }, emptyDraft)).map((draft, partition) => ({
        partition,
        frame: {
          // one copy is enough: a source that reads many places has a long one
          v: 1, ...head, seq, state, watermark, cursor: partition === 0 ? cursor : '',
          reads: counted,
          ...(draft.gap === undefined ? {} : { gap: draft.gap }),
          mentions: draft.mentions,
          notices: draft.notices,
          ...(draft.tallies.length === 0 ? {} : { tallies: draft.tallies }),
          deletions: draft.deletions,
        },
      }));
    },
  };
}
