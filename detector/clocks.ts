// On which days clocks change in some country, so that the shape of a day may move by an hour. Knows the calendar only.

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
// Month (0 = January) and which Sunday of it, -1 the last. Source: the rules in force in the tz database of 2026: North
// America, Chile, Europe (Israel and Lebanon days around), Australia and New Zealand; Egypt's are days off.
const sundays: readonly (readonly [month: number, nth: number])[] = [[2, 2], [2, -1], [3, 1], [3, -1], [8, 1], [8, -1], [9, 1], [9, -1], [10, 1]];
// New Zealand's Sunday morning is Saturday noon by UTC, California's is Sunday noon. Who is not busy needs days to show where it stands.
const earliestMs = -12 * hourMs;
const latestMs = 12 * hourMs;
const shownMs = 2 * dayMs;

/**
 * changing: between Saturday noon and Sunday noon (UTC) of a weekend on which some country changes its clocks. changed:
 * from then to the end of the Monday, while it shows who did. `at` in ms.
 */
export function clocksAt(at: number): 'steady' | 'changing' | 'changed' {
  const day = Math.floor((at - earliestMs) / dayMs);
  const sunday = (day - sundayOffset(day)) * dayMs;
  if (at >= sunday + shownMs || !isListed(sunday)) return 'steady';
  return at < sunday + latestMs ? 'changing' : 'changed';
}

/** ms from the beginning (UTC) of the last Sunday on which clocks changed somewhere to `at` (ms); Infinity if that is not less than `withinMs`. */
export function sinceChange(at: number, withinMs: number): number {
  const day = Math.floor(at / dayMs);
  for (let sunday = (day - sundayOffset(day)) * dayMs; at - sunday < withinMs; sunday -= 7 * dayMs) if (isListed(sunday)) return at - sunday;
  return Infinity;
}

// 1 January 1970 was a Thursday
function sundayOffset(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function isListed(sunday: number): boolean {
  const date = new Date(sunday);
  const month = date.getUTCMonth();
  const nth = Math.ceil(date.getUTCDate() / 7);
  const last = new Date(sunday + 7 * dayMs).getUTCMonth() !== month;
  return sundays.some(([m, n]) => m === month && (n === -1 ? last : n === nth));
}
