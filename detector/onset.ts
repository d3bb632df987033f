// Estimates when the trouble began. Sees times and expected mass only.

export interface Arrival {
  /** ms */
  at: number;
  weight: number;
  /** Cumulative expected mass when it came. */
  mass: number;
}

/**
 * The onset (ms) of a rise that has been noticed with the last of `arrivals` (in time order): the change point of
 * greatest likelihood for a Poisson rate, not before `earliest`. The change lies between two arrivals; the first one
 * after it comes a mean gap of the new rate later. Source: N ln(N/E) - N + E, maximised over the start.
 */
export function estimateOnset(arrivals: readonly Arrival[], earliest: number): number {
  const last = arrivals.at(-1);
  if (last === undefined) return earliest;
  let count = 0;
  let best = -Infinity;
  let onset = last.at;
  for (let i = arrivals.length - 1; i >= 0; i--) {
    const arrival = arrivals[i]!;
    if (arrival.at < earliest) break;
    count += arrival.weight;
    const before = arrivals[i - 1];
    const expected = Math.max(1e-9, last.mass - (before?.mass ?? arrival.mass) || 1e-9);
    const score = count > expected ? count * Math.log(count / expected) - count + expected : 0;
    if (score <= best) continue;
    best = score;
    const pieces = arrivals.length - 1 - i;
    const gap = pieces === 0 ? 0 : (last.at - arrival.at) / pieces;
    onset = Math.max(earliest, before?.at ?? earliest, arrival.at - gap);
  }
  return Math.floor(onset);
}
