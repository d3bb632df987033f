// Which words have lately been used of a service, about, so that a text made of nothing but used ones is known: who finds
// their own words soon brings a new one, whatever is spun from a template never does again. Knows hashes of words only.

const bytes = 512;
// At 6 bits a word and 2 of them set one new word in 13 seems used. Source: Bloom 1970.
const mostWords = 680;
const slotMs = 60 * 60_000;

export interface Vocabulary {
  now: Uint8Array;
  before: Uint8Array;
  words: number;
  /** Hour (counted from 1970) of `now`. */
  slot: number;
}

export function createVocabulary(at: number): Vocabulary {
  return { now: new Uint8Array(bytes), before: new Uint8Array(bytes), words: 0, slot: Math.floor(at / slotMs) };
}

/** Adds the words (32-bit hashes) of a post at `at` (ms); how many of them were new. */
export function use(vocabulary: Vocabulary, words: readonly number[], at: number): number {
  const slot = Math.floor(at / slotMs);
  if (slot > vocabulary.slot || vocabulary.words >= mostWords) {
    vocabulary.before = slot > vocabulary.slot + 1 ? new Uint8Array(bytes) : vocabulary.now;
    vocabulary.now = new Uint8Array(bytes);
    vocabulary.words = 0;
    vocabulary.slot = Math.max(slot, vocabulary.slot);
  }
  let fresh = 0;
  for (const word of words) {
    const one = word & (bytes * 8 - 1);
    const two = (word >>> 12) & (bytes * 8 - 1);
    if (has(vocabulary.now, one, two)) continue;
    if (!has(vocabulary.before, one, two)) fresh += 1;
    vocabulary.now[one >>> 3]! |= 1 << (one & 7);
    vocabulary.now[two >>> 3]! |= 1 << (two & 7);
    vocabulary.words += 1;
  }
  return fresh;
}

function has(bits: Uint8Array, one: number, two: number): boolean {
  return (bits[one >>> 3]! & (1 << (one & 7))) !== 0 && (bits[two >>> 3]! & (1 << (two & 7))) !== 0;
}
