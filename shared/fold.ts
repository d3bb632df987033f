// Folding: the one form in which names, phrases and posts are compared, so that WhatsApp, WHATSAPP, Ｗｈａｔｓａｐｐ and
// whätsapp are the same letters. It works code point by code point, so a text can be folded while it streams by.
// It does not split words and does not touch spaces.

// accents; hamza, madda and vowel signs of Arabic; the nukta of Devanagari
const marks = /[\u0300-\u036f\u064b-\u0655\u093c]/g;
const ignorable = /^\p{Default_Ignorable_Code_Point}$/u;
const compatibilityJamo = /^[\u3131-\u318e]$/;
const ascii = /^[\0-\x7f]*$/;

// What neither lower case nor decomposition brings together, though people type one for the other.
const alike: ReadonlyMap<string, string> = new Map([
  ['ı', 'i'],
  ['ς', 'σ'],
  ['‘', "'"],
  ['’', "'"],
  ['‛', "'"],
  ['ʼ', "'"],
  ['´', "'"],
  ['\u0649', '\u064a'], // alef maksura, Persian yeh: yeh
  ['\u06cc', '\u064a'],
  ['\u06a9', '\u0643'], // Persian kaf: kaf
  ['\u0629', '\u0647'], // ta marbuta: heh
]);

// Memos of a pure function: they change what a call costs, never what it answers. They keep the first two planes, which
// hold every script and emoji in use, so that a hostile text can't make them grow past those.
const foldedUnits = Array<string | undefined>(0x10000).fill(undefined);
const foldedPairs = new Map<string, string>();

function computeFold(point: string): string {
  if (ignorable.test(point)) return '';
  // ㅠㅠ after a word is a sigh, not the vowel of the syllable before it; NFKC would make it one.
  if (compatibilityJamo.test(point)) return point;
  const known = alike.get(point);
  if (known !== undefined) return known;
  let out = '';
  for (const part of point.normalize('NFKC').toLowerCase().normalize('NFD').replace(marks, '')) {
    if (!ignorable.test(part)) out += alike.get(part) ?? part;
  }
  return out;
}

/**
 * Folds one code point: NFKC, lower case without locale, NFD without accents, Arabic vowel signs and hamza, and nukta; Arabic letters
 * that people type one for another become one. Zero-width characters,
 * variation selectors and bidi controls give '', curly apostrophes give '. One code point can give several.
 */
export function foldCodePoint(point: string): string {
  if (point.length === 1) return foldUnit(point.charCodeAt(0));
  let known = foldedPairs.get(point);
  if (known === undefined) {
    known = computeFold(point);
    if (point < '\ud840') foldedPairs.set(point, known);
  }
  return known;
}

function foldUnit(unit: number): string {
  return (foldedUnits[unit] ??= computeFold(String.fromCharCode(unit)));
}

/** Folds a text code point by code point. Folding twice changes nothing; a lone surrogate stays as it is. */
export function foldText(s: string): string {
  if (ascii.test(s)) return s.toLowerCase();
  let out = '';
  for (let i = 0; i < s.length; i++) {
    const unit = s.charCodeAt(i);
    if (unit >> 10 === 0x36 && s.charCodeAt(i + 1) >> 10 === 0x37) {
      out += foldCodePoint(s.slice(i, i + 2));
      i++;
    } else out += foldUnit(unit);
  }
  return out;
}
