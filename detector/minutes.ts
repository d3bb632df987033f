// The last two hours of a service, minute by minute: what windows and rollups are summed from.

export const minutesKept = 120;
const minuteMs = 60_000;

export const columns = ['weight', 'reporters', 'mentions', 'recoveries', 'voices', 'copies', 'seen', 'factor', 'flat', 'expected', 'voicesExpected'] as const;
export type Column = (typeof columns)[number];
const places = Object.fromEntries(columns.map((column, i) => [column, i])) as Readonly<Record<Column, number>>;

/** A ring of minutes; `last` is the start of the newest one, ms. */
export interface Minutes {
  last: number;
  values: Float32Array;
}

export function createMinutes(at: number): Minutes {
  return { last: Math.floor(at / minuteMs) * minuteMs, values: new Float32Array(minutesKept * columns.length) };
}

/** Moves the ring on so that `at` (ms) lies in its newest minute. */
export function moveTo(minutes: Minutes, at: number): void {
  const minute = Math.floor(at / minuteMs) * minuteMs;
  const steps = (minute - minutes.last) / minuteMs;
  if (steps <= 0) return;
  if (steps >= minutesKept) minutes.values.fill(0);
  else for (let i = 1; i <= steps; i++) minutes.values.fill(0, start(minutes.last + i * minuteMs), start(minutes.last + i * minuteMs) + columns.length);
  minutes.last = minute;
}

export function addTo(minutes: Minutes, column: Column, amount: number): void {
  minutes.values[start(minutes.last) + places[column]]! += amount;
}

/** Sum of a column over the `count` minutes that end with (and include) the one starting at `minute` (ms). */
export function sumOf(minutes: Minutes, column: Column, minute: number, count: number): number {
  const newest = Math.min(minute, minutes.last);
  const oldest = Math.max(minute - (count - 1) * minuteMs, minutes.last - (minutesKept - 1) * minuteMs);
  let sum = 0;
  let slot = start(newest) + places[column];
  for (let at = newest; at >= oldest; at -= minuteMs) {
    sum += minutes.values[slot]!;
    slot -= columns.length;
    if (slot < 0) slot += minutes.values.length;
  }
  return sum;
}

function start(minute: number): number {
  const slot = (minute / minuteMs) % minutesKept;
  return ((slot + minutesKept) % minutesKept) * columns.length;
}
