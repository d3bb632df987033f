// Owns a series' own past at one scale: a fading histogram of log ratios and the share of it
// that was as high. It does not know how a ratio is made or what alarm it may lead to.

const BIN_WIDTH = 0.1;
const SPAN = 8;
const BINS = Math.round((2 * SPAN) / BIN_WIDTH);

export type History = {
  /** -log10 of the share of the past at or above this log ratio; learns nothing. */
  rarity(logRatio: number): number;
  /** Fades the past by `keep` (0..1) and adds one observation. */
  add(logRatio: number, keep: number): void;
};

/**
 * An empty history. The share of the past is (weight at or above + 1) / (total weight + 1), so
 * an event without precedent is as rare as the past is long, and never infinitely rare; inside
 * a bin the weight is spread evenly. Log ratios are clipped to +-8 (a factor of 3,000).
 */
export function createHistory(): History {
  const weights = new Float64Array(BINS);
  let total = 0;
  return {
    rarity(logRatio) {
      const at = position(logRatio);
      const own = Math.floor(at);
      let above = weights[own]! * (own + 1 - at);
      for (let i = own + 1; i < BINS; i++) above += weights[i]!;
      return Math.max(0, Math.log10((total + 1) / (above + 1)));
    },
    add(logRatio, keep) {
      total = 0;
      weights[Math.floor(position(logRatio))]! += 1 / keep;
      for (let i = 0; i < BINS; i++) total += weights[i]! *= keep;
    },
  };
}

function position(logRatio: number): number {
  return Math.min(BINS - 1e-9, Math.max(0, (logRatio + SPAN) / BIN_WIDTH));
}
