// The sift: whether the text of a line may name anything, read in place on its bytes without making a string. Letters run
// through the sieve; where it stops, the word filter is asked of the words there, and where both let something through, that
// place is matched exactly. What then still names something is read again, as a string, by who calls this.
import { codePointAt } from './line-letters.ts';
import { createRunReader } from './line-run.ts';
import { createTrialReader } from './line-trial.ts';
import { columns, start } from './match-sieve.ts';
import type { Matcher } from './match.ts';
import { dropped, kindBits } from './match-symbols.ts';

export type Sift = {
  /**
   * Reads the JSON string whose first byte behind the quote is buf[from]. Returns the index behind its closing quote; -1
   * where it may name something, or is no string that ends before `end`. Reads nothing at or past `end`. `view` is over
   * the same bytes as `buf`.
   */
  read(buf: Uint8Array, view: DataView, from: number, end: number): number;
  /** Services that it named, all of which were in `passed`: these alone do not end the reading. */
  readonly named: readonly number[];
};

const quote = 0x22;
const backslash = 0x5c;
const none: readonly number[] = [];

/** Makes the sift of one matcher; each reader of lines has its own. `passed`: by index, 1 for services whose names are only noted. */
export function createSift(matcher: Matcher, passed?: Uint8Array): Sift {
  const { table, filter } = matcher;
  const { sieve } = filter;
  const { next, found, unmade, columnOf } = sieve;
  const run = createRunReader(matcher);
  const trial = createTrialReader(matcher, passed);
  /** The columns of code points of the first two planes, once they were met; `special` for the others. */
  const planes = new Uint8Array(0x20000);
  // Of a name that is one sign nothing can be told by words.
  const asColumn = (symbol: number): number => (symbol >= 0 && filter.bare[symbol >> kindBits] === 0 ? columnOf(symbol) : symbol === dropped ? columns.dropped : columns.special);
  const ascii = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x80 && byte !== quote && byte !== backslash ? asColumn(table.ascii[byte]!) : columns.special));

  let named: readonly number[] = [];

  /** The state behind a symbol that has no column by its code point; `found` where a name may begin. */
  function stepOver(state: number, codePoint: number): number {
    const symbol = table.lookup(codePoint);
    const column = asColumn(symbol);
    if (column !== columns.special) {
      if (codePoint < planes.length) planes[codePoint] = column;
      return sieve.step(state, column);
    }
    let s = state;
    for (const one of symbol < 0 ? table.expansions[-2 - symbol]! : none) {
      if (filter.bare[one >> kindBits] !== 0) return found;
      s = sieve.step(s, columnOf(one));
      if (s >= found) return found;
    }
    return symbol < 0 ? s : found;
  }

  // 7 is `rowBits`: an imported name is looked up each time
  function read(buf: Uint8Array, view: DataView, from: number, end: number): number {
    named = none;
    trial.begin(from);
    let i = from;
    let state = start;
    /** where the state was last `start`: there began what is begun */
    let began = from;
    while (i < end) {
      // ASCII four bytes at a time, as long as nothing is met on the way.
      while (i + 4 <= end) {
        const four = view.getInt32(i, true);
        if ((four & 0x80808080) !== 0) break;
        let s = next[(state << 7) + ascii[four & 0xff]!]!;
        s = next[(s << 7) + ascii[(four >>> 8) & 0xff]!]!;
        s = next[(s << 7) + ascii[(four >>> 16) & 0xff]!]!;
        s = next[(s << 7) + ascii[four >>> 24]!]!;
        if (s >= found) break;
        state = s;
        i += 4;
        const fresh = (s - 1) >> 31;
        began = (i & fresh) | (began & ~fresh);
      }
      // All else one by one, and on as long as no ASCII follows.
      let at: number;
      let byte: number;
      let before: number;
      let column: number;
      do {
        at = i;
        byte = buf[i]!;
        before = state;
        const fresh = (state - 1) >> 31;
        began = (i & fresh) | (began & ~fresh);
        column = columns.special;
        if (byte < 0x80) {
          column = ascii[byte]!;
          i++;
        } else if (i + 3 < end && (buf[i + 1]! & 0xc0) === 0x80) {
          if (byte < 0xe0 && byte >= 0xc2) {
            column = planes[((byte & 0x1f) << 6) | (buf[i + 1]! & 0x3f)]!;
            i += 2;
          } else if (byte >= 0xe0 && (buf[i + 2]! & 0xc0) === 0x80) {
            if (byte < 0xed && (byte > 0xe0 || buf[i + 1]! >= 0xa0)) {
              column = planes[((byte & 0x0f) << 12) | ((buf[i + 1]! & 0x3f) << 6) | (buf[i + 2]! & 0x3f)]!;
              i += 3;
            } else if (byte === 0xf0 && buf[i + 1] === 0x9f && (buf[i + 3]! & 0xc0) === 0x80) {
              column = planes[0x1f000 | ((buf[i + 2]! & 0x3f) << 6) | (buf[i + 3]! & 0x3f)]!;
              i += 4;
            }
          }
        }
        state = next[(state << 7) + column]!;
      } while (state < found && i < end && buf[i]! >= 0x80);
      if (state === unmade) state = sieve.step(before, column);
      if (state < found) continue;

      if (state !== found) {
        if (byte === quote) {
          return sieve.step(before, columns.parts) === found && run.mayName(buf, began, i - 1, end) && trial.isNamed(buf, began, i - 1, end) && !passes() ? -1 : i;
        }
        const odd = codePointAt(buf, at, end);
        if (odd < 0) return -1;
        i = at + (odd & 15);
        state = stepOver(before, odd >> 4);
        if (state < found) continue;
      }
      if (!run.mayName(buf, began, i, end)) i = run.readTo;
      else if (trial.isNamed(buf, began, i, end) && !passes()) return -1;
      else i = trial.readTo;
      state = start;
    }
    return -1;
  }

  /** Notes what the trial found, if reading may go on. */
  function passes(): boolean {
    if (trial.passed === null) return false;
    named = named.length === 0 ? trial.passed : [...new Set([...named, ...trial.passed])];
    return true;
  }

  return {
    read,
    get named() {
      return named;
    },
  };
}
