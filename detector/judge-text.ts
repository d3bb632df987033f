// Turns a stranger's text into the flat form in which phrases are looked up: folded, one blank between words,
// punctuation as words of its own. Owns spelling only; what phrases mean is in the lexicons and judge-weigh.ts.
import { createHeadlineReader } from './judge-headline.ts';
import * as signOf from './judge-letters.ts';
import { createLetters, scripts } from './judge-letters.ts';
import { atSign, createLine, hashSign, type Line, mostUnits, textOf } from './judge-line.ts';
import { mendMixedWords } from './judge-lookalikes.ts';

export { handleMark, nameMark, otherMark } from './judge-letters.ts';

/** What is known of a text besides its line. */
export interface Flat {
  hasUrl: boolean;
  /** a hashtag, a handle is in it */
  hasTag: boolean;
  hasHandle: boolean;
  /** letters of each script (judge-letters.ts) */
  readonly letters: Int32Array;
}

export interface Flattener {
  /** Writes the flat form into `line`, uncut. What it gives is overwritten by the next call. */
  flatten(text: string, line: Line): Flat;
  /** More than half of the longer words of the text that was flattened last open with a capital, as in a headline. */
  isTitleCase(): boolean;
  /** A phrase or a name, spelled as it stands inside a flat text (no leading or closing mark). */
  spell(phrase: string): string;
  /** The same into a line, uncut. */
  spellInto(phrase: string, line: Line): void;
  /** 1 for a dense unit, 2 for a mark, 0 for all else; right for the units of whatever was flattened or spelled */
  readonly alone: Uint8Array;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', hellip: '…', rsquo: "'", lsquo: "'", rdquo: '"', ldquo: '"', ndash: '-', mdash: '-',
};

/** HTML entities as the characters they stand for, encoded once or twice (`&amp;#39;`); unknown ones are left as they are. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  const once = decodeOnce(text);
  return once !== text && once.includes('&') ? decodeOnce(once) : once;
}

function decodeOnce(text: string): string {
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
const tagCount = Object.keys(scripts).length;
const handleCount = tagCount + 1;
const repost = /^\s*["“]?(?:RT\s+)?@\w{1,40}:\s*(?:RT\s+@\w{1,40}:\s*)*/;

