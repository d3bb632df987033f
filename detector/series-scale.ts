// Owns one time scale of a bare series: the smoothed count, the smoothed baseline, the scatter
// learnt at that scale, and how strong the evidence for a rise is. It raises no alarm.
import { negativeBinomialLog10UpperTail } from './negative-binomial.ts';
import { createHistory } from './series-history.ts';

const PRIOR_DISPERSION = 0.1;
const PRIOR_BINS = 100;
const CLIP_SD = 4;
// A silent series is taken to carry one count in 16 bins: its first few are no outage.
const LEAST_MEAN = 1 / 16;

export type SeriesScale = {
  /**
   * Takes one bin and returns the evidence for a rise in decades (>= 0): the lesser of how rare
   * so high a ratio was in this series' own past, and how improbable the count is under a
   * negative binomial around the baseline. `keep` fades what was learnt before.
   */
  next(count: number, baseline: number, keep: number): number;
  /** The dispersion learnt here: variance = mean + dispersion * mean^2. */
  dispersion(): number;
};

/** A scale whose weights have a mean age of `bins` bins, starting at `level` counts a bin. */
export function createSeriesScale(bins: number, level: number): SeriesScale {
  // An exponential mean with weight 1/w has the variance of a plain mean of 2w - 1 bins.
  const effectiveBins = 2 * bins - 1;
  const pseudo = 2 / Math.sqrt(bins);
  const history = createHistory();
  let smoothed = level;
  let expected = level;
  let excess = 0;
  let weight = 0;

  const dispersion = (): number => (excess + PRIOR_DISPERSION * PRIOR_BINS) / (weight + PRIOR_BINS);

  return {
    next(count, baseline, keep) {
      smoothed += (count - smoothed) / bins;
      expected += (baseline - expected) / bins;
      const logRatio = Math.log((smoothed + pseudo) / (expected + pseudo));
      const rarity = history.rarity(logRatio);
      let evidence = 0;
      if (logRatio > 0 && rarity > 0) {
        const mean = Math.max(expected, LEAST_MEAN);
        const tail = negativeBinomialLog10UpperTail(smoothed * effectiveBins, mean * effectiveBins, dispersion());
        evidence = Math.max(0, Math.min(rarity, -tail));
      }
      history.add(logRatio, keep);
      learnScatter(keep);
      return evidence;
    },
    dispersion,
  };

  function learnScatter(keep: number): void {
    const mean = Math.max(expected, LEAST_MEAN);
    const noise = mean / effectiveBins;
    const bound = CLIP_SD * Math.sqrt(noise + dispersion() * mean * mean) + 1 / effectiveBins;
    const residual = Math.min(bound, Math.abs(smoothed - mean));
    // Bins that expect less than one count say little about scatter.
    const trust = Math.min(1, mean * effectiveBins);
    excess = Math.max(0, excess * keep + (trust * (residual * residual - noise)) / (mean * mean));
    weight = weight * keep + trust;
  }
}
