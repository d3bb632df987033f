// The word filter: whether a text may name anything, asked of hashes of its words. Nearly all posts name nothing, and it
// says so at a price that does not grow with the names. It errs one way only: what it lets through is looked at closely.
// It knows what names begin with; how a text is read is line-sift.ts's.
import { type Keep, makeAnew } from '../shared/keep.ts';
import type { Service } from '../shared/service.ts';
import type { Patterns } from './match-patterns.ts';
import { type Beginnings, createSieve, createSieveBuilder, depth, type Sieve } from './match-sieve.ts';
import { classes, kindBits, kinds } from './match-symbols.ts';

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

/** Hash of a word and of the word behind it, or of the letter or sign behind it as `letterOf` has it. */
export function pairOf(first: number, second: number): number {
  return Math.imul(first, 0x85ebca6b) ^ second;
}

/**
 * One more symbol in a window, the last two symbols of a run in a script whose names need not be whole words, 16 bits each.
 * `start`: the run begins with it, and only there can a name begin in its script.
 */
export function slide(window: number, symbol: number, start: boolean): number {
  return (window << 16) | (start ? 0x8000 : 0) | ((symbol >> kindBits) & 0x7fff);
}

/** Hash of one symbol more than a window holds, or another such hash: of what stands before it, and the window with it. */
export function longerOf(before: number, window: number): number {
  return pairOf(before, window & 0xffff);
}

