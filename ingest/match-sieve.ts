// The sieve: a small automaton over the first letters of names that has an answer for every letter in every state, so that
// a text runs through it at one look at memory a letter, without a branch that could be guessed wrong. It errs one way
// only: where it stops, a name may begin, and the word filter is asked.
import { createGroups } from './match-groups.ts';
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
  /**
   * From here on states that are not left again: a name may have begun; a special column was met, one above; and two above,
   * a state that no text has come to yet, which `step` makes.
   */
  readonly found: number;
  readonly unmade: number;
  /** The state behind another one and a column; never `unmade`. */
  step(state: number, column: number): number;
  /** The column of a symbol: of several letters where there are more of them than columns. */
  columnOf(symbol: number): number;
};

/** How far into a name the sieve looks, in symbols. */
export const depth = 7;
/** Names that do not fit are cut shorter: rows of a quarter of a kilobyte, of which texts touch a few. */
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

/** The symbols that a stretch of a name begins with. */
type Beginning = { readonly symbols: Int32Array; readonly length: number };

export type SieveBuilder = {
  /** One more name: its first stretch, and its second where it needs two to be one; `apart`: a sign or a space is between them. */
  add(first: Beginning, wholeWord: boolean, second: Beginning | undefined, apart: boolean): void;
  beginnings(): Beginnings;
};

/** The beginnings of names as plain data. */
export type Beginnings = { readonly texts: Uint8Array; readonly count: number };

// A name as a text of so many bytes: for each symbol its column and two more; then `end` where its word ends, or nothing.
const stride = 8;
const over = 0;
const end = 1;
const behind = 2;

export function createSieveBuilder(table: SymbolTable): SieveBuilder {
  const columnOf = columnsOf(table);
  let texts = new Uint8Array(stride << 6);
  let count = 0;
  return {
    add(first, wholeWord, second, apart) {
      if (stride * (count + 1) > texts.length) {
        const longer = new Uint8Array(2 * texts.length);
        longer.set(texts);
        texts = longer;
      }
      let at = stride * count++;
      const stop = at + depth;
      for (let i = 0; i < first.length && at < stop; i++) texts[at++] = columnOf(first.symbols[i]!) + behind;
      if (at < stop && second !== undefined && apart) texts[at++] = columns.parts + behind;
      else if (at < stop && second === undefined && wholeWord) texts[at++] = end;
      for (let i = 0; second !== undefined && i < second.length && at < stop; i++) texts[at++] = columnOf(second.symbols[i]!) + behind;
    },
    beginnings: () => ({ texts: texts.slice(0, stride * count), count }),
  };
}

/** The sieve of the names whose beginnings were gathered in the same symbols. */
export function createSieve(table: SymbolTable, { texts, count }: Beginnings): Sieve {
  return { ...createRows(texts, count), columnOf: columnsOf(table) };
}

/** The rows of a list of texts, each made when a text first comes to it. */
function createRows(texts: Uint8Array, count: number): Omit<Sieve, 'columnOf'> {
  const found = Math.min(most, depth * count + 2);
  const special = found + 1;
  const unmade = found + 2;
  const next = new Uint16Array((found + 3) * width);
  for (let state = found; state <= unmade; state++) next.fill(state, state * width, (state + 1) * width);
  const groups = createGroups(count, 256, (text, at) => texts[stride * text + at]!);
  // of each state: where its texts begin and end in the order, how many columns led to it, and what it fails to
  const from = new Int32Array(found);
  const to = new Int32Array(found);
  const depths = new Uint8Array(found);
  const fails = new Uint16Array(found);
  let states = 2;

  for (let column = 0; column < width; column++) {
    next[column] = column === columns.special ? special : isLetter(column) ? inside : start;
    next[width + column] = column === columns.special ? special : !isLetter(column) && !isMark(column) && column !== columns.dropped ? start : inside;
  }
  to[start] = count;
  layOut(start);
  // Scripts without words are the same wherever they stand.
  for (let any = 0; any < width; any++) if (!isLetter(any) && !isMark(any) && any !== columns.dropped) next[width + any] = next[any]!;

  /** Says of a row's own texts where they go on. */
  function layOut(state: number): void {
    const row = state << rowBits;
    const at = depths[state]!;
    const count = groups.part(from[state]!, to[state]!, at);
    for (let k = 0; k < count; k++) {
      const byte = groups.keys[k]!;
      if (byte === end) {
        for (let any = 0; any < width; any++) if (any !== columns.special && any !== columns.dropped && !isLetter(any) && !isMark(any)) next[row + any] = found;
      } else if (next[row + byte - behind] !== found) {
        next[row + byte - behind] = at + 1 === depth || isOver(k === 0 ? from[state]! : groups.ends[k - 1]!, groups.ends[k]!, at + 1) ? found : unmade;
      }
    }
  }

  function isOver(first: number, past: number, at: number): boolean {
    for (let i = first; i < past; i++) if (texts[stride * groups.order[i]! + at] === over) return true;
    return false;
  }

  /** Of a state's own texts, which lie by the byte that comes next: the first in the order that has at least this one. */
  function lowest(state: number, byte: number): number {
    let low = from[state]!;
    let high = to[state]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (texts[stride * groups.order[middle]! + depths[state]!]! < byte) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // A row begins as that of the longest other beginning that its letters end with, as in any Aho-Corasick automaton.
  function make(state: number, column: number): number {
    const first = lowest(state, column + behind);
    const past = lowest(state, column + behind + 1);
    const failed = state === start ? (isLetter(column) ? inside : start) : step(fails[state]!, column);
    // what it has only by what it fails to, and what is found there already
    if (first === past || failed >= found) return failed;
    if (states === found) return found;
    const made = states++;
    const row = made << rowBits;
    from[made] = first;
    to[made] = past;
    depths[made] = depths[state]! + 1;
    fails[made] = failed;
    next.copyWithin(row, failed << rowBits, (failed + 1) << rowBits);
    next[row + columns.dropped] = made;
    // signs and spaces between two words are as one
    if (column === columns.parts) next[row + column] = made;
    layOut(made);
    return made;
  }

  function step(state: number, column: number): number {
    const cell = (state << rowBits) + column;
    if (next[cell] === unmade) next[cell] = make(state, column);
    return next[cell]!;
  }

  return { next, found, unmade, step };
}
