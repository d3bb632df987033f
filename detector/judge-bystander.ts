// Whether something else than a service is what fails: "the fridge is broken", "the diet from TikTok doesn't work", "se cayó
// mi abuela", or the power. A noun that no list of complaints knows, where a subject stands, is such a thing. What it does to
// a verdict is judge-weigh.ts's.
import type { Clauses } from './judge-clauses.ts';
import { isMark, isPause, type Line, textOf } from './judge-line.ts';
import type { Candidate } from './judge-scene.ts';
import type { Flattener } from './judge-text.ts';
import type { Lexicon } from './lexicon.ts';

/** Lists whose words may stand between a service and what is said of it, or name a part of it. */
const spoken = [
  'stopWords', 'outage', 'weak', 'fails', 'cannot', 'action', 'object', 'errorCode', 'question', 'sameHere', 'joke', 'recovery',
  'negation', 'still', 'past', 'firstHand', 'but', 'cause', 'thought',
] as const;

/** so many words before a phrase are looked at, and as many of them may stand between an article and its noun */
const mostWords = 5;
/** shorter ones are particles more often than nouns */
const shortestNoun = 4;

interface Tongue {
  readonly words: ReadonlySet<string>;
  /** the words of what fails: parts of services */
  readonly parts: ReadonlySet<string>;
  readonly stems: ReadonlySet<string>;
  readonly articles: ReadonlySet<string>;
  readonly of: ReadonlySet<string>;
  readonly power: readonly string[];
  readonly subjectFollows: boolean;
}

export interface BystanderFinder {
  /** True when the subject of a candidate is a thing that no list knows. `tongue` is the place of its lexicon among all. */
  isBystanders(c: Candidate, line: Line, clauses: Clauses, tongue: number): boolean;
  /** True when a candidate speaks of electricity. */
  isOfPower(c: Candidate, line: Line, tongue: number): boolean;
}

/** Reads the words of a language when it is first asked for; a few milliseconds each. */
export function createBystanderFinder(lexicons: readonly Lexicon[], flattener: Flattener): BystanderFinder {
  const any = lexicons.find(({ lang }) => lang === 'any');
  const tongues: (Tongue | undefined)[] = [];
  const spelled = (list: readonly string[]): string[] => list.map((word) => flattener.spell(word));

  function read(lexicon: Lexicon): Tongue {
    const words = new Set<string>();
    const stems = new Set<string>();
    // most words stand in many phrases, and spelling them is what is dear
    const written = new Set<string>();
    for (const one of any === undefined ? [lexicon] : [lexicon, any]) {
      for (const list of spoken) {
        const phrases: readonly string[] = Array.isArray(one[list]) ? one[list] : Object.values(one[list]).flat();
        for (const text of phrases) for (const raw of text.split(/[\s{}|]+/)) written.add(raw);
      }
    }
    for (const raw of written) {
      const isStem = raw.length > 1 && raw.endsWith('*');
      for (const word of flattener.spell(isStem ? raw.slice(0, -1) : raw).split(' ')) if (word !== '') (isStem ? stems : words).add(word);
    }
    // in a script without blanks a word may begin anywhere
    const power = spelled(lexicon.power).map((word) => (flattener.alone[word.charCodeAt(0)] === 1 ? word : ` ${word}`));
    const parts = new Set<string>();
    for (const text of Object.values(lexicon.object).flat()) for (const word of flattener.spell(text).split(' ')) if (words.has(word)) parts.add(word);
    return { words, parts, stems, power, articles: new Set(spelled(lexicon.article)), of: new Set(spelled(lexicon.of)), subjectFollows: lexicon.subjectFollows };
  }

  const tongueAt = (place: number): Tongue | undefined => {
    const lexicon = lexicons[place];
    return lexicon === undefined ? undefined : (tongues[place] ??= read(lexicon));
  };

  return {
    isBystanders(c, line, clauses, place) {
      const tongue = tongueAt(place);
      if (tongue === undefined || tongue.articles.size === 0) return false;
      const clause = clauses.clauseAt(c.start);
      const wordAt = (at: number): string | null => {
        const from = at < 0 || at >= line.count ? -1 : line.starts[at]!;
        if (from === -1 || clauses.clauseAt(from) !== clause || isPause(line.units[from]!)) return null;
        return textOf(line, from, line.ends[at]!);
      };
      let first = 0;
      while (first < line.count && line.starts[first]! < c.start) first++;
      if (isMark(line.units[c.start] ?? 0)) return hangsOnNoun(tongue, wordAt, first);
      let stranger = false;
      for (let at = first - 1; at >= first - mostWords; at--) {
        const word = wordAt(at);
        if (word === null) break;
        if (isMark(word.charCodeAt(0))) return hangsOnNoun(tongue, wordAt, at);
        if (tongue.articles.has(word)) return stranger;
        // "our broadband in Leeds": what stands behind a part of a service only says which
        stranger = !tongue.parts.has(word) && (stranger || !knows(tongue, word));
      }
      if (!tongue.subjectFollows) return false;
      let after = first;
      while (after < line.count && line.starts[after]! < c.end) after++;
      const article = wordAt(after);
      const noun = wordAt(after + 1);
      return article !== null && noun !== null && tongue.articles.has(article) && isNoun(tongue, noun);
    },
    isOfPower(c, line, place) {
      const power = tongueAt(place)?.power ?? [];
      if (power.length === 0) return false;
      const said = ` ${textOf(line, c.start, c.end)}`;
      return power.some((word) => said.includes(word));
    },
  };
}

function knows({ words, stems }: Tongue, word: string): boolean {
  if (words.has(word) || /^\d/.test(word)) return true;
  for (let length = 1; length <= word.length; length++) if (stems.has(word.slice(0, length))) return true;
  return false;
}

function isNoun(tongue: Tongue, word: string): boolean {
  return word.length >= shortestNoun && !isMark(word.charCodeAt(0)) && !knows(tongue, word);
}

/** "The lift of %": before the name at a place stand one or two words such as `of`, before them a noun with its article or none. */
function hangsOnNoun(tongue: Tongue, wordAt: (at: number) => string | null, name: number): boolean {
  let at = name - 1;
  for (let word = wordAt(at); word !== null && tongue.articles.has(word) && name - at < 3; word = wordAt(at)) at--;
  const link = wordAt(at);
  if (link === null || !tongue.of.has(link)) return false;
  if (tongue.of.has(wordAt(at - 1) ?? '')) at--;
  const noun = wordAt(at - 1);
  if (noun === null || !isNoun(tongue, noun)) return false;
  const before = wordAt(at - 2);
  return before === null || tongue.articles.has(before);
}
