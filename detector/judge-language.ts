// Which language a post is in, cheaply: by its script, its telling letters, the source's own word, and the words that
// the lexicons know. It only chooses a lexicon; it is no language detector for its own sake.
import { scripts } from './judge-letters.ts';
import { hashSign, isMark, type Line, space } from './judge-line.ts';
import type { Flat } from './judge-text.ts';
import type { Lexicon } from './lexicon.ts';

/** what a stop word, and a word of phrases, says of a language, by the number of languages that have it */
const stopWordWorth = [0, 8, 6, 5, 4, 3, 3, 2, 1, 1] as const;
const phraseWordWorth = [0, 3, 2, 1] as const;
/** of the source's own word: clients often say `en` whatever their user writes */
const declaredWorth = 8;
/** so much makes a language ours where the source says one that no lexicon is for */
const plainWorth = 22;
/** "la", "die", "no" are words of several languages: a tie goes to the one most written */
const prior: Readonly<Record<string, number>> = { es: 1, pt: 1, id: 1, fr: 1, de: 1, ru: 2, ar: 3, zh: 1 };
/** what English, the language most written, has before any word is read */
const englishLead = 4;
/** letters that fold to others and that neighbours lack or rarely write */
const telling: Readonly<Record<string, string>> = {
  vi: 'ơưđăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹĩũ',
  pl: 'łąęśźżćńó',
  cs: 'řěůčšžďťňýáíéú',
  hu: 'őűöüáéíóú',
  ro: 'șțşţăâî',
  tr: 'ğışçöü',
  de: 'ßäöü',
  sv: 'åäö',
  es: 'ñ¿¡áéíóú',
  pt: 'ãõçâêáéíóú',
  fr: 'çèêœàéâî',
  it: 'èìòàùé',
};
const mostTold = 6;

/** The languages of the lexicons, in their order, and what is known of them before any text comes. */
export interface Tongues {
  readonly langs: readonly string[];
  readonly placeOf: ReadonlyMap<string, number>;
  /** those written in Latin letters, at least by many, and what each has before any word is read */
  readonly latin: readonly number[];
  readonly lead: Int32Array;
  readonly english: number;
  /** by code unit of a raw text: the tongues that a letter tells, as bits */
  readonly letters: readonly (Say | undefined)[];
}

export function createTongues(lexicons: readonly Lexicon[]): Tongues {
  const langs = lexicons.map((l) => l.lang);
  const bits: number[] = [];
  const latin: number[] = [];
  for (const [place, { lang, stopWords }] of lexicons.entries()) {
    if (lang !== 'any' && stopWords.filter((word) => /^\p{Script=Latin}/u.test(word)).length >= 5) latin.push(place);
    for (const c of place < 31 ? (telling[lang] ?? '') : '') for (const one of [c, c.toUpperCase()]) bits[one.charCodeAt(0)] = (bits[one.charCodeAt(0)] ?? 0) | (1 << place);
  }
  return { langs, placeOf: new Map(langs.map((lang, place) => [lang, place])), latin, lead: Int32Array.from(langs, (lang) => prior[lang] ?? 0), english: langs.indexOf('en'), letters: Array.from(bits, (one) => (one === undefined ? undefined : sayOf(one, true))) };
}

/** The language of a BCP 47 tag: `pt` of `pt-BR`; old and related codes as those we have, undefined where it says none. */
export function subtag(lang: string | undefined): string | undefined {
  if (lang === undefined) return undefined;
  const base = lang.length === 2 && lang >= 'aa' && lang <= 'zz' ? lang : /^([a-zA-Z]{2,3})(?:[-_]|$)/.exec(lang)?.[1]?.toLowerCase();
  if (base === 'in' || base === 'ms') return 'id';
  if (base === 'iw') return 'he';
  if (base === 'und' || base === 'mul' || base === 'zxx' || base === 'qme') return undefined;
  return base;
}

/** The points of each language in the text at hand, by the place of a lexicon among all. */
export interface Votes {
  /** of stop words and telling letters */
  readonly stops: Int32Array;
  /** of the words that its phrases are made of; some are names and loan words */
  readonly words: Int32Array;
}

export function createVotes(tongues: number): Votes {
  return { stops: new Int32Array(tongues), words: new Int32Array(tongues) };
}

/** The words of phrases say as much as the stop words that bear them out, and this much alone: "is down" is Dutch too. */
const wordsAlone = 6;

function scoreOf({ stops, words }: Votes, tongue: number): number {
  const points = stops[tongue] ?? 0;
  return points + Math.min(words[tongue] ?? 0, Math.max(points, wordsAlone));
}

/** Tongues as bits, and how much a word that they share says for each of them. */
export interface Say {
  readonly bits: number;
  readonly worth: number;
}

/** What a stop word says, and a word that stands in phrases: the more languages have it, the less. */
export function sayOf(bits: number, isStop: boolean): Say {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  const worth = (isStop ? stopWordWorth[count] : phraseWordWorth[count]) ?? 0;
  return { bits: worth === 0 ? 0 : bits, worth };
}

/** Gives points to the tongues that are set as bits. */
export function vote(points: Int32Array, bits: number, worth: number): void {
  for (let left = bits; left !== 0; left &= left - 1) points[31 - Math.clz32(left & -left)]! += worth;
}

/**
 * The post's language: two or three letters, `und` where nothing says. `line` is the flat text with its names marked, `raw`
 * the text itself, `votes` those of the words of all languages, to which the letters' are added.
 */
