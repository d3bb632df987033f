// What stands in the log beside the posts: notices of status pages, tallies, and whether their sources are there. Knows
// where each has its place in event time and their order; what they mean is told elsewhere.
import type { Frame, SourceState } from '../shared/frame.ts';
import type { Notice, Tally } from '../shared/observation.ts';

/** A notice, a tally, or the state of a source that hands these over. `at` is its place in event time, ms. */
export type Word =
  | { at: number; source: string; id: string; kind: 'page-source'; order: number; state: SourceState }
  | { at: number; source: string; id: string; kind: 'notice'; notice: Notice }
  | { at: number; source: string; id: string; kind: 'tally'; tally: Tally };

const minuteMs = 60_000;
// Counts are asked for every five minutes, and the answer takes a while. Were a tally placed where its minute ends, its
// effect would depend on how far the posts had come when it was read.
const tallyWaitMs = 6 * minuteMs;
const rank = { 'page-source': 0, notice: 1, tally: 2 } as const;

/** The notices and tallies of a frame, each in its place; never before `floor` (ms), where time has come to. */
export function wordsOf(frame: Frame, floor: number): Word[] {
  const { source, notices, tallies = [] } = frame;
  return [
    ...notices.map((notice): Word => ({ at: Math.max(notice.at, notice.ts, floor), source, id: notice.id, kind: 'notice', notice })),
    ...tallies.map((tally): Word => ({ at: Math.max(tally.minute + minuteMs + tallyWaitMs, floor), source, id: tally.service, kind: 'tally', tally })),
  ];
}

/** The order of words: by time, kind, source, id, and what they say. */
export function compareWords(a: Word, b: Word): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.kind !== b.kind) return rank[a.kind] - rank[b.kind];
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  if (a.kind === 'page-source' && b.kind === 'page-source') return a.order - b.order;
  if (a.kind === 'tally' && b.kind === 'tally' && a.tally.minute !== b.tally.minute) return a.tally.minute - b.tally.minute;
  if (a.kind === 'notice' && b.kind === 'notice' && a.notice.ts !== b.notice.ts) return a.notice.ts - b.notice.ts;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}
