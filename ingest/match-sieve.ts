// The sieve: a small automaton over the first letters of names that has an answer for every letter in every state, so that
// a text runs through it at one look at memory a letter, without a branch that could be guessed wrong. It errs one way
// only: where it stops, a name may begin, and the word filter is asked.
import { kindBits, kinds, type SymbolTable } from './match-symbols.ts';

/** Letters fall into columns; those of `special` are for who reads: a quote, a backslash, one that folds to several. */
export const columns = { special: 0, parts: 1, dropped: 2, letter: 3, mark: 4, run: 5 } as const;
/** A row is so many bits wide: the state behind another one is next[(state << rowBits) + column]. */
export const rowBits = 7;
const width = 1 << rowBits;
/** Marks of building: here a name may have begun; or, the column is special. */
const found = -1;
const special = -2;

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

/** What a name begins with: the symbols of its first stretch, and of its second where it needs two words to be one. */
export type Opening = { readonly symbols: readonly number[]; readonly wholeWord: boolean; readonly second: readonly number[] };

/** Builds the sieve of all openings. */
export function buildSieve(openings: readonly Opening[], table: SymbolTable): Sieve {
  const columnOf = columnsOf(table);
  const end = -1;
  const texts = openings.map(({ symbols, wholeWord, second }) => {
    const whole = symbols.map(columnOf);
    if (second.length > 0) whole.push(columns.parts, ...second.map(columnOf));
    else if (wholeWord) whole.push(end);
    return whole.slice(0, depth);
  });

  const rows: Int32Array[] = [new Int32Array(width), new Int32Array(width).fill(inside)];
  rows[0]!.fill(start).forEach((_, column) => {
    if (isLetter(column)) rows[0]![column] = inside;
    else if (!isMark(column)) rows[1]![column] = start;
  });
  for (const row of rows) row[columns.special] = special;
  rows[0]![columns.dropped] = start;
  rows[1]![columns.dropped] = inside;

  // Breadth first, as in any Aho-Corasick automaton: a row begins as that of the longest other beginning that its letters
  // end with, which is complete by then.
  type Node = { readonly state: number; readonly fail: number; readonly by: number; readonly texts: readonly (readonly number[])[] };
  let level: Node[] = [{ state: start, fail: inside, by: columns.dropped, texts }];
  for (let at = 0; level.length > 0; at++) {
    const below: Node[] = [];
    for (const { state, fail, by, texts: here } of level) {
      const row = rows[state]!;
      if (at > 0) row.set(rows[fail]!);
      row[columns.dropped] = state;
      // signs and spaces between two words are as one
      if (by === columns.parts) row[by] = state;
      for (const [column, group] of Map.groupBy(here, (text) => text[at]!)) {
        if (column === end) {
          for (let any = 0; any < width; any++) if (any !== columns.special && any !== columns.dropped && !isLetter(any) && !isMark(any)) row[any] = found;
        } else if (rows.length >= most || group.some((text) => text.length === at + 1)) row[column] = found;
        else if (row[column] !== found) {
          const failed = at > 0 ? rows[fail]![column]! : isLetter(column) ? inside : start;
          row[column] = failed < 0 ? failed : rows.length;
          if (failed < 0) continue;
          below.push({ state: rows.length, fail: failed, by: column, texts: group });
          rows.push(new Int32Array(width));
        }
      }
    }
    // Scripts without words are the same wherever they stand.
    if (at === 0) for (let any = 0; any < width; any++) if (!isLetter(any) && !isMark(any) && any !== columns.dropped) rows[1]![any] = rows[0]![any]!;
    level = below;
  }
  // behind the rows two that are not left again
  const size = rows.length;
  const next = new Uint16Array((size + 2) * width).fill(size + 1);
  next.fill(size, size * width, (size + 1) * width);
  rows.forEach((row, n) => {
    for (let column = 0; column < width; column++) {
      const state = row[column]!;
      next[n * width + column] = state >= 0 ? state : state === found ? size : size + 1;
    }
  });
  return { next, found: size, special: size + 1, columnOf };
}
