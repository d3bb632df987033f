// Which posts a service has heard already, so that one that is delivered again is dropped. Kept for half an hour at least
// and an hour at most of event time; of a flood, the newest. Knows hashes of ids only.

const minuteMs = 60_000;
/** A repeat within this time of event time is dropped; workers that start again repeat seconds. */
export const repeatMs = 30 * minuteMs;
const mostIds = 8_192;
const fewestPlaces = 8;

/** Hashes in a table with open addresses, at most half full; 0 is an empty place. */
export interface Ids {
  size: number;
  table: number[];
}

/** Ids of the half hour `slot` (counted from 1970) and of the one before it; in a flood, of the newest thousands and those before. */
export interface SeenPosts {
  slot: number;
  now: Ids;
  before: Ids;
}

/** Nothing heard yet at `at` (ms). */
export function createSeenPosts(at: number): SeenPosts {
  return { slot: Math.floor(at / repeatMs), now: createIds(), before: createIds() };
}

/** True when the id (a whole number from 1 up, its lower bits well mixed) is new; it is then remembered. */
export function isNew(seen: SeenPosts, id: number): boolean {
  if (has(seen.before, id) || !add(seen.now, id)) return false;
  if (seen.now.size >= mostIds) turn(seen);
  return true;
}

/** Everything before `at` (ms) is over: forgets what no repeat is expected of. Called at minutes' ends, so that framing can't matter. */
export function forgetSeen(seen: SeenPosts, at: number): void {
  const slot = Math.floor(at / repeatMs);
  if (slot <= seen.slot) return;
  turn(seen);
  if (slot > seen.slot + 1) seen.before = createIds();
  seen.slot = slot;
}

/** Ids as they are kept, of a list of them. */
export function idsOf(list: Iterable<number>): Ids {
  const ids = createIds();
  for (const id of list) add(ids, id);
  return ids;
}

function turn(seen: SeenPosts): void {
  seen.before = seen.now;
  seen.now = createIds();
}

function createIds(): Ids {
  return { size: 0, table: empty(fewestPlaces) };
}

function empty(places: number): number[] {
  return Array<number>(places).fill(0);
}

/** Where the id stands, or the empty place where it would. */
function placeOf(table: readonly number[], id: number): number {
  const mask = table.length - 1;
  let place = (id >>> 0) & mask;
  while (table[place] !== id && table[place] !== 0) place = (place + 1) & mask;
  return place;
}

function has({ size, table }: Ids, id: number): boolean {
  return size > 0 && table[placeOf(table, id)] === id;
}

/** False when it was there. */
function add(ids: Ids, id: number): boolean {
  let place = placeOf(ids.table, id);
  if (ids.table[place] === id) return false;
  if (2 * (ids.size + 1) > ids.table.length) {
    const old = ids.table;
    ids.table = empty(2 * old.length);
    for (const one of old) if (one !== 0) ids.table[placeOf(ids.table, one)] = one;
    place = placeOf(ids.table, id);
  }
  ids.table[place] = id;
  ids.size += 1;
  return true;
}
