// Reads the words by which copies are told: folded letters, hashed on the way, without addresses, people, digits and signs.
// Owns what a word is; what words in common mean is copies.ts's.
import { foldCodePoint, foldText } from '../shared/fold.ts';
import { hash53, mix } from './hash.ts';

/** The words of a text in their order. */
export interface Words {
  /** 53-bit hashes (hash.ts) */
  readonly hashes: number[];
  /** the letters of words that have a letter of a script that writes without spaces, else null */
  readonly unspaced: (string | null)[];
}

const mostRead = 1_000;
/** scripts without spaces lie above this */
const firstUnspaced = 0xe00;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

// A memo of a pure function: what a unit folds to, plus a bit if it is a letter; dropped, parted or several units are -2.
const unread = -1;
const others = -2;
const letterBit = 0x10000;
const units = new Int32Array(0x10000).fill(unread);

function readUnit(unit: number): number {
  const folded = unit >> 11 === 0x1b ? '' : foldCodePoint(String.fromCharCode(unit));
  if (folded.length !== 1) return (units[unit] = others);
  return (units[unit] = folded.charCodeAt(0) | (/\p{L}/u.test(folded) ? letterBit : 0));
}

/** Reads the beginning of a text. */
export function readWords(text: string): Words {
  const read = text.length > mostRead ? text.slice(0, mostRead) : text;
  const own = read.includes('@') || read.includes('://') ? read.replace(/https?:\/\/\S*|^\s*RT\s+@\w+:?|@[\w.-]+/gi, ' ') : read;
  const words: Words = { hashes: [], unspaced: [] };
  let start = -1; // where the word at hand began
  let high = false;
  let a = 0;
  let b = 0;
  for (let i = 0; i <= own.length; i++) {
    const unit = i < own.length ? own.charCodeAt(i) : 0x20;
    const end = i;
    let folded = units[unit]!;
    if (folded === -1) folded = readUnit(unit);
    if (folded === -2) {
      // most emoji are of this half: no letters
      const point = unit === 0xd83d ? '.' : foldCodePoint(String.fromCodePoint(own.codePointAt(i)!));
      if (point === '') {
        if (own.codePointAt(i)! > 0xffff) i++;
        continue;
      }
      if (/\p{L}/u.test(point)) return wordsOfFolded(foldText(own));
      if (own.codePointAt(i)! > 0xffff) i++;
      folded = 0x20;
    }
    if (folded >= 0x10000) {
      const code = folded & 0xffff;
      if (start === -1) {
        start = i;
        high = false;
        a = 0x811c9dc5;
        b = 0x9dc5811c;
      }
      // as in hash53
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x85ebca6b);
      b = (b << 13) | (b >>> 19);
      if (code >= 0xe00) high = true;
    } else if (start !== -1) {
      words.hashes.push((mix(a) & 0x1fffff) * 0x1_0000_0000 + mix(b ^ a));
      words.unspaced.push(high ? unspacedOf(foldText(own.slice(start, end))) : null);
      start = -1;
    }
  }
  return words;
}

/** The plain way, for texts with letters that fold to several or stand for several: and the meaning of the quick one. */
export function wordsOfFolded(folded: string): Words {
  const found = folded.match(/\p{L}+/gu) ?? [];
  return { hashes: found.map((word) => hash53(word)), unspaced: found.map((word) => unspacedOf(word)) };
}

function unspacedOf(word: string): string | null {
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) >= firstUnspaced) return unspaced.test(word) ? word : null;
  return null;
}
