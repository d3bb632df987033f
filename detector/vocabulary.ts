// Which words have lately been used of a service, about, so that a text made of nothing but used ones is known: who finds
// their own words soon brings a new one, whatever is spun from a template never does again. Knows hashes of words only.

const bytes = 512;
// At 6 bits a word and 2 of them set one new word in 13 seems used. Source: Bloom 1970.
const mostWords = 680;
const slotMs = 60 * 60_000;
// Of most services a handful of words is said in an hour: so many bits are a list, more the filter itself.
const mostListed = 64;

/** Which bits of a filter are set: their places in the order in which they were set, or all bits. */
export type Bits = number[] | Uint8Array;

export interface Vocabulary {
  now: Bits;
  before: Bits;
  words: number;
  /** Hour (counted from 1970) of `now`. */
  slot: number;
}

export function createVocabulary(at: number): Vocabulary {
  return { now: [], before: [], words: 0, slot: Math.floor(at / slotMs) };
}

/** Adds the words (32-bit hashes) of a post at `at` (ms); how many of them were new. */
export function use(vocabulary: Vocabulary, words: readonly number[], at: number): number {
  const slot = Math.floor(at / slotMs);
  if (slot > vocabulary.slot || vocabulary.words >= mostWords) {
    vocabulary.before = slot > vocabulary.slot + 1 ? [] : vocabulary.now;
    vocabulary.now = [];
    vocabulary.words = 0;
    vocabulary.slot = Math.max(slot, vocabulary.slot);
  }
  let fresh = 0;
  let grown = false;
  for (const word of words) {
    const one = word & (bytes * 8 - 1);
    const two = (word >>> 12) & (bytes * 8 - 1);
    if (has(vocabulary.now, one, two)) continue;
    if (!has(vocabulary.before, one, two)) fresh += 1;
    vocabulary.now = withBits(vocabulary.now, one, two);
    vocabulary.words += 1;
    grown = true;
  }
  // a list that was pushed to takes half as much again, and may stay as it is for an hour
  if (grown && Array.isArray(vocabulary.now)) vocabulary.now = vocabulary.now.slice();
  return fresh;
}

function has(bits: Bits, one: number, two: number): boolean {
  if (Array.isArray(bits)) return bits.includes(one) && bits.includes(two);
  return (bits[one >>> 3]! & (1 << (one & 7))) !== 0 && (bits[two >>> 3]! & (1 << (two & 7))) !== 0;
}

/** The same bits with two more: the list itself while it is short, then a filter. */
function withBits(bits: Bits, one: number, two: number): Bits {
  if (!Array.isArray(bits)) {
    setBit(bits, one);
    setBit(bits, two);
    return bits;
  }
  if (!bits.includes(one)) bits.push(one);
  if (!bits.includes(two)) bits.push(two);
  if (bits.length <= mostListed) return bits;
  const filter = new Uint8Array(bytes);
  for (const bit of bits) setBit(filter, bit);
  return filter;
}

function setBit(filter: Uint8Array, bit: number): void {
  filter[bit >>> 3]! |= 1 << (bit & 7);
}
