// On which days clocks change in some country, so that the shape of a day may move by an hour. Knows the calendar only.

const dayMs = 86_400_000;
// Month (0 = January) and which Sunday of it, -1 the last. Source: the rules in force in the tz database of 2026: North
// America, Chile, Europe (and Israel and Lebanon two days around), Australia and New Zealand, Egypt a few days off.
const sundays: readonly (readonly [month: number, nth: number])[] = [[2, 2], [2, -1], [3, 1], [3, -1], [8, 1], [8, -1], [9, 1], [9, -1], [10, 1]];
// New Zealand begins on Saturday by UTC; a slow service needs two days to show where it stands.
const beforeMs = dayMs;
const afterMs = 2.5 * dayMs;

/** True from the day before a Sunday on which some country changes its clocks until two days after it; `at` in ms. */
export function clocksMayChange(at: number): boolean {
  const year = new Date(at).getUTCFullYear();
  return sundays.some(([month, nth]) => {
    const sunday = sundayOf(year, month, nth);
    return at >= sunday - beforeMs && at < sunday + afterMs;
  });
}

function sundayOf(year: number, month: number, nth: number): number {
  const edge = nth < 0 ? Date.UTC(year, month + 1, 0) : Date.UTC(year, month, 1);
  const weekday = new Date(edge).getUTCDay();
  return nth < 0 ? edge - weekday * dayMs : edge + (((7 - weekday) % 7) + 7 * (nth - 1)) * dayMs;
}
