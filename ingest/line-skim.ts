// Skimming: ASCII words are passed over without looking at each. A word ends where nobody can foretell, and a processor
// that guesses wrong there pays as for ten letters; so the words of a span are hashed without a branch, then looked up.
import { step } from './match-automaton.ts';
import { bitsOf, pairOf, spread, wordTurn, type Cells } from './match-filter.ts';
import type { Matcher } from './match.ts';
import { kindBits, kinds } from './match-symbols.ts';

export type Skim = {
  /**
   * Reads on from buf[from], where no word is begun, and returns where it stopped; reads nothing at or past `end`, before
   * which stands what is no letter.
   */
  read(buf: Uint8Array, from: number, end: number): number;
  /** Why: a `word` starts here that may begin a name; a `sign` that must be looked at; or the `span` was long enough. */
  readonly stop: 'word' | 'sign' | 'span';
};

const backslash = 0x5c;
/** Short, because what stands behind a word that is walked is hashed again. */
const spanBytes = 128;

function holds({ cells, shift }: Cells, hash: number): boolean {
  const asked = bitsOf(hash);
  return (cells[Math.imul(hash, spread) >>> shift]! & asked) === asked;
}

/** By byte: the letter's value, 0 for what only parts words, -1 for what must be looked at: quote, backslash, what may begin a name, all but ASCII. */
function signsOf(matcher: Matcher): Int16Array {
  const { letter } = matcher.filter;
  const signs = new Int16Array(256).fill(-1);
  matcher.table.ascii.forEach((symbol, byte) => {
    if (letter[byte] !== 0) signs[byte] = letter[byte]!;
    else if (byte !== 0x22 && byte !== backslash && symbol >= 0 && ((symbol & 7) === kinds.other || (symbol & 7) === kinds.space)) {
      if (step(matcher.automaton.cells, 0, symbol >> kindBits) === 0) signs[byte] = 0;
    }
  });
  return signs;
}

/** Makes the skim of one matcher; each reader has its own, since why it stopped is in its field. */
export function createSkim(matcher: Matcher): Skim {
  const { letter, first, alone, pairs } = matcher.filter;
  const { cells, shift } = first;
  const signs = signsOf(matcher);
  const hashes = new Int32Array(spanBytes);
  const lasts = new Int32Array(spanBytes);
  const skim: { -readonly [K in keyof Skim]: Skim[K] } = { read, stop: 'sign' };

  function read(buf: Uint8Array, from: number, end: number): number {
    const limit = Math.min(from + spanBytes, end);
    let i = from;
    let words = 0;
    let hash = 0;
    let inWord = 0;
    let sign = 0;
    for (; i < limit; i++) {
      sign = signs[buf[i]!]!;
      if (sign < 0) break;
      // All ones for a letter.
      const mask = (0 - sign) >> 31;
      hash = (((hash << wordTurn) | (hash >>> (32 - wordTurn))) ^ sign) & mask;
      words -= inWord & ~mask;
      hashes[words] = hash;
      lasts[words] = i;
      inWord = mask;
    }
    skim.stop = sign < 0 ? 'sign' : 'span';
    if (inWord !== 0) {
      const start = startOf(buf, i - 1, from);
      // A word that the span cuts is left to the next one. What is no ASCII, or escaped, may be one more letter: walked.
      if (sign >= 0 && start > from) i = start;
      else if (sign >= 0 || buf[i]! >= 0x80 || buf[i] === backslash) {
        i = start;
        skim.stop = 'word';
      } else words++;
    }
    for (let n = 0; n < words; n++) {
      const one = hashes[n]!;
      const asked = bitsOf(one);
      if ((cells[Math.imul(one, spread) >>> shift]! & asked) !== asked || beginsNothing(buf, lasts[n]! + 1, end, one)) continue;
      skim.stop = 'word';
      return startOf(buf, lasts[n]!, from);
    }
    return i;
  }

  function startOf(buf: Uint8Array, last: number, from: number): number {
    let start = last;
    while (start > from && letter[buf[start - 1]!] !== 0) start--;
    return start;
  }

  /** Whether a word with this hash, which some name begins with and behind which `i` is, begins no name here. */
  function beginsNothing(buf: Uint8Array, i: number, end: number, hash: number): boolean {
    if (holds(alone, hash)) return false;
    if (buf[i]! > 0x20) return true;
    // Only a lone space is sure to be one; a string's end is for the others to see.
    if (buf[i] !== 0x20 || i + 2 >= end) return false;
    let value = letter[buf[++i]!]!;
    let second = 0;
    while (value !== 0) {
      second = ((second << wordTurn) | (second >>> (32 - wordTurn))) ^ value;
      value = letter[buf[++i]!]!;
    }
    const behind = buf[i]!;
    if (behind >= 0x80 || behind === backslash) return false;
    if (second === 0) return behind > 0x20;
    return !holds(pairs, pairOf(hash, second));
  }

  return skim;
}
