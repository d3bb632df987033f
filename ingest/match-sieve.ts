// The sieve: a small automaton over the first letters of names that has an answer for every letter in every state, so that
// a text runs through it at one look at memory a letter, without a branch that could be guessed wrong. It errs one way
// only: where it stops, a name may begin, and the word filter is asked.
import { kindBits, kinds, type SymbolTable } from './match-symbols.ts';

/** Letters fall into columns; those of `special` are for who reads: a quote, a backslash, one that folds to several. */
export const columns = { special: 0, parts: 1, dropped: 2, letter: 3, mark: 4, run: 5 } as const;
/** A row is so many bits wide: the state behind another one is next[(state << rowBits) + column]. */
export const rowBits = 7;
const width = 1 << rowBits;
/** The first state: no word is begun. */
export const start = 0;
/** The state in the midst of a word that begins no name. */
const inside = 1;

export type Sieve = {
  readonly next: Uint16Array;
  /** Two states that are not left again: here a name may have begun; and, one above, a special column was met. */
  readonly found: number;
  readonly special: number;
  /** The column of a symbol: of several letters where there are more of them than columns. */
  columnOf(symbol: number): number;
};

/** How far into a name the sieve looks, in symbols. */
const depth = 7;
/** Names that do not fit are cut shorter: rows of a quarter of a kilobyte, of which a text touches a few. */
const most = 65_000;

const first: Readonly<Record<number, readonly [number, number]>> = {
  [kinds.word]: [6, 58],
  [kinds.continuation]: [64, 8],
  [kinds.hangul]: [72, 56],
  [kinds.katakana]: [72, 56],
  [kinds.free]: [72, 56],
};

const isLetter = (column: number): boolean => column === columns.letter || (column >= 6 && column < 64);
const isMark = (column: number): boolean => column === columns.mark || (column >= 64 && column < 72);

/** Columns by class: neighbours in a script get different ones, since classes are numbered by how often names use them. */
function columnsOf(table: SymbolTable): (symbol: number) => number {
  const used = new Map<number, number>();
  const byClass = Array.from(table.symbolOf, (symbol) => {
    const range = first[symbol & 7];
    if (range === undefined) return columns.parts;
    const count = used.get(range[0]) ?? 0;
    used.set(range[0], count + 1);
    return range[0] + (count % range[1]);
  });
  return (symbol) => {
    const kind = symbol & 7;
    if (symbol >> kindBits !== 0) return byClass[symbol >> kindBits]!;
    if (kind === kinds.word) return columns.letter;
    if (kind === kinds.continuation) return columns.mark;
    return first[kind] === undefined ? columns.parts : columns.run;
  };
}

export type SieveBuilder = {
  /** One more name: the symbols of its first stretch, and of its second where it needs two words to be one. */
  add(symbols: readonly number[], wholeWord: boolean, second: readonly number[]): void;
  build(): Sieve;
};

/** A name as a text of so many bytes: for each symbol its column and two more; then `end` where its word ends, or nothing. */
const stride = 8;
const over = 0;
const end = 1;
const behind = 2;

export function createSieveBuilder(table: SymbolTable): SieveBuilder {
  const columnOf = columnsOf(table);
  let texts = new Uint8Array(stride << 10);
  let count = 0;
  return {
    add(symbols, wholeWord, second) {
      if (stride * (count + 1) > texts.length) {
        const longer = new Uint8Array(2 * texts.length);
        longer.set(texts);
        texts = longer;
      }
      let at = stride * count++;
      const stop = at + depth;
      for (let i = 0; i < symbols.length && at < stop; i++) texts[at++] = columnOf(symbols[i]!) + behind;
      if (second.length === 0 && wholeWord && at < stop) texts[at++] = end;
      if (second.length > 0 && at < stop) texts[at++] = columns.parts + behind;
      for (let i = 0; i < second.length && at < stop; i++) texts[at++] = columnOf(second[i]!) + behind;
    },
    build() {
      const sorted = inOrder(texts, count);
      return { ...nextOf(sorted, count), columnOf };
    },
  };
}

