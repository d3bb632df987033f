// A JSON string on its own bytes: unescape, fold and match in one pass, without making a string. It answers whether
// anything is named, not what: that is asked only of the few posts that are then parsed.
import { step } from './match-automaton.ts';
import { createSkim } from './line-skim.ts';
import type { Matcher } from './match.ts';
import { classes, dropped, kindBits, kinds } from './match-symbols.ts';

export type TextScanner = {
  /**
   * Reads the string whose first byte behind the quote is buf[from]. Returns the index behind its closing quote, or -1
   * where it is no JSON string that ends before `end`; reads nothing at or past `end`.
   */
  scan(buf: Uint8Array, from: number, end: number): number;
  /** What the last string said: `doubtful` is a name that an exclude phrase of its service may cover. */
  readonly verdict: 'named' | 'doubtful' | 'unnamed';
};

const quote = 0x22;
const backslash = 0x5c;
const replacement = 0xfffd;
const nothing: readonly number[] = [];

/** The index behind the closing quote of the string whose inside starts at `i`, or -1. */
export function skipString(buf: Uint8Array, i: number, end: number): number {
  for (; i < end; i++) {
    const byte = buf[i];
    if (byte === quote) return i + 1;
    if (byte === backslash) i++;
  }
  return -1;
}

/** Four hex digits as a number, or -1. */
function hex4(buf: Uint8Array, from: number): number {
  let value = 0;
  for (let i = from; i < from + 4; i++) {
    const byte = buf[i]!;
    const lower = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) value = (value << 4) | (byte - 0x30);
    else if (lower >= 0x61 && lower <= 0x66) value = (value << 4) | (lower - 0x57);
    else return -1;
  }
  return value;
}

/** What a backslash and this byte stand for, or -1. \u is not among them. */
function escaped(byte: number): number {
  switch (byte) {
    case quote:
    case backslash:
    case 0x2f:
      return byte;
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return -1;
  }
}

