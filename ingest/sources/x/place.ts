// The place in X's stream: which posts were taken before, how far the stream was heard, and the part of the cursor that
// carries this over a restart. Pure.
//
// X sends posts out of order and twice, so a place is no single id: of the newest few it keeps each id, all below the
// oldest of these are known to be past. While something is still to be searched for, it names each one that was taken
// out of it. Within a process every id is known.
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { compareXIds, isXId, xIdAt, xIdTimeMs } from './id.ts';

/** Posts may come so much out of order: X delivers 99 of 100 within 7 s. */
const disorderMs = 15_000;
const keptIds = 50_000;
/** Ids that a cursor names. */
const namedIds = 24;
/** Ids that it names more of what is still to be searched for: half a minute's, some eight letters each. Those beyond may be taken twice where a process is killed meanwhile. */
const namedInHole = 5_000;

const xId = z.string().refine(isXId);
export const placeSchema = z.object({
  low: xId.optional(),
  ids: z.array(xId).max(1_000),
  heard: z.number().int().min(0),
  hole: z.object({ since: xId, from: z.number().int(), taken: z.string().regex(/^(?:[0-9a-z]{1,13},)*$/).optional() }).optional(),
});
/** `low`: all up to this id is past. `ids`: those above it that were taken. `heard`: ms, see below. `hole.taken`: ids taken after `since`, as what they are above it. */
export type SavedPlace = z.infer<typeof placeSchema>;

/** What may have been missed: all after the id `since`; `from` is when, ms. */
export interface Hole {
  readonly since: string;
  readonly from: number;
}

export interface Place {
  taken(id: string): boolean;
  take(id: string): void;
  /** The stream was whole up to this time, ms by X's clock. */
  heard(tsMs: number): void;
  /** A connection stands, ms by X's clock: as long as nothing came at all, what is missed is missed from here. */
  began(tsMs: number): void;
  /** A connection has ended, or a process: from here on posts may be missed. Undefined before a first connection. */
  missing(): Hole | undefined;
  /** What was missed after this time is searched for still, ms; undefined: nothing. */
  missingAfter(tsMs: number | undefined): void;
  /** From this time on posts were missed while a connection stood, ms by X's clock. */
  missingSince(tsMs: number): void;
  saved(): SavedPlace;
}

/** Of letters and digits, base 36; a number of 64 bits has more of them than a double holds. */
function numberOf(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}

/** `before`: what the last durable cursor says. */
export function createXPlace(before: SavedPlace | undefined): Place {
  const keys = new LRUCache<string, true>({ max: keptIds });
  /** Ascending. */
  const newest: string[] = [...(before?.ids ?? [])].toSorted(compareXIds);
  let low = before?.low;
  let heardMs = before?.heard ?? 0;
  let hole: Hole | undefined = before?.hole === undefined ? undefined : { since: before.hole.since, from: before.hole.from };
  /** Of the hole; each followed by a comma. */
  let named = before?.hole?.taken ?? '';
  let names = 0;
  let beganMs = 0;
  for (const above of named.split(',').slice(0, -1)) {
    keys.set(String(BigInt(hole!.since) + numberOf(above)), true);
    names++;
  }
  for (const id of newest) keys.set(id, true);
  // of what a former process was still to search for, only the ids that it names are known to be taken
  const floor = before?.hole === undefined || (low !== undefined && compareXIds(low, before.hole.since) < 0) ? low : before.hole.since;

  function name(id: string): void {
    if (hole === undefined || names >= namedInHole || compareXIds(id, hole.since) <= 0) return;
    named += `${(BigInt(id) - BigInt(hole.since)).toString(36)},`;
    names++;
  }
  function setHole(next: Hole | undefined): void {
    hole = next;
    named = '';
    names = 0;
    if (hole !== undefined) for (const id of keys.keys()) name(id);
  }

  return {
    taken: (id) => keys.has(id) || (floor !== undefined && compareXIds(id, floor) <= 0),
    take(id) {
      if (!keys.has(id)) name(id);
      keys.set(id, true);
      let at = newest.length;
      while (at > 0 && compareXIds(newest[at - 1]!, id) > 0) at--;
      if (newest[at - 1] !== id) newest.splice(at, 0, id);
      if (newest.length > namedIds) {
        const oldest = newest.shift()!;
        if (low === undefined || compareXIds(oldest, low) > 0) low = oldest;
      }
    },
    heard(tsMs) {
      if (tsMs > heardMs) heardMs = tsMs;
    },
    began(tsMs) {
      if (beganMs === 0) beganMs = tsMs;
    },
    missing() {
      const last = newest.at(-1);
      const from = Math.max(heardMs, last === undefined ? 0 : xIdTimeMs(last)) || beganMs;
      if (from === 0) return undefined;
      if (hole === undefined) {
        const since = xIdAt(from - disorderMs);
        setHole({ since: low === undefined || compareXIds(since, low) > 0 ? since : low, from });
      }
      return hole;
    },
    missingAfter(tsMs) {
      setHole(tsMs === undefined ? undefined : { since: xIdAt(tsMs), from: Math.max(tsMs, hole?.from ?? 0) });
    },
    missingSince(tsMs) {
      if (hole === undefined || hole.from > tsMs) setHole({ since: xIdAt(tsMs), from: tsMs });
    },
    saved: () => ({ ...(low === undefined ? {} : { low }), ids: [...newest], heard: heardMs, ...(hole === undefined ? {} : { hole: { ...hole, ...(named === '' ? {} : { taken: named }) } }) }),
  };
}
