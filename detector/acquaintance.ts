// Which authors have spoken of a service before, about: a few kilobytes that forget the oldest and now and then take a
// stranger for one they know. And how many of a crowd are usually known, so that an unheard-of crowd is seen as one.

const firstBytes = 64;
const mostBytes = 2_048;
// At 8 bits an author and 4 of them set, one stranger in 40 seems known. Source: Bloom 1970.
const bitsAnAuthor = 8;
const bitsSet = 4;
/** Posts over which the usual share is remembered by half. */
const halfLifePosts = 1_000;
const keep = 2 ** (-1 / halfLifePosts);
const fewestPosts = 100;

export interface Acquaintance {
  /** The filter of the authors before the newest, then that of the newest, in one array. */
  filters: Uint8Array;
  /** Bytes of the first. */
  before: number;
  /** Authors in the second. */
  count: number;
  /** Posts, decayed, and those of them whose author was known. */
  posts: number;
  known: number;
}

export function createAcquaintance(): Acquaintance {
  return { filters: new Uint8Array(2 * firstBytes), before: firstBytes, count: 0, posts: 0, known: 0 };
}

/** As a snapshot has it: each filter on its own. */
export interface StoredAcquaintance extends Pick<Acquaintance, 'count' | 'posts' | 'known'> {
  readonly now: Uint8Array;
  readonly before: Uint8Array;
}

export function storeAcquaintance({ filters, before, ...rest }: Acquaintance): StoredAcquaintance {
  return { now: filters.subarray(before), before: filters.subarray(0, before), ...rest };
}

/** The reverse of `storeAcquaintance`. */
export function readAcquaintance({ now, before, count, posts, known }: StoredAcquaintance): Acquaintance {
  return { filters: joined(before, now), before: before.length, count, posts, known };
}

function joined(before: Uint8Array, now: Uint8Array): Uint8Array {
  const filters = new Uint8Array(before.length + now.length);
  filters.set(before);
  filters.set(now, before.length);
  return filters;
}

/** Whether this author (a 53-bit hash) has been met before; from here on yes. `usual`: what is met now tells what is usual. */
export function meet(who: Acquaintance, author: number, usual: boolean): boolean {
  const one = author >>> 0;
  const two = (Math.floor(author / 0x1_0000_0000) * 2 + 1) >>> 0;
  const { filters, before } = who;
  const fresh = !has(filters, before, filters.length - before, one, two);
  const known = !fresh || has(filters, 0, before, one, two);
  if (fresh) add(who, one, two);
  if (usual) {
    who.posts = who.posts * keep + 1;
    who.known = who.known * keep + (known ? 1 : 0);
  }
  return known;
}

/** Usual share of known authors, or null while too few are known to tell. */
export function usuallyKnown({ posts, known }: Acquaintance): number | null {
  return posts < fewestPosts ? null : known / posts;
}

function add(who: Acquaintance, one: number, two: number): void {
  const { filters, before } = who;
  const size = filters.length - before;
  const mask = size * 8 - 1;
  for (let i = 0; i < bitsSet; i++) {
    const bit = (one + Math.imul(i, two)) & mask;
    filters[before + (bit >>> 3)]! |= 1 << (bit & 7);
  }
  who.count += 1;
  if (who.count * bitsAnAuthor < size * 8) return;
  who.filters = joined(filters.subarray(before), new Uint8Array(Math.min(mostBytes, 2 * size)));
  who.before = size;
  who.count = 0;
}

/** Whether the filter of `size` bytes that begins at `from` knows the author. */
function has(filters: Uint8Array, from: number, size: number, one: number, two: number): boolean {
  const mask = size * 8 - 1;
  for (let i = 0; i < bitsSet; i++) {
    const bit = (one + Math.imul(i, two)) & mask;
    if ((filters[from + (bit >>> 3)]! & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}