/** The texts in the order of their bytes: a counting sort for each of them, the last first. */
function inOrder(texts: Uint8Array, count: number): Uint8Array {
  let order = Int32Array.from({ length: count }, (_, i) => stride * i);
  let sorted = new Int32Array(count);
  for (let at = depth - 1; at >= 0; at--) {
    const starts = new Int32Array(257);
    for (let i = 0; i < count; i++) starts[texts[stride * i + at]! + 1]!++;
    for (let i = 0; i < 256; i++) starts[i + 1]! += starts[i]!;
    for (let i = 0; i < count; i++) sorted[starts[texts[order[i]! + at]!]!++] = order[i]!;
    [order, sorted] = [sorted, order];
  }
  const laid = new Uint8Array(stride * count);
  for (let i = 0; i < count; i++) for (let at = 0; at < depth; at++) laid[stride * i + at] = texts[order[i]! + at]!;
  return laid;
}

/** How many states sorted texts need at most: one for each beginning that is not all of a text. */
function mostStates(texts: Uint8Array, count: number): number {
  let states = 2;
  for (let i = 0; i < count; i++) {
    let at = 0;
    while (i > 0 && at < depth && texts[stride * i + at] === texts[stride * (i - 1) + at]) at++;
    for (at++; at < depth && texts[stride * i + at]! > over; at++) states++;
  }
  return states;
}

/** The rows of sorted texts. */
function nextOf(texts: Uint8Array, count: number): Pick<Sieve, 'next' | 'found' | 'special'> {
  // behind the rows two that are not left again
  const found = Math.min(most, mostStates(texts, count));
  const special = found + 1;
  const next = new Uint16Array((found + 2) * width);
  next.fill(found, found * width, special * width);
  next.fill(special, special * width);
  for (let column = 0; column < width; column++) {
    next[column] = column === columns.special ? special : isLetter(column) ? inside : start;
    next[width + column] = column === columns.special ? special : !isLetter(column) && !isMark(column) && column !== columns.dropped ? start : inside;
  }

  // Breadth first, as in any Aho-Corasick automaton: a row begins as that of the longest other beginning that its letters
  // end with, which is complete by then. Of each row: where its texts begin and end, what it fails to, the column before it.
  let states = 2;
  const from = new Int32Array(found);
  const to = new Int32Array(found);
  const fails = new Uint16Array(found);
  const by = new Uint8Array(found);
  to[start] = count;
  fails[start] = inside;
  by[start] = columns.dropped;
  let state = start;
  for (let at = 0, last = start; at < depth && state < states; at++) {
    for (; state <= last; state++) {
      // the state in the midst of a word comes of no text
      if (state === inside) continue;
      const row = state << rowBits;
      const fail = fails[state]! << rowBits;
      if (at > 0) next.copyWithin(row, fail, fail + width);
      next[row + columns.dropped] = state;
      // signs and spaces between two words are as one
      if (by[state] === columns.parts) next[row + columns.parts] = state;
      for (let i = from[state]!, past = i; i < to[state]!; i = past) {
        const byte = texts[stride * i + at]!;
        while (past < to[state]! && texts[stride * past + at] === byte) past++;
        if (byte === end) {
          for (let any = 0; any < width; any++) if (any !== columns.special && any !== columns.dropped && !isLetter(any) && !isMark(any)) next[row + any] = found;
          continue;
        }
        const column = byte - behind;
        if (states >= found || at + 1 === depth || texts[stride * i + at + 1] === over) next[row + column] = found;
        else if (next[row + column] !== found) {
          const failed = at > 0 ? next[fail + column]! : isLetter(column) ? inside : start;
          next[row + column] = failed < found ? states : failed;
          if (failed >= found) continue;
          from[states] = i;
          to[states] = past;
          fails[states] = failed;
          by[states++] = column;
        }
      }
    }
    // Scripts without words are the same wherever they stand.
    if (at === 0) for (let any = 0; any < width; any++) if (!isLetter(any) && !isMark(any) && any !== columns.dropped) next[width + any] = next[any]!;
    last = states - 1;
  }
  return { next, found, special };
}
