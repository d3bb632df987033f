// Whether something else than a service is what fails: "the fridge is broken", "se cayó mi abuela". A noun that no lexicon
// list of complaints knows, with an article or "my" before it, is such a thing. What it does to a verdict is judge-weigh.ts's.
import type { Clauses } from './judge-clauses.ts';
import { isMark, isPause, type Line, textOf } from './judge-line.ts';
import type { Candidate } from './judge-scene.ts';
import type { Flattener } from './judge-text.ts';
import type { Lexicon } from './lexicon.ts';

/** Lists whose words may stand between a service and what is said of it, or name a part of it. */
const spoken = [
  'stopWords', 'outage', 'weak', 'fails', 'cannot', 'action', 'object', 'errorCode', 'question', 'sameHere', 'joke', 'recovery',
  'negation', 'still', 'past', 'firstHand', 'but', 'cause', 'thought', 'onePlace', 'ownDevice',
] as const;

/** so many words before a phrase are looked at, and as many of them may stand between an article and its noun */
const mostWords = 5;

interface Tongue {
  readonly words: ReadonlySet<string>;
  readonly stems: ReadonlySet<string>;
  readonly articles: ReadonlySet<string>;
  readonly subjectFollows: boolean;
}

export interface BystanderFinder {
  /** True when the subject of a candidate is a thing that no list knows. `tongue` is the place of its lexicon among all. */
  isBystanders(c: Candidate, line: Line, clauses: Clauses, tongue: number): boolean;
}

/** Reads the words of a language when it is first asked for; a few milliseconds each. */
export function createBystanderFinder(lexicons: readonly Lexicon[], flattener: Flattener): BystanderFinder {
  const any = lexicons.find(({ lang }) => lang === 'any');
  const tongues: (Tongue | undefined)[] = [];

  function read(lexicon: Lexicon): Tongue {
    const words = new Set<string>();
    const stems = new Set<string>();
    const articles = new Set(lexicon.article.map((word) => flattener.spell(word)));
    for (const one of any === undefined ? [lexicon] : [lexicon, any]) {
      for (const list of spoken) {
        const phrases: readonly string[] = Array.isArray(one[list]) ? one[list] : Object.values(one[list]).flat();
        for (const raw of phrases.flatMap((text) => text.split(/[\s{}|]+/))) {
          const isStem = raw.length > 1 && raw.endsWith('*');
          for (const word of flattener.spell(isStem ? raw.slice(0, -1) : raw).split(' ')) if (word !== '') (isStem ? stems : words).add(word);
        }
      }
    }
    return { words, stems, articles, subjectFollows: lexicon.subjectFollows };
  }

  function knows({ words, stems }: Tongue, word: string): boolean {
    if (words.has(word) || /^[\d]/.test(word)) return true;
    for (let length = 1; length <= word.length; length++) if (stems.has(word.slice(0, length))) return true;
    return false;
  }

  return {
    isBystanders(c, line, clauses, place) {
      const lexicon = lexicons[place];
      if (lexicon === undefined || lexicon.article.length === 0) return false;
      const tongue = (tongues[place] ??= read(lexicon));
      const clause = clauses.clauseAt(c.start);
      const wordAt = (at: number): string | null => {
        const from = at < 0 || at >= line.count ? -1 : line.starts[at]!;
        if (from === -1 || clauses.clauseAt(from) !== clause || isPause(line.units[from]!)) return null;
        return textOf(line, from, line.ends[at]!);
      };
      let first = 0;
      while (first < line.count && line.starts[first]! < c.start) first++;
      let stranger = false;
      for (let at = first - 1; at >= first - mostWords; at--) {
        const word = wordAt(at);
        if (word === null) break;
        if (isMark(word.charCodeAt(0))) return false;
        if (tongue.articles.has(word)) return stranger;
        if (!knows(tongue, word)) stranger = true;
      }
      if (!tongue.subjectFollows) return false;
      let after = first;
      while (after < line.count && line.starts[after]! < c.end) after++;
      const article = wordAt(after);
      const noun = wordAt(after + 1);
      return article !== null && noun !== null && tongue.articles.has(article) && !isMark(noun.charCodeAt(0)) && !knows(tongue, noun);
    },
  };
}
