// Symbols: what the matcher reads instead of letters. A symbol is a class (a folded code point that some name uses, or
// `unknown`) and a kind (how it takes part in words). Names and posts go through the same function, so what a word
// boundary is gets decided here and nowhere else.
import { foldCodePoint } from '../shared/fold.ts';

/** How a code point takes part in words. `free`: scripts that write without spaces, where a name may start anywhere. */
export const kinds = {
  other: 0,
  word: 1,
  hangul: 2,
  katakana: 3,
  free: 4,
  continuation: 5, // marks and the later letters of a Korean syllable: no name ends before one
  space: 6,
  sigil: 7, // # and @, which start a tag unless they stand behind a letter
} as const;

export const classes = { unknown: 0, boundary: 1, space: 2, hash: 3, innerHash: 4, at: 5, innerAt: 6, firstFree: 7 } as const;

/** A symbol is class << 3 | kind. */
export const kindBits = 3;
const none: readonly number[] = [];
/** The code point vanishes when folded. */
export const dropped = -1;

const continuation = /^[\p{M}\u1160-\u11ff\ud7b0-\ud7fb]$/u;
const hangul = /^[\u1100-\u115f\ua960-\ua97c]$/;
const katakana = /^[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]$/;
const letter = /^[\p{L}\p{N}_]$/u;
const compatibilityJamo = /^[\u3131-\u318e]$/;
const unspaced =
  /^[\p{scx=Han}\p{scx=Hira}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Yiii}]$/u;

function kindOf(point: string): number {
  if (point === '#' || point === '@') return kinds.sigil;
  if (/^\s$/.test(point)) return kinds.space;
  if (continuation.test(point)) return kinds.continuation;
  if (hangul.test(point)) return kinds.hangul;
  if (katakana.test(point)) return kinds.katakana;
  if (!letter.test(point) || compatibilityJamo.test(point)) return kinds.other;
  return unspaced.test(point) ? kinds.free : kinds.word;
}

/** Code points to symbols, for one set of names. */
export type SymbolTable = {
  /** Symbols of the first 128 code points. */
  readonly ascii: Int32Array;
  /** How many classes there are: every class is below it. */
  readonly classCount: number;
  /** The symbol of each class. */
  readonly symbolOf: Int32Array;
  /** The symbol of a code point before folding; `dropped`; or, where it folds to several, -2 - i for expansions[i]. */
  lookup(codePoint: number): number;
  /** The same for the first two planes, for who can't afford the call: symbol + 1, what is negative as it is, 0: ask lookup. */
  readonly planes: Int32Array;
  readonly expansions: readonly (readonly number[])[];
};

/** The code points that occur in the folded texts, the frequent ones first. */
export function rankPoints(foldedNames: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  // letter by letter a Map of strings is dear; only what is not of the first plane goes there at once
  const ofUnits = new Int32Array(0x10000);
  const units: number[] = [];
  for (const name of foldedNames) {
    for (let i = 0; i < name.length; i++) {
      const unit = name.charCodeAt(i);
      if (unit >> 11 !== 0x1b) {
        if (ofUnits[unit]!++ === 0) units.push(unit);
        continue;
      }
      const point = String.fromCodePoint(name.codePointAt(i)!);
      counts.set(point, (counts.get(point) ?? 0) + 1);
      if (point.length > 1) i++;
    }
  }
  for (const unit of units) counts.set(String.fromCharCode(unit), ofUnits[unit]!);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([point]) => point);
}

