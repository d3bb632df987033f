// By how much a statistic of the bank must be divided where minutes scatter more than Poisson's. Owns that number; the
// scatter is the level's.

const steps = 30;

/**
 * The divisor of the log-likelihood ratio for a jump of `times` where counts of a minute have variance m (1 + `excess`):
 * one over the exponent at which false alarms fall off. 1 + excess for a small jump, more for a larger one, because what
 * is gamma about a minute reaches far. Source: the positive root w of E exp(w Z) = 1 for the sum Z that one minute adds
 * to a CUSUM (Wald's identity), here -ln(1 - excess (times^w - 1)) = w (times - 1) excess.
 */
export function dispersionOf(times: number, excess: number): number {
  if (excess < 1e-6) return 1 + excess;
  // the moment is finite up to here
  let high = Math.min(1, Math.log1p(1 / excess) / Math.log(times));
  let low = 0;
  for (let step = 0; step < steps; step++) {
    const root = (low + high) / 2;
    const left = 1 - excess * (times ** root - 1);
    if (left > 0 && -Math.log(left) < root * (times - 1) * excess) low = root;
    else high = root;
  }
  return 1 / high;
}