export function chooseLanguage(flat: Flat, line: Line, raw: string, votes: Votes, declaredTag: string | undefined, tongues: Tongues): string {
  const declared = subtag(declaredTag);
  const byScript = scriptLanguage(flat, line, votes, declared, tongues);
  if (byScript !== undefined) return byScript;
  voteLetters(raw, votes, tongues.letters);
  const own = declared === undefined ? undefined : tongues.placeOf.get(declared);
  let best = flat.letters[scripts.latin]! > 0 ? tongues.english : -1;
  let most = best === -1 ? 0 : scoreOf(votes, best) + englishLead + (best === own ? declaredWorth : 0);
  for (const place of tongues.latin) {
    const said = scoreOf(votes, place);
    if (said === 0 && place !== own) continue;
    const score = said + tongues.lead[place]! + (place === own ? declaredWorth : 0);
    if (score > most) [best, most] = [place, score];
  }
  // a language that we have no lexicon for keeps its name unless ours is plain to see
  if (declared !== undefined && own === undefined) return most >= plainWorth ? tongues.langs[best]! : declared;
  return tongues.langs[best] ?? (flat.letters[scripts.latin]! > 0 ? 'en' : 'und');
}

function voteLetters(raw: string, votes: Votes, letters: Tongues['letters']): void {
  let told = 0;
  for (let i = 0; i < raw.length && told < mostTold; i++) {
    const code = raw.charCodeAt(i);
    if (code < 0xa1 || code >= 0x1f00) continue;
    const say = letters[code];
    if (say === undefined) continue;
    told++;
    vote(votes.stops, say.bits, say.worth);
  }
}

/** The language of a text in another script than Latin, undefined where Latin prevails outside names and hashtags. */
function scriptLanguage({ letters }: Flat, line: Line, votes: Votes, declared: string | undefined, tongues: Tongues): string | undefined {
  const of = (script: number): number => letters[script]!;
  let others = 0;
  for (let script = scripts.han as number; script < letters.length; script++) if (script !== scripts.latin) others += letters[script]!;
  if (others === 0) return of(scripts.latin) === 0 ? declared : undefined;
  const han = of(scripts.han) + of(scripts.kana);
  const cyrillic = of(scripts.cyrillic) + of(scripts.ukrainian) + of(scripts.russian);
  const arabic = of(scripts.arabic) + of(scripts.persian);
  // a character says as much as so many letters
  const groups: [number, (() => string)][] = [
    [6 * han, () => chineseOrJapanese(of(scripts.kana), han, votes, declared, tongues)],
    [4 * cyrillic, () => ukrainianOrRussian(of(scripts.ukrainian), of(scripts.russian), votes, declared, tongues)],
    [4 * arabic, () => persianOrArabic(of(scripts.persian), votes, declared, tongues)],
    [4 * of(scripts.devanagari), () => (declared === 'mr' || declared === 'ne' ? declared : 'hi')],
    [4 * of(scripts.greek), () => 'el'],
    [4 * of(scripts.hebrew), () => (declared === 'yi' ? declared : 'he')],
    [4 * of(scripts.bengali), () => (declared === 'as' ? declared : 'bn')],
    [4 * of(scripts.thai), () => 'th'],
    [3 * of(scripts.hangul), () => 'ko'],
  ];
  const [weight, choose] = groups.reduce((a, b) => (b[0] > a[0] ? b : a));
  const latin = latinOutsideNames(line);
  return weight > latin && (latin === 0 || weight > 6) ? choose() : undefined;
}

/** Names, hashtags and handles are Latin in every language. */
function latinOutsideNames({ units, length }: Line): number {
  let count = 0;
  for (let i = 0; i < length; i++) {
    const code = units[i]!;
    if (code >= 0x61 && code <= 0x7a) count++;
    else if (code === hashSign || isMark(code)) while (i + 1 < length && units[i + 1] !== space && units[i + 1]! < 0x250) i++;
  }
  return count;
}

/** The one of a script's two languages that has more points; `first` where they are even. */
function better(first: string, second: string, lead: number, votes: Votes, declared: string | undefined, { placeOf }: Tongues): string {
  const points = (lang: string): number => scoreOf(votes, placeOf.get(lang) ?? -1) + (lang === declared ? declaredWorth : 0);
  return points(second) > points(first) + lead ? second : first;
}

function chineseOrJapanese(kana: number, han: number, votes: Votes, declared: string | undefined, tongues: Tongues): string {
  return kana * 10 > han ? 'ja' : better('zh', 'ja', 0, votes, declared, tongues);
}

function ukrainianOrRussian(ukrainian: number, russian: number, votes: Votes, declared: string | undefined, tongues: Tongues): string {
  if (ukrainian > 0 !== russian > 0 && (declared === undefined || tongues.placeOf.has(declared))) return ukrainian > 0 ? 'uk' : 'ru';
  if (declared !== undefined && !tongues.placeOf.has(declared)) return declared;
  return better('ru', 'uk', 4 + 2 * (russian - ukrainian), votes, declared, tongues);
}

function persianOrArabic(persian: number, votes: Votes, declared: string | undefined, tongues: Tongues): string {
  if (declared === 'ur' || declared === 'ps' || declared === 'ckb') return declared;
  return better('ar', 'fa', 2 - 3 * Math.min(persian, 4), votes, declared, tongues);
}
