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

/** Hash of two words that stand one space apart. */
export function pairOf(first: number, second: number): number {
  return Math.imul(first, 0x85ebca6b) ^ second;
}

/** A Bloom filter of 32 bits a cell, so that a word costs one look at memory; cell = Math.imul(hash, spread) >>> shift. */
export type Cells = { readonly cells: Int32Array; readonly shift: number };

export type WordFilter = {
  /** by byte: 0 where it is no ASCII letter, digit or underscore, else 1 + 4 * its class */
  readonly letter: Uint16Array;
  /** words that some name begins with */
  readonly first: Cells;
  /** those of them after which a name may go on with anything, or end */
  readonly alone: Cells;
  /** the first two words of all other names: "you" begins one name in a thousand posts that hold "you" */
  readonly pairs: Cells;
};

function cellsOf(hashes: ReadonlySet<number>): Cells {
  const cellBits = Math.min(24, Math.max(8, Math.ceil(Math.log2(hashes.size + 1))));
  const shift = 32 - cellBits;
  const cells = new Int32Array(1 << cellBits);
  for (const hash of hashes) cells[Math.imul(hash, spread) >>> shift]! |= bitsOf(hash);
  return { cells, shift };
}

/**
 * The filter of all names that begin with a word; about one other word in two hundred passes it by chance. Exclude
 * phrases are left out: whether one may cover a name is known from the name.
 */
export function buildWordFilter(patterns: readonly Pattern[], table: SymbolTable): WordFilter {
  const letter = new Uint16Array(256);
  const letterOfClass = new Map<number, number>();
  table.ascii.forEach((symbol, byte) => {
    if ((symbol & 7) !== kinds.word) return;
    const cls = symbol >> kindBits;
    letter[byte] = 1 + 4 * cls;
    if (cls !== classes.unknown) letterOfClass.set(cls, letter[byte]);
  });

  /** Hash of the ASCII letters of `key` from `i` on, and the index behind them. */
  function wordAt(key: string, i: number): { hash: number; end: number } {
    let hash = 0;
    for (; i < key.length; i++) {
      const value = letterOfClass.get(key.charCodeAt(i));
      if (value === undefined) break;
      hash = ((hash << wordTurn) | (hash >>> (32 - wordTurn))) ^ value;
    }
    return { hash, end: i };
  }

  const first = new Set<number>();
  const alone = new Set<number>();
  const pairs = new Set<number>();
  for (const { key, uses } of patterns) {
    if (key.charCodeAt(0) !== classes.boundary || uses.every(({ by }) => by === 'exclude')) continue;
    const one = wordAt(key, 1);
    const spaced = key.charCodeAt(one.end) === classes.space && key.charCodeAt(one.end + 1) === classes.boundary;
    const two = wordAt(key, one.end + 2);
    first.add(one.hash);
    if (spaced && two.end > one.end + 2) pairs.add(pairOf(one.hash, two.hash));
    else alone.add(one.hash);
  }
  return { letter, first: cellsOf(first), alone: cellsOf(alone), pairs: cellsOf(pairs) };
}
