// A source's event time: how far it has come, which posts are late, and how many were read in which second.
// Lateness is judged here post by post, in the source's order, so that framing and partitions can't matter.

/** A post dated further ahead of its arrival than this is dropped. */
export const futureMs = 5 * 60_000;

export interface Watermark {
  /** ms: no post before this is still to come on time; `floor` before the first post. */
  value(): number;
  /** Judges a post's time: the watermark when it came if it is late, undefined if it is on time; then moves on. */
  judge(tsMs: number): number | undefined;
  /** The source's clock has come to `tsMs`. */
  beat(tsMs: number): void;
  /** Greatest event time so far; what a restart needs to judge alike. */
  greatest(): number;
}

/** `latenessMs` as the source states it; `greatest` from the last cursor, or 0. */
export function createWatermark(latenessMs: number, greatest = 0): Watermark {
  let max = greatest;
  const value = () => Math.max(0, max - latenessMs);
  return {
    value,
    judge(tsMs) {
      const mark = value();
      if (tsMs > max) max = tsMs;
      return tsMs < mark ? mark : undefined;
    },
    beat(tsMs) {
      if (tsMs > max) max = tsMs;
    },
    greatest: () => max,
  };
}
