// The word filter: whether a word of ASCII letters may begin a name. Most words of most posts don't, and one bit says so
// at a price that does not grow with the names, where walking the automaton letter by letter mispredicts at every word.
// It errs one way only: a word that it lets through is walked.
import type { Pattern } from './match-patterns.ts';
import { classes, kindBits, kinds, type SymbolTable } from './match-symbols.ts';

/** Hash of a word, letter by letter: h turned left by this many bits, ^ letter[byte], from 0. */
export const wordTurn = 5;
/** Spreads the hash of a word over its high bits (Knuth's multiplicative hash): cell = Math.imul(h, spread) >>> shift. */
export const spread = 0x9e3779b1 | 0;

/** The three bits that a word with this hash sets in its cell. */
export function bitsOf(hash: number): number {
  const mixed = hash ^ (hash >>> 15);
  return (1 << (mixed & 31)) | (1 << ((mixed >>> 5) & 31)) | (1 << ((mixed >>> 10) & 31));
}

export type WordFilter = {
  /** by byte: 0 where it is no ASCII letter, digit or underscore, else 1 + 4 * its class */
  readonly letter: Uint16Array;
  /** one Bloom filter of 32 bits a cell, so that a word costs one look at memory */
  readonly cells: Int32Array;
  readonly shift: number;
};

/** The filter of all patterns that begin with a word; about one other word in two hundred passes it by chance. */
export function buildWordFilter(patterns: readonly Pattern[], table: SymbolTable): WordFilter {
  const letter = new Uint16Array(256);
  const letterOfClass = new Map<number, number>();
  table.ascii.forEach((symbol, byte) => {
    if ((symbol & 7) !== kinds.word) return;
    const cls = symbol >> kindBits;
    letter[byte] = 1 + 4 * cls;
    if (cls !== classes.unknown) letterOfClass.set(cls, letter[byte]);
  });

  const hashes = new Set<number>();
  for (const { key } of patterns) {
    if (key.charCodeAt(0) !== classes.boundary) continue;
    let hash = 0;
    for (let i = 1; i < key.length; i++) {
      const value = letterOfClass.get(key.charCodeAt(i));
      if (value === undefined) break;
      hash = ((hash << wordTurn) | (hash >>> (32 - wordTurn))) ^ value;
    }
    hashes.add(hash);
  }

  const cellBits = Math.min(24, Math.max(8, Math.ceil(Math.log2(hashes.size + 1))));
  const shift = 32 - cellBits;
  const cells = new Int32Array(1 << cellBits);
  for (const hash of hashes) cells[Math.imul(hash, spread) >>> shift]! |= bitsOf(hash);
  return { letter, cells, shift };
}