/** Where `openings` has a window. */
export function openingAt(window: number): number {
  return Math.imul(window ^ (window >>> 15), spread) >>> 16;
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
  /** those of them that are all of a name that can be asked for */
  readonly alone: ReadonlySet<number>;
  /**
   * the first words of all other names with what comes behind: "you" begins one name in a thousand posts that hold "you". That
   * is a word, or the first letter in another script, or, where nothing else follows, the sign that stands next to the word
   */
  readonly pairs: ReadonlySet<number>;
  /** first words of hashtags and handles */
  readonly tags: ReadonlySet<number>;
  /**
   * by `openingAt` of a window: 0, no name begins with it in a script whose names need not be whole words; 1, one may; 2, one
   * does if `windows` or `longer` holds the three symbols that it becomes next
   */
  readonly openings: Uint8Array;
  /** three symbols that are all of a run, or the first four, which need the three in `longer` */
  readonly windows: ReadonlySet<number>;
  readonly longer: ReadonlySet<number>;
  /** by class: 1 where a name begins with this symbol and holds nothing more that could be asked for */
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
type Stretch = {
  isWord: boolean;
  value: number;
  /** of a window: what it was with two symbols, and the hash of three */
  opening: number;
  three: number;
  readonly symbols: Int32Array;
  length: number;
  /** the sign or space that stands next to its end; -1: none, 0: one that can't be told, since # and @ are others behind a letter */
  sign: number;
};

const emptyStretch = (): Stretch => ({ isWord: false, value: 0, opening: 0, three: 0, symbols: new Int32Array(depth), length: 0, sign: -1 });

/**
 * Reads the first two stretches of a sequence of classes; returns how many there are. Reading a text must come to the same
 * hashes and windows. Of their symbols the first are kept.
 */
function readStretches(sequences: Uint16Array, from: number, to: number, symbolOf: Int32Array, one: Stretch, two: Stretch): number {
  let now: Stretch | undefined;
  let count = 0;
  let before: number = kinds.other;
  for (let i = from; i < to; i++) {
    if (sequences[i] === classes.boundary) continue;
    const symbol = symbolOf[sequences[i]!]!;
    const kind = symbol & 7;
    if (kind === kinds.other || kind === kinds.space || kind === kinds.sigil) {
      if (now !== undefined) now.sign = symbol;
      now = undefined;
    } else if (kind === kinds.continuation && now === undefined && count === 1) {
      // a mark on a sign is no letter of either stretch: what follows is not asked for
      one.sign = 0;
      return 1;
    } else if (kind !== kinds.continuation && now?.isWord !== (kind === kinds.word)) {
      if (++count > 2) return 2;
      now = count === 1 ? one : two;
      now.isWord = kind === kinds.word;
      now.value = now.length = 0;
      now.sign = -1;
    }
    if (now !== undefined) {
      if (now.isWord) now.value = turn(now.value, letterOf(symbol));
      else if (now.length < 4) {
        const slid = slide(now.value, symbol, startsRuns(kind) && kind !== before);
        if (now.length === 1) now.opening = slid;
        else if (now.length === 2) now.three = longerOf(now.value, slid);
        now.value = slid;
      }
      if (now.length < depth) now.symbols[now.length++] = symbol;
    }
    if (kind !== kinds.continuation) before = kind;
  }
  return count;
}

/** Whether a space stands before the first word or run of a sequence. */
function beginsApart(sequences: Uint16Array, from: number, to: number, symbolOf: Int32Array): boolean {
  for (let i = from; i < to && sequences[i] !== classes.boundary; i++) {
    const kind = symbolOf[sequences[i]!]! & 7;
    if (kind === kinds.space) return true;
    if (kind !== kinds.other && kind !== kinds.sigil && kind !== kinds.continuation) return false;
  }
  return false;
}

/** The filter as plain data, which can be kept. */
type Kept = Omit<WordFilter, 'sieve'> & { readonly beginnings: Beginnings };

/** The filter of all names of these services. */
export function buildWordFilter(services: readonly Service[], patterns: Patterns, keep: Keep = makeAnew): WordFilter {
  const { beginnings, ...rest } = keep('word-filter', [services], () => readNames(patterns));
  return { ...rest, sieve: createSieve(patterns.table, beginnings) };
}

/** Reads all names. Exclude phrases are left out: whether one covers a name matters only where there is one. */
function readNames({ table, count, sequences, starts, isExclude }: Patterns): Kept {
  const sieve = createSieveBuilder(table);
  const first = new Set<number>();
  const alone = new Set<number>();
  const pairs = new Set<number>();
  const tags = new Set<number>();
  const openings = new Uint8Array(0x10000);
  const windows = new Set<number>();
  const longer = new Set<number>();
  const bare = new Uint8Array(table.classCount);

  function addWindow({ value, opening, three, length, symbols }: Stretch): void {
    if (length === 1) bare[symbols[0]! >> kindBits] = 1;
    else if (length === 2) openings[openingAt(value)] = 1;
    else {
      openings[openingAt(opening)] ||= 2;
      if (length > 3) longer.add(three);
      windows.add(length > 3 ? longerOf(three, value) : three);
    }
  }

  const one = emptyStretch();
  const two = emptyStretch();
  for (let i = 0; i < count; i++) {
    if (isExclude(i)) continue;
    const stretches = readStretches(sequences, starts[i]!, starts[i + 1]!, table.symbolOf, one, two);
    const lead = sequences[starts[i]!]!;
    // A sign that stands apart before all words is what a text is read from.
    if (stretches === 0 || beginsApart(sequences, starts[i]!, starts[i + 1]!, table.symbolOf)) {
      bare[lead] = 1;
      continue;
    }
    const isPair = stretches === 2 && two.isWord;
    const isTag = (lead === classes.hash || lead === classes.at) && sequences[starts[i]! + 1] === classes.boundary;
    if (!one.isWord) addWindow(one);
    else if (isTag && (stretches === 1 || isPair)) tags.add(one.value);
    else {
      first.add(one.value);
      if (stretches === 2) pairs.add(pairOf(one.value, isPair ? two.value : letterOf(two.symbols[0]!)));
      else if (one.sign > 0) pairs.add(pairOf(one.value, letterOf(one.sign)));
      else alone.add(one.value);
    }
    sieve.add(one, one.isWord, one.isWord && (isPair ? lead === classes.boundary : stretches === 2) ? two : undefined, one.sign >= 0);
  }
  return { beginnings: sieve.beginnings(), first: cellsOf(first), alone, pairs, tags, openings, windows, longer, bare };
}