/** Gives each of the code points a class of its own, in their order. */
export function createSymbolTable(points: readonly string[]): SymbolTable {
  const classOf = new Map<string, number>();
  const fixed = new Map<string, number>([['#', classes.hash], ['@', classes.at]]);
  let classCount: number = classes.firstFree;
  for (const point of points) {
    // U+FFFD stands for bytes that were no text: two of them are not the same letter.
    if (!fixed.has(point) && point !== '\ufffd') classOf.set(point, classCount++);
  }

  function symbolOf(foldedPoint: string): number {
    const kind = kindOf(foldedPoint);
    const cls = kind === kinds.space ? classes.space : (fixed.get(foldedPoint) ?? classOf.get(foldedPoint) ?? classes.unknown);
    return (cls << kindBits) | kind;
  }

  const expansions: number[][] = [];
  // The second plane holds the emoji and every script in use that the first doesn't. Filled point by point when first met,
  // because folding all of Unicode takes a tenth of a second; a hostile text can't make it grow.
  const planes = new Int32Array(0x20000);

  function compute(codePoint: number): number {
    const symbols = Array.from(foldCodePoint(String.fromCodePoint(codePoint)), symbolOf);
    if (symbols.length === 0) return dropped;
    return symbols.length === 1 ? symbols[0]! : -2 - (expansions.push(symbols) - 1);
  }

  function lookup(codePoint: number): number {
    if (codePoint >= planes.length) return compute(codePoint);
    const kept = planes[codePoint]!;
    if (kept !== 0) return kept < 0 ? kept : kept - 1;
    const symbol = compute(codePoint);
    planes[codePoint] = symbol < 0 ? symbol : symbol + 1;
    return symbol;
  }

  const ascii = Int32Array.from({ length: 128 }, (_, codePoint) => lookup(codePoint));
  const symbolOfClass = new Int32Array(classCount).fill(kinds.other);
  for (const [point, cls] of classOf) symbolOfClass[cls] = symbolOf(point);
  symbolOfClass[classes.space] = symbolOf(' ');
  return { ascii, classCount, symbolOf: symbolOfClass, lookup, planes, expansions };
}

/** Who is told the symbols of a text, one after another. */
export type SymbolSink = {
  take(cls: number, kind: number): void;
  /** true: further letters of a word that is begun need not be told */
  idle: boolean;
};

/** Tells the symbols of code points, one after another. */
export type Teller = {
  /** Before the first code point of a text. */
  begin(): void;
  tell(codePoint: number): void;
  /** Whether what was told last is a letter of a word. */
  inWord(): boolean;
};

/**
 * Makes a teller. A run of spaces is one symbol; a boundary symbol stands before each run of word letters, Hangul or
 * katakana.
 */
export function createTeller(table: SymbolTable, sink: SymbolSink): Teller {
  const { ascii, planes, expansions } = table;
  let before: number = kinds.other;

  function tell(codePoint: number): void {
    const kept = codePoint < 128 ? ascii[codePoint]! + 1 : codePoint < 0x20000 ? planes[codePoint]! : 0;
    if (kept > 0 && before === kinds.word && ((kept - 1) & 7) === kinds.word && sink.idle) return;
    const looked = kept > 0 ? kept - 1 : table.lookup(codePoint);
    if (looked === dropped) return;
    const parts = looked < 0 ? expansions[-2 - looked]! : none;
    let left = parts.length;
    do {
      const symbol = left === 0 ? looked : parts[parts.length - left]!;
      let kind = symbol & 7;
      let cls = symbol >> kindBits;
      if (kind === kinds.sigil) {
        if (before === kinds.word) cls++;
        kind = kinds.other;
      }
      if (kind === before) {
        if (kind === kinds.space) continue;
      } else if (kind !== kinds.continuation) {
        if (kind === kinds.word || kind === kinds.hangul || kind === kinds.katakana) sink.take(classes.boundary, kind);
        before = kind;
      }
      sink.take(cls, kind);
    } while (--left > 0);
  }

  return {
    begin() {
      before = kinds.other;
    },
    tell,
    inWord: () => before === kinds.word,
  };
}

/** Tells the symbols of a text. */
export function symbolize(text: string, teller: Teller): void {
  teller.begin();
  for (let i = 0; i < text.length; i++) {
    let codePoint = text.charCodeAt(i);
    if (codePoint >> 11 === 0x1b) {
      codePoint = text.codePointAt(i)!;
      if (codePoint > 0xffff) i++;
    }
    teller.tell(codePoint);
  }
}