/** Makes the scanner of one matcher. It keeps its last verdict, so each reader of lines has its own. */
export function createTextScanner(matcher: Matcher): TextScanner {
  const { table } = matcher;
  const { cells } = matcher.automaton;
  const { ascii, expansions, firstPlane } = table;
  const atBoundary = step(cells, 0, classes.boundary);
  const { letter } = matcher.filter;
  const skim = createSkim(matcher);
  // Where the string stands between the two readers below.
  let verdict: TextScanner['verdict'] = 'unnamed';
  let state = 0;
  let kindBefore: number = kinds.other;
  let over = false;

  function found(buf: Uint8Array, i: number, end: number): number {
    verdict = 'named';
    over = true;
    return skipString(buf, i, end);
  }

  function fail(): number {
    over = true;
    return -1;
  }

  function scan(buf: Uint8Array, from: number, end: number): number {
    verdict = 'unnamed';
    state = 0;
    kindBefore = kinds.other;
    over = false;
    // A line ends with a brace or a space. Where it does not, it is no line; where it does, no run of letters passes its end.
    if (from >= end || letter[buf[end - 1]!] !== 0) return -1;
    let i = from;
    while (!over) {
      i = readLetters(buf, i, end);
      if (!over) i = readAny(buf, i, end);
    }
    return i;
  }

  /** ASCII letters, and the spaces and signs between them: most of most posts. Returns where something else stands. */
  function readLetters(buf: Uint8Array, from: number, end: number): number {
    let i = from;
    let s = state;
    let before = kindBefore;
    while (i < end) {
      if (s === 0) {
        if (before === kinds.word) while (letter[buf[i]!] !== 0) i++;
        const at = skim.read(buf, i, end);
        if (at > i) before = letter[buf[at - 1]!] !== 0 ? kinds.word : ascii[buf[at - 1]!]! & 7;
        i = at;
        if (skim.stop === 'span') continue;
        if (skim.stop === 'sign') break;
        before = kinds.word;
        s = atBoundary;
      } else if (letter[buf[i]!] === 0) break;
      else if (before !== kinds.word) {
        before = kinds.word;
        const ends = cells[s + 3]! >> kinds.word;
        if ((ends & 1) === 1) return found(buf, i, end);
        if (((ends >> 8) & 1) === 1) verdict = 'doubtful';
        s = step(cells, s, classes.boundary);
      }
      // Inside a word nothing ends and nothing starts, so there are no masks to look at.
      for (let value = letter[buf[i]!]!; s !== 0 && value !== 0; value = letter[buf[++i]!]!) {
        const offset = value - 1;
        let next = cells[s]! + offset;
        while (cells[next + 1] !== s) {
          s = cells[s + 2]!;
          if (s === 0) {
            next = 0;
            break;
          }
          next = cells[s]! + offset;
        }
        s = next;
      }
      if (s === 0) while (letter[buf[i]!] !== 0) i++;
    }
    state = s;
    kindBefore = before;
    return i;
  }

  /** Any symbols, one by one, until ASCII letters follow or the string is over. */
  function readAny(buf: Uint8Array, from: number, end: number): number {
    let i = from;
    let s = state;
    let before = kindBefore;
    let queue = nothing;
    let queued = 0;
    for (;;) {
      let symbol: number;
      if (queued > 0) symbol = queue[queue.length - queued--]!;
      else {
        if (i >= end) return fail();
        if (letter[buf[i]!] !== 0) break;
        const byte = buf[i]!;
        if (byte < 0x80 && byte !== quote && byte !== backslash) {
          symbol = ascii[byte]!;
          i++;
        } else if (byte === quote) {
          const mask = cells[s + 3]!;
          if (((mask >> kinds.other) & 1) === 1) verdict = 'named';
          else if (((mask >> (8 + kinds.other)) & 1) === 1) verdict = 'doubtful';
          over = true;
          return i + 1;
        } else {
          // A string and a brace end every line, so a code point this close to the end stands in no whole line.
          if (i + 3 >= end) return fail();
          let codePoint = replacement;
          if (byte === backslash) {
            if (buf[i + 1] === 0x75) {
              if (i + 6 >= end) return fail();
              codePoint = hex4(buf, i + 2);
              i += 6;
              if (codePoint >> 10 === 0x36 && i + 6 < end && buf[i] === backslash && buf[i + 1] === 0x75) {
                const low = hex4(buf, i + 2);
                if (low >> 10 === 0x37) {
                  codePoint = 0x10000 + ((codePoint & 0x3ff) << 10) + (low & 0x3ff);
                  i += 6;
                }
              }
            } else {
              codePoint = escaped(buf[i + 1]!);
              i += 2;
            }
            if (codePoint < 0) return fail();
          } else {
            // UTF-8; what is none is U+FFFD byte by byte. A decoder may write fewer of them, and no name holds one.
            const second = buf[i + 1]!;
            const third = buf[i + 2]!;
            let length = 1;
            if ((second & 0xc0) === 0x80) {
              if (byte >= 0xc2 && byte <= 0xdf) {
                codePoint = ((byte & 0x1f) << 6) | (second & 0x3f);
                length = 2;
              } else if (byte >= 0xe0 && (third & 0xc0) === 0x80) {
                if (byte <= 0xef) {
                  const value = ((byte & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
                  if (value >= 0x800 && value >> 11 !== 0x1b) {
                    codePoint = value;
                    length = 3;
                  }
                } else if (byte <= 0xf4 && (buf[i + 3]! & 0xc0) === 0x80) {
                  const value = ((byte & 0x07) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (buf[i + 3]! & 0x3f);
                  if (value >= 0x10000 && value <= 0x10ffff) {
                    codePoint = value;
                    length = 4;
                  }
                }
              }
            }
            i += length;
          }
          const kept = codePoint < 0x10000 ? firstPlane[codePoint]! : 0;
          if (kept > 0) symbol = kept - 1;
          else symbol = kept < 0 ? kept : table.lookup(codePoint);
        }
      }

      if (symbol < 0) {
        if (symbol === dropped) continue;
        queue = expansions[-2 - symbol]!;
        queued = queue.length;
        continue;
      }

      // From here on as symbolize() and matchText() do it, which a property test holds against this.
      let kind = symbol & 7;
      let cls = symbol >> kindBits;
      if (kind === kinds.sigil) {
        if (before === kinds.word) cls++;
        kind = kinds.other;
      }
      if (kind === kinds.space && before === kinds.space) continue;
      if (s !== 0) {
        const ends = cells[s + 3]! >> kind;
        if ((ends & 1) === 1) {
          return found(buf, i, end);
        }
        if (((ends >> 8) & 1) === 1) verdict = 'doubtful';
      }
      // In the middle of a word nothing starts, nor with a mark.
      if (s === 0 && (kind === kinds.continuation || (kind === before && (kind === kinds.word || kind === kinds.hangul || kind === kinds.katakana)))) {
        continue;
      }
      if (cls === classes.unknown) {
        // No name holds it: whatever was begun is over.
        s = 0;
        if (kind !== kinds.continuation) before = kind;
        continue;
      }
      if (kind !== before && kind !== kinds.continuation) {
        if (kind === kinds.word || kind === kinds.hangul || kind === kinds.katakana) {
          s = s === 0 ? atBoundary : step(cells, s, classes.boundary);
        }
        before = kind;
      }
      let next = cells[s]! + 4 * cls;
      while (cells[next + 1] !== s) {
        if (s === 0) {
          next = 0;
          break;
        }
        s = cells[s + 2]!;
        next = cells[s]! + 4 * cls;
      }
      s = next;
    }
    state = s;
    kindBefore = before;
    return i;
  }

  return {
    scan,
    get verdict() {
      return verdict;
    },
  };
}
