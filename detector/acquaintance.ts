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
  /** Filters of the newest authors and of those before them. */
  now: Uint8Array;
  before: Uint8Array;
  /** Authors in `now`. */
  count: number;
  /** Posts, decayed, and those of them whose author was known. */
  posts: number;
  known: number;
}

export function createAcquaintance(): Acquaintance {
  return { now: new Uint8Array(firstBytes), before: new Uint8Array(firstBytes), count: 0, posts: 0, known: 0 };
}

/** Whether this author (a 53-bit hash) has been met before; from here on yes. `usual`: what is met now tells what is usual. */
export function meet(who: Acquaintance, author: number, usual: boolean): boolean {
  const one = author >>> 0;
  const two = (Math.floor(author / 0x1_0000_0000) * 2 + 1) >>> 0;
  const fresh = !has(who.now, one, two);
  const known = !fresh || has(who.before, one, two);
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
  const mask = who.now.length * 8 - 1;
  for (let i = 0; i < bitsSet; i++) {
    const bit = (one + Math.imul(i, two)) & mask;
    who.now[bit >>> 3]! |= 1 << (bit & 7);
  }
  who.count += 1;
  if (who.count * bitsAnAuthor < who.now.length * 8) return;
  who.before = who.now;
  who.now = new Uint8Array(Math.min(mostBytes, 2 * who.before.length));
  who.count = 0;
}

function has(bits: Uint8Array, one: number, two: number): boolean {
  const mask = bits.length * 8 - 1;
  for (let i = 0; i < bitsSet; i++) {
    const bit = (one + Math.imul(i, two)) & mask;
    if ((bits[bit >>> 3]! & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}
