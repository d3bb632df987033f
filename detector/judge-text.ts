// Turns a stranger's text into the flat form in which phrases are looked up: folded, one blank between words,
// punctuation as words of its own. Owns spelling only; what phrases mean is in the lexicons and judge-weigh.ts.
import { foldText } from '../shared/fold.ts';
import { maxTextLength } from '../shared/post.ts';

/** Stands in the flat text for the judged service, for another service, and for any other handle. */
export const nameMark = '\uE000';
export const otherMark = '\uE001';
export const handleMark = '\uE002';

/** What one code unit is to the flat text. */
const gap = 0;
const word = 1;
const dense = 2; // scripts without spaces: each character is a word of its own
const strong = 3;
const weak = 4;
const apostrophe = 5;
const mark = 6; // # and @, kept when glued to a word

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
const repost = /^\s*["“]?(?:RT\s+)?@\w{1,40}:\s*(?:RT\s+@\w{1,40}:\s*)*/;

function headlineCase(text: string): boolean {
  let long = 0;
  let capital = 0;
  for (const m of text.matchAll(/(?<![\p{L}#@'’])\p{L}[\p{L}'’]{3,}/gu)) {
    long++;
    const first = m[0].charAt(0);
    if (first !== first.toLowerCase() && m[0].charAt(1) !== m[0].charAt(1).toUpperCase()) capital++;
    if (long >= 40) break;
  }
  return long >= 4 && capital / long >= 0.7;
}

const unread = 255;

/** The kinds of signs; letters of scripts are read when they first come (kindOf), all 65,536 at the start would cost 20 ms. */
function classTable(): Uint8Array {
  const table = new Uint8Array(0x10000).fill(unread);
  const set = (chars: string, kind: number): void => {
    for (const c of chars) table[c.charCodeAt(0)] = kind;
  };
  set('.!?;\n\r…。！？؟।॥|', strong);
  set(',:()[]{}"“”«»„、，؛،—–「」『』・*~', weak);
  set("'’‘`´ʼ", apostrophe);
  set('#@＃', mark);
  for (const c of [nameMark, otherMark, handleMark]) table[c.charCodeAt(0)] = word;
  return table;
}

function readKind(code: number): number {
  const c = String.fromCharCode(code);
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}々ー]/u.test(c) || code === 0x3099 || code === 0x309a) return dense;
  if (/[\p{L}\p{N}\p{M}_]/u.test(c)) return word;
  return /[\p{So}\p{Sk}\ud83c-\ud83e]/u.test(c) ? weak : gap;
}

/** Letters that people write in several ways: one spelling for each (Arabic, Devanagari, digits); 0 drops the sign. */
function letterTable(): Uint16Array {
  const table = new Uint16Array(0x10000);
  for (let code = 0; code < 0x10000; code++) table[code] = code;
  const same = (from: string, to: string): void => {
    for (const c of from) table[c.charCodeAt(0)] = to === '' ? 0 : to.charCodeAt(0);
  };
  same('أإآٱ', 'ا');
  same('ةۃ', 'ه');
  same('ىئیۍ', 'ي');
  same('ؤ', 'و');
  same('ک', 'ك');
  same('ہھە', 'ه');
  for (let code = 0x64b; code <= 0x65f; code++) table[code] = 0;
  same('\u0640\u0670', '');
  same('\u093c\u200c\u200d', '');
  same('\u0901', '\u0902');
  for (let d = 0; d < 10; d++) {
    table[0x660 + d] = 0x30 + d;
    table[0x6f0 + d] = 0x30 + d;
    table[0x966 + d] = 0x30 + d;
  }
  return table;
}

/** Creates the flattener with its tables (about 130 KB, built once). Pure: the same text gives the same flat form. */
export function createFlattener(): Flattener {
  const kinds = classTable();
  const kindOf = (code: number): number => {
    const kind = kinds[code]!;
    return kind === unread ? (kinds[code] = readKind(code)) : kind;
  };
  const letters = letterTable();
  const out = new Uint16Array(maxTextLength * 6);
  const chunk = 8_192; // apply() takes its arguments on the stack

  function build(folded: string, into: Flat | null): string {
    let n = 0;
    let last = gap; // kind of the last thing written
    let run = 0;
    let previous = 0;
    const limit = out.length - 8;
    for (let i = 0; i < folded.length && n < limit; i++) {
      const code = letters[folded.charCodeAt(i)]!;
      if (code === 0) continue;
      let kind = kindOf(code);
      // a dash between blanks is a pause, inside a word it is none
      if (code === 0x2d && folded.charCodeAt(i - 1) === 0x20 && folded.charCodeAt(i + 1) === 0x20) kind = weak;
      if (kind === apostrophe) {
        // isn't is written isnt; every other apostrophe parts two words: l'app, it's, Twitter'a
        const next = folded.charCodeAt(i + 1) | 0;
        if (last === word && previous === 0x6e && next === 0x74) continue;
        kind = gap;
      }
      if (kind === mark) {
        const next = kindOf(letters[folded.charCodeAt(i + 1) | 0]!);
        if (last !== word && (next === word || next === dense)) {
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
      if (kind === strong || kind === weak) {
        const sign = kind === weak ? 0x2c : code === 0x3f || code === 0x61f || code === 0xff1f ? 0x3f : code === 0x21 || code === 0xff01 ? 0x21 : 0x2e;
        if (kind === strong && sign === 0x2e && last === word && previous >= 0x30 && previous <= 0x39 && isDigit(folded.charCodeAt(i + 1))) {
          out[n++] = 0x2e;
          continue;
        }
        // one sign a pause: the strongest of a run stays (?! is a question)
        if (last === strong || last === weak) {
          if (sign === 0x3f || (last === weak && kind === strong)) out[n - 1] = sign;
        } else {
          if (n > 0 && out[n - 1] !== 0x20) out[n++] = 0x20;
          out[n++] = sign;
        }
        if (last !== strong) last = kind;
        previous = 0;
        run = 0;
        continue;
      }
      const parted = last === strong || last === weak || (last === gap && kind === word && kindOf(out[n - 1] ?? 0) !== dense);
      if (parted && n > 0 && out[n - 1] !== 0x20) out[n++] = 0x20;
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
      if (into !== null) countScript(into, code, kind);
    }
    while (n > 0 && out[n - 1] === 0x20) n--;
    let text = '';
    for (let i = 0; i < n; i += chunk) text += String.fromCharCode.apply(null, out.subarray(i, Math.min(n, i + chunk)) as unknown as number[]);
    return text;
  }

  return {
    flatten(text: string): Flat {
      let raw = decodeEntities(text.length > maxTextLength ? text.slice(0, maxTextLength) : text);
      if (raw.includes('@')) raw = raw.replace(repost, ' ');
      const withoutUrls = raw.includes('http') || raw.includes('www.') || raw.includes('pic.') ? raw.replace(url, ' . ') : raw;
      const flat: Flat = { text: '', hasUrl: withoutUrls.length !== raw.length || withoutUrls !== raw, titleCase: () => headlineCase(withoutUrls), dense: 0, cyrillic: 0, arabic: 0, devanagari: 0, latin: 0 };
      const body = build(stripMarks(foldText(withoutUrls)), flat);
      flat.text = body === '' ? '.' : `. ${body} .`;
      return flat;
    },
    spell: (phrase) => build(foldText(phrase), null),
    isDense: (code) => kindOf(code) === dense,
  };
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A stranger may not write our own marks. */
function stripMarks(text: string): string {
  return /[\uE000-\uE002]/.test(text) ? text.replace(/[\uE000-\uE002]/g, ' ') : text;
}

function countScript(into: Flat, code: number, kind: number): void {
  if (kind === dense) into.dense++;
  else if (code < 0x250) into.latin++;
  else if (code >= 0x400 && code < 0x530) into.cyrillic++;
  else if (code >= 0x600 && code < 0x780) into.arabic++;
  else if (code >= 0x900 && code < 0x980) into.devanagari++;
}
