// Long times in which no source read anything, as a sparse file or a year's pause leaves them: which minutes the fold
// walks one by one and which it steps over. Knows times only. The answer depends on what came, never on how it was framed.

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
// In an emptiness longer than this nobody was there to hear the silence.
const longestWalkMs = 60 * dayMs;
// Its beginning is walked all the same: whatever stood then comes to its end in its own time.
const afterglowMs = 7 * dayMs;

/**
 * The minute (start, ms) to go on with when `here` is next. `stirred`: end of the last minute in which anything came.
 * `next`: when the next thing comes, Infinity while none is known; then the watermark alone tells how far the emptiness
 * reaches. Null: not known yet, because something before `next` may still come. A skipped emptiness is left one minute
 * before its end.
 */
export function stepOver(here: number, stirred: number, next: number, watermark: number): number | null {
  const until = next === Infinity ? watermark : next;
  if (here - stirred < afterglowMs || until - stirred <= longestWalkMs) return here;
  if (until > watermark) return null;
  return Math.max(here, Math.floor(until / minuteMs) * minuteMs - minuteMs);
}
