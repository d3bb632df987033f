// Turns a stranger's text into the flat form in which phrases are looked up: folded, one blank between words,
// punctuation as words of its own. Owns spelling only; what phrases mean is in the lexicons and judge-weigh.ts.
import { Buffer } from 'node:buffer';
import { createHeadlineReader } from './judge-headline.ts';
import { apostrophe, createLetters, dense, gap, kindOf, letterOf, mark, scriptOf, scripts, strong, weak, word } from './judge-letters.ts';

export { handleMark, nameMark, otherMark } from './judge-letters.ts';

export interface Flat {
  /** `. hello world ? .`: words and punctuation, one blank between them, none beside a dense character */
  text: string;
  hasUrl: boolean;
  /** more than half of the longer words open with a capital, as in a headline; read only when asked */
  titleCase: () => boolean;
  dense: number;
  cyrillic: number;
  arabic: number;
  devanagari: number;
  latin: number;
}

export interface Flattener {
  flatten(text: string): Flat;
  /** A phrase or a name, spelled as it stands inside a flat text (no leading or closing mark). */
  spell(phrase: string): string;
  isDense(code: number): boolean;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', hellip: '…', rsquo: "'", lsquo: "'", rdquo: '"', ldquo: '"', ndash: '-', mdash: '-',
};

/** HTML entities as the characters they stand for; one level, unknown ones left as they are. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g, (all, dec, hex, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? all;
    const code = dec === undefined ? Number.parseInt(hex, 16) : Number.parseInt(dec, 10);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : all;
  });
}

const url = /https?:\/\/\S*|www\.\S+|pic\.twitter\.com\/\S+/gi;
/**
 * Characters of a text that are judged. What a post says of an outage it says early, and a text made of nothing but names
 * and complaints costs with the square of its length: 2 s at 4,000 characters, a twentieth of it here.
 */
export const judgedLength = 1_000;
/** code units of a flat text */
const mostWritten = 6 * judgedLength;
const repost = /^\s*["“]?(?:RT\s+)?@\w{1,40}:\s*(?:RT\s+@\w{1,40}:\s*)*/;

/** Creates the flattener with its tables (about 600 KB, read as characters come). Pure: the same text gives the same flat form. */
export function createFlattener(): Flattener {
  const letters = createLetters();
  const headlines = createHeadlineReader();
  const out = new Uint16Array(mostWritten + 4);
  const bytes = Buffer.from(out.buffer);
  const counts = new Int32Array(Object.keys(scripts).length);

  /** Flattens the units that were folded last, between two full stops if asked; `counts` then has the letters of each script. */
  function build(length: number, framed: boolean): string {
    const folded = letters.units();
    counts.fill(0);
    const base = framed ? 2 : 0;
    let n = base;
    out[0] = 0x2e;
    out[1] = 0x20;
    let last = gap; // kind of the last thing written
    let run = 0;
    let previous = 0;
    const limit = base + mostWritten - 8;
    for (let i = 0; i < length && n < limit; i++) {
      const sign = letters.sign(folded[i]!);
      const code = letterOf(sign);
      if (code === 0) continue;
      let kind = kindOf(sign);
      if (kind === word || kind === dense) {
        if (last !== word && n > 0 && out[n - 1] !== 0x20) {
          const parted = last === strong || last === weak || (last === gap && kind === word && kindOf(letters.sign(out[n - 1]!)) !== dense);
          if (parted) out[n++] = 0x20;
        }
        // doooown is down: letters thrice in a row are one; digits and marks are not touched
        if (code === previous && !isDigit(code)) {
          run++;
          if (run === 2) n--;
          if (run >= 2) continue;
        } else {
          previous = code;
          run = 0;
        }
        out[n++] = code;
        last = kind;
        counts[scriptOf(sign)]!++;
        continue;
      }
      const next = i + 1 < length ? folded[i + 1]! : 0;
      // a dash between blanks is a pause, inside a word it is none
      if (code === 0x2d && i > 0 && folded[i - 1] === 0x20 && next === 0x20) kind = weak;
      if (kind === apostrophe) {
        // isn't is written isnt; every other apostrophe parts two words: l'app, it's, Twitter'a
        if (last === word && previous === 0x6e && next === 0x74) continue;
        kind = gap;
      }
      if (kind === mark) {
        const after = kindOf(letters.sign(next));
        if (last !== word && (after === word || after === dense)) {
          if (n > 0 && out[n - 1] !== 0x20) out[n++] = 0x20;
          out[n++] = code === 0x40 ? 0x40 : 0x23;
          last = mark;
        } else if (last !== gap) last = last === word || last === dense ? gap : last;
        previous = 0;
        continue;
      }
      if (kind === gap) {
        if (last === word || last === mark || last === dense) last = gap;
        previous = 0;
        run = 0;
        continue;
      }
      const pause = kind === weak ? 0x2c : code === 0x3f || code === 0x61f || code === 0xff1f ? 0x3f : code === 0x21 || code === 0xff01 ? 0x21 : 0x2e;
      if (kind === strong && pause === 0x2e && last === word && isDigit(previous) && isDigit(next)) {
        out[n++] = 0x2e;
        continue;
      }
      // one sign a pause: the strongest of a run stays (?! is a question)
      if (last === strong || last === weak) {
        if (pause === 0x3f || (last === weak && kind === strong)) out[n - 1] = pause;
      } else {
        if (n > 0 && out[n - 1] !== 0x20) out[n++] = 0x20;
        out[n++] = pause;
      }
      if (last !== strong) last = kind;
      previous = 0;
      run = 0;
    }
    while (n > base && out[n - 1] === 0x20) n--;
    if (framed && n === base) n = 1;
    else if (framed) {
      out[n++] = 0x20;
      out[n++] = 0x2e;
    }
    return bytes.toString('utf16le', 0, 2 * n);
  }

  return {
    flatten(text: string): Flat {
      let raw = decodeEntities(text.length > judgedLength ? text.slice(0, judgedLength) : text);
      if (raw.includes('@')) raw = raw.replace(repost, ' ');
      const withoutUrls = raw.includes('http') || raw.includes('www.') || raw.includes('pic.') ? raw.replace(url, ' . ') : raw;
      return {
        text: build(letters.fold(withoutUrls, true), true),
        hasUrl: withoutUrls !== raw,
        titleCase: () => headlines.isHeadline(withoutUrls),
        dense: counts[scripts.dense]!,
        cyrillic: counts[scripts.cyrillic]!,
        arabic: counts[scripts.arabic]!,
        devanagari: counts[scripts.devanagari]!,
        latin: counts[scripts.latin]!,
      };
    },
    spell: (phrase) => build(letters.fold(phrase, false), false),
    isDense: (code) => kindOf(letters.sign(code)) === dense,
  };
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
