// Which language a post is in, cheaply: by its script, the source's own word, and the stop words found on the way.
// It only chooses a lexicon; it is no language detector for its own sake.
import type { Hit } from './judge-phrases.ts';
import type { Flat } from './judge-text.ts';

const latin: ReadonlySet<string> = new Set(['en', 'de', 'es', 'pt', 'fr', 'it', 'tr', 'id', 'hi']);
/** how many stop words the source's own word is worth: clients often say `en` whatever their user writes */
const declaredWorth = 1.5;

/** The language of a BCP 47 tag: `pt` of `pt-BR`; old and related codes as those we have, undefined where it says none. */
export function subtag(lang: string | undefined): string | undefined {
  const found = lang === undefined ? null : /^([a-zA-Z]{2,3})(?:[-_]|$)/.exec(lang);
  const base = found?.[1]?.toLowerCase();
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

/**
 * The post's language: two or three letters, `und` where nothing says. `hits` are the phrases of all languages; each
 * stop word counts 1 for its language and each outage phrase 2, once a place in the text.
 */
export function chooseLanguage(flat: Flat, hits: readonly Hit[], declaredTag: string | undefined, known: ReadonlySet<string>): string {
  const declared = subtag(declaredTag);
  const byScript = scriptLanguage(flat, declared);
  if (byScript !== undefined) return byScript;
  const scores = new Map<string, number>();
  for (const { phrase, start, end } of hits) {
    if (phrase.lang === 'any') continue;
    const worth = phrase.kind === 'stopWords' ? 1 : (phrase.kind === 'outage' || phrase.kind === 'recovery') && end - start > 7 ? 2 : 0;
    if (worth > 0) scores.set(phrase.lang, (scores.get(phrase.lang) ?? 0) + worth);
  }
  let best = declared !== undefined && known.has(declared) && latin.has(declared) ? declared : undefined;
  let most = best === undefined ? 0.5 : (scores.get(best) ?? 0) + declaredWorth;
  // "was", "die", "no" are words of several languages: a tie goes to the one most written
  if (best === undefined && (scores.get('en') ?? 0) > 0) {
    best = 'en';
    most = (scores.get('en') ?? 0) + 0.5;
  }
  for (const [lang, score] of scores) {
    if (score > most && latin.has(lang)) {
      best = lang;
      most = score;
    }
  }
  // a language that we have no lexicon for keeps its name unless ours is plain to see
  if (declared !== undefined && !known.has(declared)) return most >= 3 ? best! : declared;
  return best ?? (flat.latin > 0 ? 'en' : 'und');
}
