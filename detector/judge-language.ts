// Which language a post is in, cheaply: by its script, the source's own word, and the stop words found on the way.
// It only chooses a lexicon; it is no language detector for its own sake.
import type { Flat } from './judge-text.ts';

const latin: ReadonlySet<string> = new Set(['en', 'de', 'es', 'pt', 'fr', 'it', 'tr', 'id', 'hi']);
/** how many stop words the source's own word is worth: clients often say `en` whatever their user writes */
const declaredWorth = 1.5;

/** The language of a BCP 47 tag: `pt` of `pt-BR`; old and related codes as those we have, undefined where it says none. */
export function subtag(lang: string | undefined): string | undefined {
  if (lang === undefined) return undefined;
  const base = latin.has(lang) ? lang : /^([a-zA-Z]{2,3})(?:[-_]|$)/.exec(lang)?.[1]?.toLowerCase();
  if (base === 'in') return 'id';
  if (base === 'und' || base === 'mul' || base === 'zxx' || base === 'qme' || base === 'ms') return base === 'ms' ? 'id' : undefined;
  return base;
}

function scriptLanguage(flat: Flat, declared: string | undefined): string | undefined {
  const letters = flat.dense + flat.cyrillic + flat.arabic + flat.devanagari + flat.latin;
  if (letters === 0) return declared;
  // names and hashtags are Latin in every language, so a fifth of another script is enough
  if (flat.dense * 3 > flat.latin) return declared === 'zh' || declared === 'ko' ? declared : 'ja';
  if (flat.cyrillic * 5 > letters) return declared !== undefined && !latin.has(declared) && declared !== 'ja' ? declared : 'ru';
  if (flat.arabic * 5 > letters) return declared === 'fa' || declared === 'ur' ? declared : 'ar';
  if (flat.devanagari * 5 > letters) return declared === 'mr' || declared === 'ne' ? declared : 'hi';
  return undefined;
}

/** a phrase of an outage tells its language where it is longer than this */
export const tellingLength = 7;

/** The points of each language in the text at hand, and the order in which languages were first heard. */
export interface Votes {
  /** by the place of a lexicon among all */
  readonly points: Int32Array;
  /** those with points, in the order in which they were found */
  readonly heard: number[];
}

export function createVotes(tongues: number): Votes {
  return { points: new Int32Array(tongues), heard: [] };
}

/** A phrase was found: each stop word counts 1 for its language, each longer outage phrase 2. */
export function vote(votes: Votes, tongue: number, worth: number): void {
  if (votes.points[tongue] === 0) votes.heard.push(tongue);
  votes.points[tongue]! += worth;
}

/** A word was found that is a stop word of several tongues, given as bits. */
export function voteAll(votes: Votes, bits: number): void {
  for (let left = bits; left !== 0; left &= left - 1) vote(votes, 31 - Math.clz32(left & -left), 1);
}

/**
 * The post's language: two or three letters, `und` where nothing says. `tongues` are the languages of the lexicons, in
 * their order; `votes` those of the phrases of all languages.
 */
export function chooseLanguage(flat: Flat, votes: Votes, declaredTag: string | undefined, tongues: readonly string[]): string {
  const declared = subtag(declaredTag);
  const byScript = scriptLanguage(flat, declared);
  if (byScript !== undefined) return byScript;
  const scoreOf = (lang: string): number => votes.points[tongues.indexOf(lang)] ?? 0;
  const known = declared === undefined || tongues.includes(declared);
  let best = declared !== undefined && known && latin.has(declared) ? declared : undefined;
  let most = best === undefined ? 0.5 : scoreOf(best) + declaredWorth;
  // "was", "die", "no" are words of several languages: a tie goes to the one most written
  if (best === undefined && scoreOf('en') > 0) {
    best = 'en';
    most = scoreOf('en') + 0.5;
  }
  for (const tongue of votes.heard) {
    const score = votes.points[tongue]!;
    if (score > most && latin.has(tongues[tongue]!)) {
      best = tongues[tongue]!;
      most = score;
    }
  }
  // a language that we have no lexicon for keeps its name unless ours is plain to see
  if (!known) return most >= 3 ? best! : declared!;
  return best ?? (flat.latin > 0 ? 'en' : 'und');
}
