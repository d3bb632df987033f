// A run: bytes that stand together between ASCII spaces and signs, read symbol by symbol as the matcher reads them. It
// says whether a name may begin in the run, by the word filter; the sift asks for runs that it can't judge by their bytes.
import { codePointAt } from './line-letters.ts';
import { bitsOf, letterOf, longerOf, openingAt, pairOf, slide, spread, startsRuns, turn } from './match-filter.ts';
import type { Matcher } from './match.ts';
import { dropped, kindBits, kinds } from './match-symbols.ts';

export type RunReader = {
  /**
   * Whether a name may begin in a string from buf[from] on, where no word is begun; read as far as `past`, and on to the
   * end of the run there. Reads nothing at or past `end`.
   */
  mayName(buf: Uint8Array, from: number, past: number, end: number): boolean;
  /** How far it read. */
  readonly readTo: number;
};

const quote = 0x22;
const backslash = 0x5c;
const none: readonly number[] = [];

/** Makes the reader of one matcher. It keeps its place in a string, so each sift has its own. */
export function createRunReader(matcher: Matcher): RunReader {
  const { table, filter } = matcher;
  const { ascii, expansions, planes } = table;
  const { alone, bare, longer, openings, pairs, tags, windows } = filter;
  const { cells, shift } = filter.first;
  /** By byte: what an ASCII letter adds to the hash of a word, or -1. */
  const letters = new Int32Array(256).fill(-1);
  ascii.forEach((symbol, byte) => {
    if ((symbol & 7) === kinds.word && symbol >= 0) letters[byte] = letterOf(symbol);
  });
  const reader: { -readonly [K in keyof RunReader]: RunReader[K] } = { mayName, readTo: 0 };

  function mayName(buf: Uint8Array, from: number, past: number, end: number): boolean {
    let i = from;
    let hash = 0;
    /** the word before, if a name may begin with it and this one */
    let one = 0;
    // what stands before may be a # or an @
    let tagged = buf[i - 1] !== 0x20;
    let before: number = kinds.other;
    let window = 0;
    let opening = 0;
    let three = 0;
    for (;;) {
      const byte = i < end ? buf[i]! : quote;
      const letter = letters[byte]!;
      if (letter >= 0) {
        hash = turn(hash, letter);
        before = kinds.word;
        i++;
        continue;
      }
      let symbol: number;
      if (byte < 0x80 && byte !== backslash) {
        symbol = ascii[byte]!;
        if (byte !== quote) i++;
      } else {
        let codePoint: number;
        const second = i + 3 < end ? buf[i + 1]! : 0;
        if (byte < 0xe0 && byte >= 0xc2 && (second & 0xc0) === 0x80) {
          codePoint = ((byte & 0x1f) << 6) | (second & 0x3f);
          i += 2;
        } else if (byte < 0xed && byte >= 0xe0 && (second & 0xc0) === 0x80 && (buf[i + 2]! & 0xc0) === 0x80 && (byte > 0xe0 || second >= 0xa0)) {
          codePoint = ((byte & 0x0f) << 12) | ((second & 0x3f) << 6) | (buf[i + 2]! & 0x3f);
          i += 3;
        } else {
          const read = codePointAt(buf, i, end);
          if (read < 0) return true;
          codePoint = read >> 4;
          i += read & 15;
        }
        const kept = codePoint < 0x20000 ? planes[codePoint]! : 0;
        symbol = kept > 0 ? kept - 1 : kept < 0 ? kept : table.lookup(codePoint);
        if (symbol >= 0 && (symbol & 7) === kinds.word) {
          hash = turn(hash, letterOf(symbol));
          before = kinds.word;
          continue;
        }
        if (symbol === dropped) continue;
      }
      const several = symbol < 0 ? expansions[-2 - symbol]! : none;
      let left = several.length;
      do {
        if (left > 0) symbol = several[several.length - left]!;
        const kind = symbol & 7;
        if (kind === kinds.word || (kind === kinds.continuation && hash !== 0)) {
          hash = turn(hash, letterOf(symbol));
          if (kind === kinds.word) before = kind;
          continue;
        }
        if (hash !== 0) {
          if ((one !== 0 && pairs.has(pairOf(one, hash))) || (tagged && tags.has(hash))) return true;
          const asked = bitsOf(hash);
          one = (cells[Math.imul(hash, spread) >>> shift]! & asked) === asked ? hash : 0;
          if (one !== 0 && (alone.has(one) || pairs.has(pairOf(one, letterOf(symbol))))) return true;
          hash = 0;
          tagged = false;
        }
        if (kind === kinds.other || kind === kinds.space || kind === kinds.sigil) {
          if (bare[symbol >> kindBits] !== 0) return true;
          tagged = kind === kinds.sigil;
          opening = three = 0;
          before = kind;
          continue;
        }
        if (one !== 0 && pairs.has(pairOf(one, letterOf(symbol)))) return true;
        one = 0;
        if (bare[symbol >> kindBits] !== 0) return true;
        const slid = slide(window, symbol, kind !== before && startsRuns(kind));
        if (three !== 0 && windows.has(longerOf(three, slid))) return true;
        three = 0;
        if (opening === 2) {
          three = longerOf(window, slid);
          if (windows.has(three)) return true;
          if (!longer.has(three)) three = 0;
        }
        window = slid;
        opening = openings[openingAt(slid)]!;
        if (opening === 1) return true;
        if (kind !== kinds.continuation) before = kind;
      } while (--left > 0);
      // The run is over; but a word that only a second one makes a name waits for it, and in most scripts odd bytes follow.
      if (byte === quote || (i >= past && byte < 0x80 && byte !== backslash && one === 0 && !tagged)) {
        reader.readTo = i;
        return false;
      }
    }
  }

  return reader;
}
