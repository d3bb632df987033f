// Who reports, and in whose words, minute by minute: what tells a crowd that was brought from one that came by itself.
// Knows counts only; what they mean for an alarm is doubt.ts's.

const minuteMs = 60_000;
const keptMinutes = 20;
const width = 5;

/** Row by row, oldest first: the minute (counted from 1970), reporters, those heard before, fresh texts, worn ones. */
export type Crowd = number[];

export interface CrowdCount {
  readonly voices: number;
  readonly known: number;
  /** Texts that bring a word of their own, and longer ones that bring none. */
  readonly fresh: number;
  readonly worn: number;
  /** The minutes in which they came, ms. */
  readonly during: readonly number[];
}

/** A reporter at `at` (ms). `fresh`: whether the text says something of its own; null where it is too short to tell. */
export function join(crowd: Crowd, at: number, known: boolean, fresh: boolean | null): void {
  const minute = Math.floor(at / minuteMs);
  let row = crowd.length - width;
  if (row < 0 || crowd[row]! < minute) {
    let over = 0;
    while (over < crowd.length && crowd[over]! <= minute - keptMinutes) over += width;
    if (over > 0) crowd.splice(0, over);
    row = crowd.length;
    crowd.push(minute, 0, 0, 0, 0);
  }
  crowd[row + 1]! += 1;
  if (known) crowd[row + 2]! += 1;
  if (fresh !== null) crowd[row + (fresh ? 3 : 4)]! += 1;
}

/** Sums from the minute of `from` (ms) on. */
export function countCrowd(crowd: Crowd, from: number): CrowdCount {
  const sums = [0, 0, 0, 0];
  const during: number[] = [];
  for (let row = crowd.length - width; row >= 0 && crowd[row]! >= Math.floor(from / minuteMs); row -= width) {
    during.push(crowd[row]! * minuteMs);
    for (let i = 0; i < sums.length; i++) sums[i]! += crowd[row + 1 + i]!;
  }
  const [voices, known, fresh, worn] = sums as [number, number, number, number];
  return { voices, known, fresh, worn, during };
}
