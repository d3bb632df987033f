// Owns the anomaly score of a bare count series: baseline, fusion over scales, the alarm and
// its quiet period. It knows nothing of posts, services or incidents, and reads no files.
import { createSeriesScale, type SeriesScale } from './series-scale.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
// A scale near the baseline's own would compare the level with itself.
const BASELINE_TO_SCALE = 8;
const MOST_SCALES = 7;
const FIRST_POINTS = 9;
const CLIP_SD = 4;
const LARGEST = 1e12;
// Finer bins have more chances a week to look rare. Half a decade of evidence for each decade of
// bins keeps noise (Poisson or NB, bins of 1 to 60 min) at one or two alerts a week or fewer.
const USUAL_BIN_MS = 5 * 60_000;
const DECADES_PER_DECADE = 0.5;
const LEAST_DECADES = 0.1;

/** How the scorer learns and when it alerts. The defaults serve every series; nothing is fitted to one. */
export type SeriesSettings = {
  /** Mean evidence over the scales, in decades of rarity, at which the score reaches 0.5; for bins of 5 min. */
  alarmDecades: number;
  /** Half-life of the baseline level, ms of observed time. */
  baselineHalfLifeMs: number;
  /** Half-life of the series' own past (ratios, scatter), ms of observed time. */
  historyHalfLifeMs: number;
  /** After an alert the score stays below 0.5 for so long, ms. */
  quietMs: number;
  /** ... and for at least so many bins, where bins are coarse. */
  quietBins: number;
};

export const seriesDefaults: SeriesSettings = {
  alarmDecades: 2.2,
  baselineHalfLifeMs: 3 * DAY_MS,
  historyHalfLifeMs: 14 * DAY_MS,
  quietMs: 12 * HOUR_MS,
  quietBins: 6,
};

export type SeriesScorer = {
  /**
   * Scores the next point of the series from the points before it only.
   * @param tsMs time of the point, ms since 1970; anything not finite counts as one bin later
   * @param value its count; below zero counts as zero, anything not finite is skipped (score 0)
   * @returns 0 to 1; 0.5 and above means alert, once per quiet period
   */
  next(tsMs: number, value: number): number;
};

type Series = {
  binMs: number;
  alarmDecades: number;
  baselineShare: number;
  historyKeep: number;
  level: number;
  points: number;
  scales: SeriesScale[];
};

/** A causal scorer of one series; the typical bin and the first level come from its first nine points (score 0). */
export function createSeriesScorer(settings: Partial<SeriesSettings> = {}): SeriesScorer {
  const chosen = { ...seriesDefaults, ...settings };
  const first: { tsMs: number; value: number }[] = [];
  let series: Series | undefined;
  let alertedAtMs = -Infinity;
  let lastMs = 0;

  return {
    next(tsMs, value) {
      if (!Number.isFinite(value)) return 0;
      const count = Math.min(LARGEST, Math.max(0, value));
      const atMs = Number.isFinite(tsMs) ? tsMs : lastMs + (series?.binMs ?? 0);
      lastMs = atMs;
      if (series === undefined) {
        first.push({ tsMs: atMs, value: count });
        if (first.length === FIRST_POINTS) series = openSeries(first.splice(0), chosen);
        return 0;
      }
      const evidence = advance(series, count);
      const score = evidence / (evidence + series.alarmDecades);
      const quietMs = Math.max(chosen.quietMs, chosen.quietBins * series.binMs);
      // A clock that jumps back must not silence the series for years.
      if (Math.abs(atMs - alertedAtMs) < quietMs) return score * 0.49;
      if (score >= 0.5) alertedAtMs = atMs;
      return score;
    },
  };
}

function openSeries(first: { tsMs: number; value: number }[], settings: SeriesSettings): Series {
  const gaps = first.slice(1).map((point, i) => Math.abs(point.tsMs - first[i]!.tsMs));
  const binMs = median(gaps.filter((gap) => gap > 0)) ?? HOUR_MS;
  // A history of so many days needs bins to be worth it: coarser bins fade as if they were hours.
  const fadeMs = Math.min(binMs, HOUR_MS);
  const level = median(first.map((point) => point.value)) ?? 0;
  const series: Series = {
    binMs,
    alarmDecades: Math.max(
      LEAST_DECADES,
      settings.alarmDecades + DECADES_PER_DECADE * Math.log10(USUAL_BIN_MS / fadeMs),
    ),
    baselineShare: 1 - 2 ** (-fadeMs / settings.baselineHalfLifeMs),
    historyKeep: 2 ** (-fadeMs / settings.historyHalfLifeMs),
    level,
    points: 1,
    scales: scaleBins(settings.baselineHalfLifeMs / fadeMs).map((bins) => createSeriesScale(bins, level)),
  };
  for (const point of first) advance(series, point.value);
  return series;
}

/** Scales of 1, 2, 4 ... 64 bins, none above one eighth of the baseline's half-life. */
function scaleBins(baselineBins: number): number[] {
  const count = 1 + Math.floor(Math.log2(Math.max(1, baselineBins / BASELINE_TO_SCALE)));
  return Array.from({ length: Math.min(count, MOST_SCALES) }, (_, power) => 2 ** power);
}

/** Takes one bin; returns the evidence, the mean over the scales. Time not observed is neither learnt nor forgotten. */
function advance(series: Series, count: number): number {
  let evidence = 0;
  for (const scale of series.scales) evidence += scale.next(count, series.level, series.historyKeep);
  const variance = series.level + series.scales[0]!.dispersion() * series.level ** 2;
  const clipped = Math.min(count, series.level + CLIP_SD * Math.sqrt(variance) + 1);
  series.points += 1;
  series.level += Math.max(series.baselineShare, 1 / series.points) * (clipped - series.level);
  return evidence / series.scales.length;
}

function median(values: number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
