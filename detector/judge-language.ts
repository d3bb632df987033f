// Which language a post is in, cheaply: by its script, the source's own word, and the stop words found on the way.
// It only chooses a lexicon; it is no language detector for its own sake.
import type { Hit } from './judge-phrases.ts';
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

/**
 * The post's language: two or three letters, `und` where nothing says. `hits` are the phrases of all languages; each
 * stop word counts 1 for its language and each outage phrase 2, once a place in the text.
 */
export function chooseLanguage(flat: Flat, hits: readonly Hit[], declaredTag: string | undefined, known: ReadonlySet<string>): string {
  const declared = subtag(declaredTag);
  const byScript = scriptLanguage(flat, declared);
  if (byScript !== undefined) return byScript;
  const points: number[] = [];
  const scored: string[] = []; // in the order in which they were found
  const tongues: number[] = [];
  for (const { phrase, start, end } of hits) {
    const worth = phrase.kind === 'stopWords' ? 1 : (phrase.kind === 'outage' || phrase.kind === 'recovery') && end - start > 7 ? 2 : 0;
    if (worth === 0 || phrase.lang === 'any') continue;
    while (points.length <= phrase.tongue) points.push(0);
    if (points[phrase.tongue] === 0) {
      scored.push(phrase.lang);
      tongues.push(phrase.tongue);
    }
    points[phrase.tongue]! += worth;
  }
  const scoreOf = (lang: string): number => points[tongues[scored.indexOf(lang)] ?? -1] ?? 0;
  let best = declared !== undefined && known.has(declared) && latin.has(declared) ? declared : undefined;
  let most = best === undefined ? 0.5 : scoreOf(best) + declaredWorth;
  // "was", "die", "no" are words of several languages: a tie goes to the one most written
  if (best === undefined && scoreOf('en') > 0) {
    best = 'en';
    most = scoreOf('en') + 0.5;
  }
  for (const [i, lang] of scored.entries()) {
    const score = points[tongues[i]!]!;
    if (score > most && latin.has(lang)) {
      best = lang;
      most = score;
    }
  }
  // a language that we have no lexicon for keeps its name unless ours is plain to see
  if (declared !== undefined && !known.has(declared)) return most >= 3 ? best! : declared;
  return best ?? (flat.latin > 0 ? 'en' : 'und');
}
