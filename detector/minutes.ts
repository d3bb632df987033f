// The last two hours of a service, minute by minute: what windows and rollups are summed from. Only minutes in which
// something was said have a row, and only of what was said, so that a service of whom people speak now and then keeps little.

export const minutesKept = 120;
const minuteMs = 60_000;

export const columns = ['weight', 'reporters', 'mentions', 'recoveries', 'voices', 'copies'] as const;
export type Column = (typeof columns)[number];
const places = Object.fromEntries(columns.map((column, i) => [column, i])) as Readonly<Record<Column, number>>;
const masks = 1 << columns.length;
// how many columns a mask names
const sizes = Uint8Array.from({ length: masks }, (_, mask) => columns.filter((_, place) => (mask & (1 << place)) !== 0).length);

/** `last` is the start of the newest minute, ms. */
export interface Minutes {
  last: number;
  /**
   * Row by row, oldest first: the columns to which something was added, in their order, then the minute (counted from
   * 1970) times 64 plus the mask of those columns. Most rows hold one column. Exact, since most lists stay as they are
   * for minutes, and one that grows takes half as much again.
   */
  rows: number[];
}

/** As a snapshot has it: rows of the minute, then a number for each column. */
export interface StoredMinutes {
  readonly last: number;
  readonly rows: readonly number[];
}

export function createMinutes(at: number): Minutes {
  return { last: Math.floor(at / minuteMs) * minuteMs, rows: [] };
}

/** Moves on so that `at` (ms) lies in the newest minute. */
export function moveTo(minutes: Minutes, at: number): void {
  const minute = Math.floor(at / minuteMs);
  if (minute * minuteMs > minutes.last) minutes.last = minute * minuteMs;
}

/** Adds to a column of the newest minute. */
export function addTo(minutes: Minutes, column: Column, amount: number): void {
  const minute = minutes.last / minuteMs;
  const { rows } = minutes;
  const place = places[column];
  const newest = rows.length - 1;
  const head = newest < 0 ? 0 : rows[newest]!;
  if (Math.floor(head / masks) !== minute) {
    const over = endOf(rows, minute - minutesKept);
    minutes.rows = (over === 0 ? rows : rows.slice(over)).concat([amount, minute * masks + (1 << place)]);
    return;
  }
  const mask = head % masks;
  const at = newest - sizes[mask >> place]!;
  if ((mask & (1 << place)) !== 0) rows[at]! += amount;
  else minutes.rows = rows.slice(0, at).concat([amount], rows.slice(at, newest), [head + (1 << place)]);
}

/** Sum of a column over the `count` minutes that end with (and include) the one starting at `minute` (ms). */
export function sumOf(minutes: Minutes, column: Column, minute: number, count: number): number {
  const { rows } = minutes;
  const newest = minute / minuteMs;
  const oldest = Math.max(newest - count, minutes.last / minuteMs - minutesKept) + 1;
  const place = places[column];
  let sum = 0;
  for (let end = rows.length - 1; end >= 0 && rows[end]! >= oldest * masks; ) {
    const mask = rows[end]! % masks;
    if (rows[end]! < (newest + 1) * masks && (mask & (1 << place)) !== 0) sum += rows[end - sizes[mask >> place]!]!;
    end -= sizes[mask]! + 1;
  }
  return sum;
}

/** Where the rows up to `minute` (counted from 1970) end. */
function endOf(rows: readonly number[], minute: number): number {
  let end = rows.length;
  while (end > 0 && rows[end - 1]! >= (minute + 1) * masks) end -= sizes[rows[end - 1]! % masks]! + 1;
  return end;
}

/** What a snapshot keeps of them: nothing of minutes that are over. */
export function storeMinutes({ last, rows }: Minutes): StoredMinutes {
  const stored: number[][] = [];
  const over = endOf(rows, last / minuteMs - minutesKept);
  for (let end = rows.length - 1; end >= over; ) {
    const mask = rows[end]! % masks;
    const row = columns.map((_, place) => ((mask & (1 << place)) === 0 ? 0 : rows[end - sizes[mask >> place]!]!));
    stored.unshift([Math.floor(rows[end]! / masks), ...row]);
    end -= sizes[mask]! + 1;
  }
  return { last, rows: stored.flat() };
}

/** The reverse of `storeMinutes`. */
export function readMinutes({ last, rows }: StoredMinutes): Minutes {
  const packed: number[] = [];
  for (let at = 0; at < rows.length; at += columns.length + 1) {
    let mask = 0;
    columns.forEach((_, place) => {
      const value = rows[at + 1 + place]!;
      if (value === 0) return;
      mask |= 1 << place;
      packed.push(value);
    });
    packed.push(rows[at]! * masks + mask);
  }
  return { last, rows: packed.slice() };
}
