// The last two hours of a service, minute by minute: what windows and rollups are summed from. Only minutes in which
// something was said have a row, so that a service of whom people speak now and then keeps little.

export const minutesKept = 120;
const minuteMs = 60_000;

export const columns = ['weight', 'reporters', 'mentions', 'recoveries', 'voices', 'copies'] as const;
export type Column = (typeof columns)[number];
const places = Object.fromEntries(columns.map((column, i) => [column, i + 1])) as Readonly<Record<Column, number>>;
const width = columns.length + 1;

/** `last` is the start of the newest minute, ms. */
export interface Minutes {
  last: number;
  /** Row by row, oldest first: the minute (counted from 1970), then a number for each column. */
  rows: number[];
}

export function createMinutes(at: number): Minutes {
  return { last: Math.floor(at / minuteMs) * minuteMs, rows: [] };
}

/** Moves on so that `at` (ms) lies in the newest minute. */
export function moveTo(minutes: Minutes, at: number): void {
  const minute = Math.floor(at / minuteMs);
  if (minute * minuteMs <= minutes.last) return;
  minutes.last = minute * minuteMs;
  const { rows } = minutes;
  let over = 0;
  while (over < rows.length && rows[over]! <= minute - minutesKept) over += width;
  if (over > 0) minutes.rows = rows.slice(over);
}

/** Adds to a column of the newest minute. */
export function addTo(minutes: Minutes, column: Column, amount: number): void {
  const minute = minutes.last / minuteMs;
  // made anew, since an array that grows takes half as much again for what may never come
  if (minutes.rows.at(-width) !== minute) minutes.rows = [...minutes.rows, minute, 0, 0, 0, 0, 0, 0];
  const { rows } = minutes;
  rows[rows.length - width + places[column]]! += amount;
}

/** Sum of a column over the `count` minutes that end with (and include) the one starting at `minute` (ms). */
export function sumOf(minutes: Minutes, column: Column, minute: number, count: number): number {
  const { rows } = minutes;
  const newest = minute / minuteMs;
  const oldest = newest - count + 1;
  const place = places[column];
  let sum = 0;
  for (let at = rows.length - width; at >= 0 && rows[at]! >= oldest; at -= width) if (rows[at]! <= newest) sum += rows[at + place]!;
  return sum;
}
