// The words that any lexicon knows, each with its class, found by the hash that came with cutting a text. Owns finding: what
// a class is its caller says. Nothing is remembered of texts, so a text of new words costs no more than one of old.
import { type Line, hashOf, isPause } from './judge-line.ts';

/** The classes of words no lexicon knows. */
export interface Unknown {
  readonly plain: number;
  readonly dense: number;
  readonly pause: number;
}

export interface Vocabulary {
  /** The class of the word at a place among a line's words. */
  classAt(line: Line, index: number): number;
}

interface Known {
  readonly text: string;
  readonly class: number;
}

const none = -1;
/** of three letters, in 16 bits: which words could begin with a stem */
const opening = (a: number, b: number, c: number): number => (Math.imul(Math.imul(a, 0x9e35) ^ b, 0x85eb) ^ Math.imul(c, 0x1b3)) & 0xffff;
const shortest = 3;

/**
 * An exact table of words: an open hash of small numbers, so that a word that is not listed, as most are not, costs one look
 * at a table that the machine keeps near; then what each listed word is. Gives the class, or -1.
 */
function createTable(known: readonly Known[]): (units: Uint16Array, start: number, length: number, hash: number) => number {
  if (known.length >= 0xffff) throw new Error('lexicons of more than 65,534 words');
  let size = 16;
  while (size < 2 * known.length) size *= 2;
  const last = size - 1;
  const slots = new Uint16Array(size); // number of a word, 0 for a free slot
  const letters = new Uint16Array(known.reduce((sum, { text }) => sum + text.length, 0));
  const facts = new Int32Array(4 * (known.length + 1)); // of each word: hash, where its letters are, how many, class
  let end = 0;
  for (const [i, { text, class: id }] of known.entries()) {
    const hash = hashOf(text);
    let slot = (hash ^ (hash >>> 15)) & last;
    while (slots[slot] !== 0) slot = (slot + 1) & last;
    slots[slot] = i + 1;
    facts.set([hash, end, text.length, id], 4 * (i + 1));
    for (let k = 0; k < text.length; k++) letters[end++] = text.charCodeAt(k);
  }
  return (units, start, length, hash) => {
    for (let slot = (hash ^ (hash >>> 15)) & last; slots[slot] !== 0; slot = (slot + 1) & last) {
      const at = 4 * slots[slot]!;
      if (facts[at] !== hash || facts[at + 2] !== length) continue;
      const place = facts[at + 1]!;
      let i = 0;
      while (i < length && letters[place + i] === units[start + i]) i++;
      if (i === length) return facts[at + 3]!;
    }
    return -1;
  };
}

/**
 * Builds the vocabulary: words with their classes, and stems, whose class is that of every word beginning with them that is
 * not listed and begins with no longer stem.
 */
export function createVocabulary(words: ReadonlyMap<string, number>, stems: ReadonlyMap<string, number>, unknown: Unknown, alone: Uint8Array): Vocabulary {
  const wordAt = createTable([...words].filter(([text]) => text.length > 1).map(([text, id]) => ({ text, class: id })));
  const stemAt = createTable([...stems].map(([text, id]) => ({ text, class: id })));
  /** class of a word of one unit, plus one; 0 where none is listed */
  const single = new Int32Array(0x10000);
  for (const [text, id] of words) if (text.length === 1) single[text.charCodeAt(0)] = id + 1;
  const opens = new Uint8Array(0x10000);
  /** by first letter: how long its stems are, a bit a length; stems of less than three letters open all */
  const lengths = new Map<number, number>();
  const openAll = new Uint8Array(0x10000);
  for (const text of stems.keys()) {
    const first = text.charCodeAt(0);
    if (text.length > 30) throw new Error(`lexicon stem of more than 30 letters: ${text}`);
    if (text.length < shortest) openAll[first] = 1;
    else opens[opening(first, text.charCodeAt(1), text.charCodeAt(2))] = 1;
    lengths.set(first, (lengths.get(first) ?? 0) | (1 << text.length));
  }

  const stemClass = (units: Uint16Array, start: number, end: number): number => {
    let bits = lengths.get(units[start]!) ?? 0;
    let hash = 0x811c9dc5; // as in hashOf
    let found = none;
    for (let i = start; i < end && bits !== 0; i++) {
      hash = Math.imul(hash ^ units[i]!, 0x01000193);
      const bit = 1 << (i + 1 - start);
      if ((bits & bit) === 0) continue;
      bits &= ~bit;
      const id = stemAt(units, start, i + 1 - start, hash);
      if (id !== none) found = id;
    }
    return found;
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
        if (known !== -1) return known;
      }
      if (openAll[first] !== 0 || (length >= 3 && opens[opening(first, units[start + 1]!, units[start + 2]!)] !== 0)) {
        const stem = stemClass(units, start, start + length);
        if (stem !== -1) return stem;
      }
      if (first < 0x80) return first < 0x40 && isPause(first) ? unknown.pause : unknown.plain;
      return alone[first] === 1 ? unknown.dense : unknown.plain;
    },
  };
}
