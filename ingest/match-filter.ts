// The word filter: whether a text may name anything, asked of hashes of its words. Nearly all posts name nothing, and it
// says so at a price that does not grow with the names. It errs one way only: what it lets through is looked at closely.
// It knows what names begin with; how a text is read is line-sift.ts's.
import type { Pattern } from './match-patterns.ts';
import { buildSieve, type Opening, type Sieve } from './match-sieve.ts';
import { classes, kindBits, kinds, type SymbolTable } from './match-symbols.ts';

/**
 * A symbol as it goes into the hash of a word: 30 bits, and neighbours far apart, or else two letters would add up to the
 * same as two others (the finisher of MurmurHash3, cut short).
 */
export function letterOf(symbol: number): number {
  const mixed = Math.imul(symbol, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 2;
}

/** The hash of a word that one more letter is added to; 0 where no word is begun. */
export function turn(hash: number, letter: number): number {
  return ((hash << 5) | (hash >>> 27)) ^ letter;
}

/** Hash of two words, one behind the other. */
export function pairOf(first: number, second: number): number {
  return Math.imul(first, 0x85ebca6b) ^ second;
}

/**
 * One more symbol in a window, the last symbols of a run in a script whose names need not be whole words, a byte each.
 * `start`: the run begins with it, and only there can a name begin in its script.
 */
export function slide(window: number, symbol: number, start: boolean): number {
  return (window << 8) | (start ? 0x80 : 0) | ((symbol >> kindBits) & 0x7f);
}

/** Whether only the start of a run can begin a name in this script. */
export function startsRuns(kind: number): boolean {
  return kind === kinds.hangul || kind === kinds.katakana;
}

/** Spreads a hash over its high bits (Knuth's multiplicative hash): cell = Math.imul(hash, spread) >>> shift. */
export const spread = 0x9e3779b1 | 0;

/** The three bits that a hash sets in its cell. */
export function bitsOf(hash: number): number {
  const mixed = hash ^ (hash >>> 15);
  return (1 << (mixed & 31)) | (1 << ((mixed >>> 5) & 31)) | (1 << ((mixed >>> 10) & 31));
}

/** A Bloom filter of 32 bits a cell, so that a question costs one look at memory. */
export type Cells = { readonly cells: Int32Array; readonly shift: number };

/** What names begin with. In all of it, words are told apart as the matcher does, and what parts them does not matter. */
export type WordFilter = {
  /** what is asked first, letter by letter */
  readonly sieve: Sieve;
  /** words that some name begins with: about one other word in two hundred passes by chance */
  readonly first: Cells;
  /** those of them after which a name may go on with anything, or end */
  readonly alone: ReadonlySet<number>;
  /** the first two words of all other names: "you" begins one name in a thousand posts that hold "you" */
  readonly pairs: ReadonlySet<number>;
  /** first words of hashtags and handles */
  readonly tags: ReadonlySet<number>;
  /**
   * by the last two symbols of a window: 0, no name begins with them in a script whose names need not be whole words;
   * 1, one may; 2, one does if `windows` holds the window of three symbols that comes next
   */
  readonly openings: Uint8Array;
  readonly windows: ReadonlySet<number>;
  /** by class: 1 where a name begins with this symbol and holds no word that could be asked for */
  readonly bare: Uint8Array;
};

function cellsOf(hashes: ReadonlySet<number>): Cells {
  const cellBits = Math.min(24, Math.max(8, Math.ceil(Math.log2(hashes.size + 1))));
  const shift = 32 - cellBits;
  const cells = new Int32Array(1 << cellBits);
  for (const hash of hashes) cells[Math.imul(hash, spread) >>> shift]! |= bitsOf(hash);
  return { cells, shift };
}

/** A stretch of a name: a word by its hash, or the window that a run in another script begins with. */
type Stretch = { readonly word: boolean; value: number; readonly symbols: number[] };

/** The stretches of one pattern. Reading a text must come to the same hashes and windows. */
function stretchesOf(key: string, symbolOf: Int32Array): Stretch[] {
  const stretches: Stretch[] = [];
  let now: Stretch | undefined;
  let before: number = kinds.other;
  for (let i = 0; i < key.length; i++) {
    if (key.charCodeAt(i) === classes.boundary) continue;
    const symbol = symbolOf[key.charCodeAt(i)]!;
    const kind = symbol & 7;
    if (kind === kinds.other || kind === kinds.space || kind === kinds.sigil) now = undefined;
    else if (kind !== kinds.continuation && now?.word !== (kind === kinds.word)) stretches.push((now = { word: kind === kinds.word, value: 0, symbols: [] }));
    if (now !== undefined) {
      if (now.word) now.value = turn(now.value, letterOf(symbol));
      else if (now.symbols.length < 3) now.value = slide(now.value, symbol, startsRuns(kind) && kind !== before);
      now.symbols.push(symbol);
    }
    if (kind !== kinds.continuation) before = kind;
  }
  return stretches;
}

/** The filter of all names. Exclude phrases are left out: whether one covers a name matters only where there is one. */
export function buildWordFilter(patterns: readonly Pattern[], table: SymbolTable): WordFilter {
  const begun: Opening[] = [];
  const first = new Set<number>();
  const alone = new Set<number>();
  const pairs = new Set<number>();
  const tags = new Set<number>();
  const openings = new Uint8Array(0x10000);
  const windows = new Set<number>();
  const bare = new Uint8Array(table.classCount);

  function addWords(one: Stretch, two: Stretch | undefined): void {
    first.add(one.value);
    if (two?.word === true) pairs.add(pairOf(one.value, two.value));
    else alone.add(one.value);
  }

  function addWindow({ value, symbols }: Stretch): void {
    if (symbols.length === 1) for (let any = 0; any < 256; any++) openings[(any << 8) | value] = 1;
    else if (symbols.length === 2) openings[value] = 1;
    else {
      openings[value >> 8] ||= 2;
      windows.add(value);
    }
  }

  for (const { key, uses } of patterns) {
    if (uses.every(({ by }) => by === 'exclude')) continue;
    const [one, two] = stretchesOf(key, table.symbolOf);
    const lead = key.charCodeAt(0);
    if (one === undefined) bare[lead] = 1;
    else if (!one.word) addWindow(one);
    else if (lead === classes.hash || lead === classes.at) tags.add(one.value);
    else addWords(one, two);
    if (one !== undefined) begun.push({ symbols: one.symbols, wholeWord: one.word, second: one.word && lead === classes.boundary && two?.word === true ? two.symbols : [] });
  }
  return {
    sieve: buildSieve(begun, table),
    first: cellsOf(first),
    alone,
    pairs,
    tags,
    openings,
    windows,
    bare,
  };
}