/** Creates the flattener with its tables (about 600 KB, read as characters come). Pure: the same text gives the same flat form. */
export function createFlattener(): Flattener {
  const letters = createLetters();
  const headlines = createHeadlineReader();
  const counts = new Int32Array(handleCount + 1); // letters of each script, hashtags, handles
  const flat: Flat = { hasUrl: false, hasTag: false, hasHandle: false, letters: new Int32Array(tagCount) };
  const scratch = createLine();
  let withoutUrls = '';

  /** Flattens the signs that were read last, between two full stops if asked; `counts` then tells what they are. */
  function build(line: Line, length: number, framed: boolean): void {
    // the names stand here once more because an imported one is looked up each time: ten times a letter
    const { word, dense, gap, strong, weak, apostrophe, mark, letterBits, kindShift, kindBits, scriptShift, scriptBits, plainDigit, scripts } = signOf;
    const latinLetter = (scripts.latin << (scriptShift - kindShift)) | word;
    const { alone } = letters;
    const signs = letters.signs();
    const out = line.units;
    counts.fill(0);
    let latin = 0;
    const base = framed ? 2 : 0;
    let n = base;
    out[0] = 0x2e;
    out[1] = 0x20;
    let last = gap; // kind of the last thing written
    let run = 0;
    let previous = 0;
    const limit = base + mostUnits - 8;
    for (let i = 0; i < length && n < limit; i++) {
      const sign = signs[i]!;
      const code = sign & letterBits;
      if (sign >> kindShift === latinLetter && last === word && code !== previous) {
        // the next letter of a word, by far the most frequent sign
        out[n++] = code;
        previous = code;
        run = 0;
        latin++;
        continue;
      }
      if (code === 0) continue;
      let kind = (sign >> kindShift) & kindBits;
      if (kind === word || kind === dense) {
        if (last !== word && n > 0 && out[n - 1] !== 0x20) {
          const parted = last === strong || last === weak || (last === gap && kind === word && alone[out[n - 1]!] !== 1);
          if (parted) out[n++] = 0x20;
        }
        // doooown is down: letters thrice in a row are one; digits and marks are not touched
        if (code === previous && !(code >= 0x30 && code <= 0x39)) {
          run++;
          if (run === 2) n--;
          if (run >= 2) continue;
        } else {
          previous = code;
          run = 0;
        }
        out[n++] = code;
        last = kind;
        counts[(sign >> scriptShift) & scriptBits]!++;
        continue;
      }
      const next = i + 1 < length ? signs[i + 1]! : 0;
      if (kind !== gap) {
        if (kind === apostrophe) {
          // isn't is written isnt; every other apostrophe parts two words: l'app, it's, Twitter'a
          if (last === word && previous === 0x6e && (next & letterBits) === 0x74) continue;
          kind = gap;
        } else if (kind === mark) {
          const after = (next >> kindShift) & kindBits;
          if (last !== word && (after === word || after === dense)) {
            if (n > 0 && out[n - 1] !== 0x20) out[n++] = 0x20;
            counts[code === atSign ? handleCount : tagCount]!++;
            out[n++] = code === atSign ? atSign : hashSign;
            last = mark;
          } else if (last === word || last === dense) last = gap;
          previous = 0;
          continue;
        }
      } else if (code === 0x2d && i > 0 && (signs[i - 1]! & letterBits) === 0x20 && (next & letterBits) === 0x20) {
        // a dash between blanks is a pause, inside a word it is none
        kind = weak;
      }
      if (kind === gap) {
        if (last === word || last === mark || last === dense) last = gap;
        previous = 0;
        run = 0;
        continue;
      }
      const pause = kind === weak ? 0x2c : code === 0x3f || code === 0x61f || code === 0xff1f ? 0x3f : code === 0x21 || code === 0xff01 ? 0x21 : 0x2e;
      if (kind === strong && pause === 0x2e && last === word && previous >= 0x30 && previous <= 0x39 && (next & plainDigit) !== 0) {
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
    counts[scripts.latin]! += latin;
    while (n > base && out[n - 1] === 0x20) n--;
    if (framed && n === base) n = 1;
    else if (framed) {
      out[n++] = 0x20;
      out[n++] = 0x2e;
    }
    line.length = n;
  }

  return {
    flatten(text, line) {
      let raw = decodeEntities(text.length > judgedLength ? text.slice(0, judgedLength) : text);
      if (mayRepost(raw)) raw = raw.replace(repost, ' ');
      withoutUrls = mayLink(raw) ? raw.replace(url, ' . ') : raw;
      build(line, letters.read(withoutUrls, true), true);
      flat.hasUrl = withoutUrls !== raw;
      flat.hasTag = counts[tagCount]! > 0;
      flat.hasHandle = counts[handleCount]! > 0;
      // names are spelled while this text is read, and that counts too
      flat.letters.set(counts.subarray(0, tagCount));
      mendMixedWords(line, flat.letters);
      return flat;
    },
    isTitleCase: () => headlines.isHeadline(withoutUrls),
    spell(phrase) {
      build(scratch, letters.read(phrase, false), false);
      return textOf(scratch);
    },
    spellInto: (phrase, line) => build(line, letters.read(phrase, false), false),
    alone: letters.alone,
  };
}

/** False where `repost` can't match: cheaper than asking it. */
function mayRepost(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first <= 0x22 || first === 0x40 || first === 0x52 || first >= 0x80) && text.includes('@');
}

/** False where `url` can't match, but for addresses in capitals, which are left as they are. */
function mayLink(text: string): boolean {
  const slash = text.includes('/');
  if (slash && text.includes('http')) return true;
  return text.includes('.') && (text.includes('www.') || (slash && text.includes('pic.')));
}
