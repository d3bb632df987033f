// What each character is to a flat text: how it folds, which of its spellings stands for all, whether it is a letter, a
// pause or nothing. Read when a character first comes, and kept. Owns characters; words and pauses are judge-text.ts's.
import { foldCodePoint } from '../shared/fold.ts';

/** Stands in the flat text for the judged service, for another service, and for any other handle. */
export const nameMark = '\uE000';
export const otherMark = '\uE001';
export const handleMark = '\uE002';

/** What one code unit is to the flat text. */
export const gap = 0;
export const word = 1;
export const dense = 2; // scripts without spaces: each character is a word of its own
export const strong = 3;
export const weak = 4;
export const apostrophe = 5;
export const mark = 6; // # and @, kept when glued to a word

/** The scripts that are counted, as places in an array of counts; 0 is every other. */
export const scripts = { none: 0, dense: 1, latin: 2, cyrillic: 3, arabic: 4, devanagari: 5 } as const;

/** A sign is one number: the spelling of a folded code unit (0: dropped), what it is and which script it is of. */
export type Sign = number;
export const letterOf = (sign: Sign): number => sign & 0xffff;
export const kindOf = (sign: Sign): number => (sign >> 16) & 7;
export const scriptOf = (sign: Sign): number => sign >> 19;

export interface Letters {
  /** Folds a text (shared/fold.ts) into `units`, without our marks if asked; gives how many code units there are. */
  fold(text: string, withoutMarks: boolean): number;
  /** what was folded last; a new array where a text was longer than all before */
  units(): Uint16Array;
  /** the sign of a folded code unit */
  sign(unit: number): Sign;
}

const unread = -1;
/** folds to nothing, to several units, or stands for half a character */
const several = -2;
/** no code point folds to more units than this */
const mostOfOne = 64;

/** The kinds of signs; letters of scripts are found by their properties (readKind). */
function kindTable(): ReadonlyMap<number, number> {
  const table = new Map<number, number>();
  const set = (chars: string, kind: number): void => {
    for (const c of chars) table.set(c.charCodeAt(0), kind);
  };
  set('.!?;\n\r…。！？؟।॥|', strong);
  set(',:()[]{}"“”«»„、，؛،—–「」『』・*~', weak);
  set("'’‘`´ʼ", apostrophe);
  set('#@＃', mark);
  for (const c of [nameMark, otherMark, handleMark]) table.set(c.charCodeAt(0), word);
  return table;
}

function readKind(code: number): number {
  const c = String.fromCharCode(code);
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}々ー]/u.test(c) || code === 0x3099 || code === 0x309a) return dense;
  if (/[\p{L}\p{N}\p{M}_]/u.test(c)) return word;
  return /[\p{So}\p{Sk}\ud83c-\ud83e]/u.test(c) ? weak : gap;
}

function readScript(code: number, kind: number): number {
  if (kind === dense) return scripts.dense;
  if (code < 0x250) return scripts.latin;
  if (code >= 0x400 && code < 0x530) return scripts.cyrillic;
  if (code >= 0x600 && code < 0x780) return scripts.arabic;
  return code >= 0x900 && code < 0x980 ? scripts.devanagari : scripts.none;
}

/** Letters that people write in several ways: one spelling for each (Arabic, Devanagari, digits); 0 drops the sign. */
function spellingTable(): ReadonlyMap<number, number> {
  const table = new Map<number, number>();
  const same = (from: string, to: string): void => {
    for (const c of from) table.set(c.charCodeAt(0), to === '' ? 0 : to.charCodeAt(0));
  };
  same('أإآٱ', 'ا');
  same('ةۃ', 'ه');
  same('ىئیۍ', 'ي');
  same('ؤ', 'و');
  same('ک', 'ك');
  same('ہھە', 'ه');
  for (let code = 0x64b; code <= 0x65f; code++) table.set(code, 0);
  same('\u0640\u0670', '');
  same('\u093c\u200c\u200d\0', '');
  same('\u0901', '\u0902');
  for (let d = 0; d < 10; d++) for (const zero of [0x660, 0x6f0, 0x966]) table.set(zero + d, 0x30 + d);
  return table;
}

/** Creates the table, all unread (half a MB). */
export function createLetters(): Letters {
  const kinds = kindTable();
  const spellings = spellingTable();
  const signs = new Int32Array(0x10000).fill(unread);
  const folds = new Int32Array(0x10000).fill(unread);
  let units = new Uint16Array(4_096);

  const readSign = (unit: number): Sign => {
    const letter = spellings.get(unit) ?? unit;
    const kind = kinds.get(letter) ?? readKind(letter);
    return (signs[unit] = letter | (kind << 16) | (readScript(letter, kind) << 19));
  };
  const readFold = (unit: number): number => {
    const folded = unit >> 11 === 0x1b ? '' : foldCodePoint(String.fromCharCode(unit));
    return (folds[unit] = folded.length === 1 ? folded.charCodeAt(0) : several);
  };

  return {
    fold(text, withoutMarks) {
      let n = 0;
      for (let i = 0; i < text.length; i++) {
        if (n + mostOfOne > units.length) {
          const longer = new Uint16Array(units.length * 2);
          longer.set(units);
          units = longer;
        }
        const unit = text.charCodeAt(i);
        let folded = folds[unit]!;
        if (folded === unread) folded = readFold(unit);
        if (folded >= 0) {
          units[n++] = withoutMarks && folded >= 0xe000 && folded <= 0xe002 ? 0x20 : folded;
          continue;
        }
        const paired = unit >> 10 === 0x36 && text.charCodeAt(i + 1) >> 10 === 0x37;
        const point = foldCodePoint(paired ? text.slice(i, ++i + 1) : text.charAt(i));
        for (let k = 0; k < point.length; k++) units[n++] = point.charCodeAt(k);
      }
      return n;
    },
    units: () => units,
    sign(unit) {
      const sign = signs[unit]!;
      return sign === unread ? readSign(unit) : sign;
    },
  };
}
