// The words that any lexicon knows, each with its number, found by the hash that came with cutting a text. Owns listing and
// finding: what a word says its caller knows. Nothing is remembered of texts, so a text of new words costs no more than one of old.
import { type Line, isPause } from './judge-line.ts';

/** Words numbered from 0 up, in the order in which they came. */
export interface WordTable {
  /** The number of a word by its code units and its hash (judge-line.ts), listed where it is new. Throws when there are too many: lexicons are ours. */
  add(units: Uint16Array, start: number, length: number, hash: number): number;
  /** Finds what is listed by now. */
  finder(): FindWord;
  count(): number;
  /** The code units of all words, and where those of each begin; its last ends where the next begins. */
  letters(): Uint16Array;
  startOf(word: number): number;
  /** The table as it stands; more words may change it. */
  kept(): KeptWords;
}

/** A table as plain data. */
export interface KeptWords {
  readonly size: number;
  readonly slots: Uint16Array | Int32Array;
  readonly letters: Uint16Array;
  readonly facts: Int32Array;
  readonly count: number;
}

/** The number of a word, or -1. */
export type FindWord = (units: Uint16Array, start: number, length: number, hash: number) => number;

/** The classes of words no lexicon knows. */
export interface Unknown {
  readonly plain: number;
  readonly dense: number;
  readonly pause: number;
}

export interface Vocabulary {
  /** The class of the word at a place among a line's words. */
  classAt(line: Line, index: number): number;
  /** All stems that a listed word, or a stem, begins with, as their numbers; itself among them. */
  stemsOf(units: Uint16Array, start: number, end: number): number[];
}

const none = -1;
/** of three letters, in 16 bits: which words could begin with a stem */
const opening = (a: number, b: number, c: number): number => (Math.imul(Math.imul(a, 0x9e35) ^ b, 0x85eb) ^ Math.imul(c, 0x1b3)) & 0xffff;
const shortest = 3;
const longest = 30;

/**
 * An exact table of words: an open hash of small numbers, so that a word that is not listed, as most are not, costs one look
 * at a table that the machine keeps near; then what each listed word is. Up to `most` words, 65,534 unless told. `from`: one
 * that was made before with the same bound.
 */
export function createWordTable(most = 0xfffe, from?: KeptWords): WordTable {
  let size = from?.size ?? 1 << 10;
  let last = size - 1;
  const createSlots = (): Uint16Array | Int32Array => (most > 0xfffe ? new Int32Array(size) : new Uint16Array(size));
  let slots = from?.slots ?? createSlots(); // number of a word plus one, 0 for a free slot
  let letters = from?.letters ?? new Uint16Array(4 * size);
  let facts = from?.facts ?? new Int32Array(2 * size); // of each word: hash, where its letters begin
  let count = from?.count ?? 0;
  let find = finder();

  /** Finds in the tables as they are: they are no variables to it, which the hot path is quicker by. */
  function finder(): FindWord {
    const own = slots;
    const known = facts;
    const text = letters;
    const mask = last;
    return (units, start, length, hash) => {
      for (let slot = (hash ^ (hash >>> 15)) & mask; own[slot] !== 0; slot = (slot + 1) & mask) {
        const word = own[slot]! - 1;
        const at = 2 * word;
        if (known[at] !== hash) continue;
        const place = known[at + 1]!;
        if (known[at + 3]! - place !== length) continue;
        let i = 0;
        while (i < length && text[place + i] === units[start + i]) i++;
        if (i === length) return word;
      }
      return none;
    };
  }

  function grow(): void {
    size *= 2;
    last = size - 1;
    slots = createSlots();
    const more = new Int32Array(2 * size);
    more.set(facts);
    facts = more;
    for (let word = 0; word < count; word++) {
      const hash = facts[2 * word]!;
      let slot = (hash ^ (hash >>> 15)) & last;
      while (slots[slot] !== 0) slot = (slot + 1) & last;
      slots[slot] = word + 1;
    }
    find = finder();
  }

  return {
    add(units, start, length, hash) {
      const known = find(units, start, length, hash);
      if (known !== none) return known;
      if (count === most) throw new Error(`lexicons of more than ${most} words`);
      const place = facts[2 * count + 1]!;
      if (place + length > letters.length) {
        const more = new Uint16Array(2 * (place + length));
        more.set(letters);
        letters = more;
        find = finder();
      }
      for (let i = 0; i < length; i++) letters[place + i] = units[start + i]!;
      facts[2 * count] = hash;
      facts[2 * count + 3] = place + length;
      let slot = (hash ^ (hash >>> 15)) & last;
      while (slots[slot] !== 0) slot = (slot + 1) & last;
      slots[slot] = ++count;
      if (2 * (count + 1) > size) grow();
      return count - 1;
    },
    finder,
    count: () => count,
    letters: () => letters,
    startOf: (word) => facts[2 * word + 1]!,
    kept: () => ({ size, slots, letters, facts, count }),
  };
}

