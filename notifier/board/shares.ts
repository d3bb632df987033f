// Shares of a whole in whole percents that add up to 100.
import type { Share } from './views.ts';

/** Counts by key as shares, greatest first, ties by key. Rounded by the largest remainder, so the percents sum to 100. */
export function sharesOf(counts: Iterable<readonly [string, number]>): Share[] {
  const parts = [...counts].filter(([, count]) => count > 0).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const total = parts.reduce((sum, [, count]) => sum + count, 0);
  const exact = parts.map(([key, count]) => ({ key, count, percent: Math.floor((count / total) * 100), rest: ((count / total) * 100) % 1 }));
  const missing = 100 - exact.reduce((sum, part) => sum + part.percent, 0);
  for (const part of exact.toSorted((a, b) => b.rest - a.rest).slice(0, Math.max(0, missing))) part.percent += 1;
  return exact.map(({ key, count, percent }) => ({ key, count, percent }));
}
