// The order in which people want to see services: troubled first, then those with some reports, then the quiet ones.
// Server and page sort alike, so this one file serves both.
import type { ServiceSummary, Standing } from '../views.ts';

const place: Readonly<Record<Standing, number>> = { confirmed: 0, suspected: 1, easing: 2, recovered: 3, active: 4, quiet: 5, unknown: 5 };

/** Sort order of summaries: by standing, then most reports (for the quiet ones by name), then by id. */
export function byTrouble(a: ServiceSummary, b: ServiceSummary): number {
  const byPlace = place[a.standing] - place[b.standing];
  if (byPlace !== 0) return byPlace;
  if (place[a.standing] === 5) return compare(a.name.toLowerCase(), b.name.toLowerCase()) || compare(a.id, b.id);
  return (b.reporters ?? 0) - (a.reporters ?? 0) || b.reports - a.reports || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
