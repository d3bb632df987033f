// A flat text as numbers: its code units, and its words with a hash each. It is written once, changed in place while names
// become marks, and cut into words. Owns the form and the cutting; what stands in it is its callers'.
import { Buffer } from 'node:buffer';

/** `. hello world ? .`: words and pauses with one blank between them, none beside a dense character. */
export interface Line {
  readonly units: Uint16Array<ArrayBuffer>;
  length: number;
  /** The words: pauses, marks and dense characters are one each; # and @ belong to none. Valid after `cut`. */
  count: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly hashes: Int32Array;
}

/** code units of a flat text */
export const mostUnits = 6_000;
/** room for what a text gains when its hashtags are parted from it */
const room = 8;

export const space = 0x20;
export const hashSign = 0x23;
export const atSign = 0x40;

export function createLine(): Line {
  const most = mostUnits + room;
  return { units: new Uint16Array(most), length: 0, count: 0, starts: new Int32Array(most), ends: new Int32Array(most), hashes: new Int32Array(most) };
}

/** The text of a line, or of a part of it. */
export function textOf(line: Line, start = 0, end = line.length): string {
  return Buffer.from(line.units.buffer, 2 * start, 2 * Math.max(0, end - start)).toString('utf16le');
}

/** Writes a flat text into a line, uncut; what is longer than a line is left out. */
export function writeLine(line: Line, flat: string): void {
  line.length = Math.min(flat.length, mostUnits);
  for (let i = 0; i < line.length; i++) line.units[i] = flat.charCodeAt(i);
}

/** Finds the words of a line. `alone` says which units are a word each: dense characters and marks. */
export function cut(line: Line, alone: Uint8Array): void {
  const { units, length, starts, ends, hashes } = line;
  let count = 0;
  for (let i = 0; i < length; ) {
    const code = units[i]!;
    if (code === 0x20 || code === 0x23 || code === 0x40) {
      i++;
      continue;
    }
    let hash = Math.imul(0x811c9dc5 ^ code, 0x01000193);
    let end = i + 1;
    if (alone[code] === 0) {
      for (; end < length; end++) {
        const next = units[end]!;
        if (next === 0x20 || alone[next] !== 0) break;
        hash = Math.imul(hash ^ next, 0x01000193);
      }
    }
    starts[count] = i;
    ends[count] = end;
    hashes[count++] = hash;
    i = end;
  }
  line.count = count;
}

/** One of the marks that stand for names (judge-letters.ts). */
export function isMark(code: number): boolean {
  return code >= 0xe000 && code <= 0xe002;
}

export function isPause(code: number): boolean {
  return code === 0x2e || code === 0x2c || code === 0x21 || code === 0x3f;
}

/** The hash of a word, as `cut` makes it on the way. Source: FNV-1a, 32 bits. */
export function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return hash;
}