/**
 * Makes the vocabulary of words and of stems, a stem's class being that of every word that begins with it, is not listed and
 * begins with no longer stem: word n is of class `firstClass` + n, and the stems follow the words.
 */
export function createVocabulary(words: WordTable, stems: WordTable, firstClass: number, unknown: Unknown, alone: Uint8Array): Vocabulary {
  const firstStem = firstClass + words.count();
  const wordAt = words.finder();
  const stemFound = stems.finder();
  /** class of a word of one unit, plus one; 0 where none is listed */
  const single = new Int32Array(0x10000);
  const letters = words.letters();
  for (let n = 0; n < words.count(); n++) if (words.startOf(n + 1) - words.startOf(n) === 1) single[letters[words.startOf(n)]!] = firstClass + n + 1;
  const opens = new Uint8Array(0x10000);
  /** by first letter: how long its stems are, a bit a length; stems of less than three letters open all */
  const lengths = new Int32Array(0x10000);
  const openAll = new Uint8Array(0x10000);
  const stemLetters = stems.letters();
  for (let n = 0; n < stems.count(); n++) {
    const start = stems.startOf(n);
    const length = stems.startOf(n + 1) - start;
    const first = stemLetters[start]!;
    if (length > longest) throw new Error(`lexicon stem of more than ${longest} letters: ${String.fromCharCode(...stemLetters.subarray(start, start + length))}`);
    if (length < shortest) openAll[first] = 1;
    else opens[opening(first, stemLetters[start + 1]!, stemLetters[start + 2]!)] = 1;
    lengths[first]! |= 1 << length;
  }

  const mayHaveStem = (units: Uint16Array, start: number, length: number): boolean =>
    openAll[units[start]!] !== 0 || (length >= shortest && opens[opening(units[start]!, units[start + 1]!, units[start + 2]!)] !== 0);

  /** The longest stem that the word begins with, or -1; all of them go to `found` if it is given. */
  const stemAt = (units: Uint16Array, start: number, end: number, found?: number[]): number => {
    let bits = lengths[units[start]!]!;
    let hash = 0x811c9dc5; // as in hashOf
    let longestFound = none;
    for (let i = start; i < end && bits !== 0; i++) {
      hash = Math.imul(hash ^ units[i]!, 0x01000193);
      const bit = 1 << (i + 1 - start);
      if ((bits & bit) === 0) continue;
      bits &= ~bit;
      const stem = stemFound(units, start, i + 1 - start, hash);
      if (stem === none) continue;
      longestFound = stem;
      found?.push(stem);
    }
    return longestFound;
  };

  return {
    classAt({ units, starts, ends, hashes }, index) {
      const start = starts[index]!;
      const length = ends[index]! - start;
      const first = units[start]!;
      if (length === 1) {
        const known = single[first]!;
        if (known !== 0) return known - 1;
      } else {
        const known = wordAt(units, start, length, hashes[index]!);
        if (known !== -1) return firstClass + known;
      }
      if (mayHaveStem(units, start, length)) {
        const stem = stemAt(units, start, start + length);
        if (stem !== -1) return firstStem + stem;
      }
      if (first < 0x80) return first < 0x40 && isPause(first) ? unknown.pause : unknown.plain;
      return alone[first] === 1 ? unknown.dense : unknown.plain;
    },
    stemsOf(units, start, end) {
      const found: number[] = [];
      if (mayHaveStem(units, start, end - start)) stemAt(units, start, end, found);
      return found;
    },
  };
}
