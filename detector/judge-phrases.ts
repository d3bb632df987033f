// Finds the phrases of all languages in one pass over a flat text, through one trie of words in typed arrays.
// Owns the search only: which language counts, and what a phrase does to the verdict, is decided by its callers.
import type { Symptom } from '../shared/report.ts';
import { type Flattener, nameMark, otherMark } from './judge-text.ts';
import { createWordTrie, type WordTrie } from './judge-trie.ts';
import { expandPhrase, type Lexicon } from './lexicon.ts';

export type PhraseKind = Exclude<keyof Lexicon, 'lang' | 'about' | 'hashtagEnd'>;

export interface Phrase {
  kind: PhraseKind;
  lang: string;
  symptom: Symptom | null;
  /** as the lexicon writes it */
  text: string;
}

/** A phrase at [start, end) of the flat text. */
export interface Hit {
  phrase: Phrase;
  start: number;
  end: number;
}

export interface PhraseFinder {
  find(flat: string): Hit[];
  phraseCount: number;
}

const space = 0x20;
/** how many words, or dense characters, a tilde may stand for */
const tildeWords = 3;
const tildeDense = 6;
/** words remembered with their numbers: posts repeat themselves, and the memo must not grow with them */
const memoSize = 20_000;

function* phrasesOf(lexicon: Lexicon): Generator<[Phrase, string]> {
  for (const [key, value] of Object.entries(lexicon)) {
    if (key === 'lang' || key === 'about' || key === 'hashtagEnd' || typeof value === 'string') continue;
    const groups: [Symptom | null, string[]][] = Array.isArray(value) ? [[null, value]] : (Object.entries(value) as [Symptom, string[]][]);
    for (const [symptom, patterns] of groups) {
      for (const pattern of patterns) {
        const phrase: Phrase = { kind: key as PhraseKind, lang: lexicon.lang, symptom, text: pattern };
        for (const text of expandPhrase(pattern)) yield [phrase, text];
      }
    }
  }
}

/** What a text word is to the trie: its own number, those of the stems that it begins with; none if no phrase has it. */
interface Known {
  word: number;
  stems: readonly number[];
}

const unknown: Known = { word: -1, stems: [] };

/** Builds the trie over all phrases. Cost of a search grows with the text, hardly with the number of phrases. */
export function createPhraseFinder(lexicons: readonly Lexicon[], flattener: Flattener): PhraseFinder {
  const words = new Map<string, number>();
  const stems = new Map<string, number>();
  const stemLengths = new Map<number, number[]>();
  const memo = new Map<string, Known>();
  const spelled = new Map<string, number[]>();
  const trie: WordTrie<Phrase> = createWordTrie();
  const anyWord = 0;
  const tilde = 1;
  let count = 2;
  let phraseCount = 0;

  const numberOf = (word: string): number => {
    let n = words.get(word);
    if (n === undefined) words.set(word, (n = count++));
    return n;
  };
  const stemOf = (stem: string): number => {
    let n = stems.get(stem);
    if (n === undefined) {
      stems.set(stem, (n = count++));
      const lengths = stemLengths.get(stem.charCodeAt(0)) ?? [];
      if (!lengths.includes(stem.length)) stemLengths.set(stem.charCodeAt(0), [...lengths, stem.length]);
    }
    return n;
  };
  /** the numbers that one written word of a phrase stands for: "isn't" is one, "it's" two, 落ち two */
  const spellWord = (raw: string): number[] => {
    let numbers = spelled.get(raw);
    if (numbers === undefined) {
      if (raw === '*') numbers = [anyWord];
      else if (raw === '~') numbers = [tilde];
      else if (/^[.,!?]$/.test(raw)) numbers = [numberOf(raw)];
      else {
        const star = raw.endsWith('*');
        const parts = tokens(flattener.spell(star ? raw.slice(0, -1) : raw), flattener);
        numbers = parts.map((p, i) => (star && i === parts.length - 1 ? stemOf(p) : numberOf(p)));
      }
      spelled.set(raw, numbers);
    }
    return numbers;
  };

  numberOf(nameMark);
  // a name is a name to a phrase, whichever service it is: the rules see the difference by its place
  words.set(otherMark, numberOf(nameMark));
  for (const lexicon of lexicons) {
    for (const [phrase, text] of phrasesOf(lexicon)) {
      const path = text.replaceAll('%', ` ${nameMark} `).split(' ').filter((w) => w !== '').flatMap(spellWord);
      if (path.length === 0) continue;
      trie.add(path, phrase);
      phraseCount++;
    }
  }

  const know = (word: string): Known => {
    let known = memo.get(word);
    if (known !== undefined) return known;
    const number = words.get(word) ?? -1;
    const begun: number[] = [];
    for (const length of stemLengths.get(word.charCodeAt(0)) ?? []) {
      const stem = length <= word.length ? stems.get(word.slice(0, length)) : undefined;
      if (stem !== undefined) begun.push(stem);
    }
    known = number === -1 && begun.length === 0 ? unknown : { word: number, stems: begun };
    if (memo.size >= memoSize) memo.clear();
    if (word.length <= 40) memo.set(word, known);
    return known;
  };

  return {
    phraseCount,
    find(flat: string): Hit[] {
      const hits: Hit[] = [];
      const starts: number[] = [];
      const ends: number[] = [];
      const knowns: Known[] = [];
      for (let i = 0; i < flat.length; ) {
        const code = flat.charCodeAt(i);
        if (code === space || code === 0x23) {
          i++;
          continue;
        }
        let end = i + 1;
        if (!flattener.isDense(code) && !isMark(code)) {
          while (end < flat.length) {
            const next = flat.charCodeAt(end);
            if (next === space || flattener.isDense(next) || isMark(next)) break;
            end++;
          }
        }
        starts.push(i);
        ends.push(end);
        knowns.push(know(flat.slice(i, end)));
        i = end;
      }
      const walk = (state: number, at: number, first: number): void => {
        for (const phrase of trie.outputs(state)) hits.push({ phrase, start: starts[first]!, end: ends[at - 1]! });
        if (!trie.goesOn(state)) return;
        if (at < starts.length) {
          const known = knowns[at]!;
          if (known.word !== -1) step(trie.next(state, known.word), at + 1, first);
          for (const stem of known.stems) step(trie.next(state, stem), at + 1, first);
          if (at > first && !isPause(flat.charCodeAt(starts[at]!))) step(trie.next(state, anyWord), at + 1, first);
        }
        const leap = trie.next(state, tilde);
        if (leap === -1) return;
        // goes on after no word, one, two or three, never past a pause
        for (let k = at, n = 0, dense = 0; k < starts.length && n <= tildeWords && dense <= tildeDense; k++) {
          const code = flat.charCodeAt(starts[k]!);
          if (isPause(code)) break;
          walk(leap, k, first);
          if (flattener.isDense(code)) dense++;
          else n++;
        }
      };
      const step = (state: number, at: number, first: number): void => {
        if (state !== -1) walk(state, at, first);
      };
      for (let first = 0; first < starts.length; first++) {
        const known = knowns[first]!;
        if (known.word !== -1) step(trie.next(0, known.word), first + 1, first);
        for (const stem of known.stems) step(trie.next(0, stem), first + 1, first);
        step(trie.next(0, anyWord), first + 1, first);
      }
      return hits;
    },
  };
}

/** The words of a spelled phrase; each dense character and each mark is one. */
function tokens(text: string, flattener: Flattener): string[] {
  return text
    .split(' ')
    .flatMap((w) => {
      const parts: string[] = [];
      let open = false;
      for (const c of w) {
        const alone = flattener.isDense(c.charCodeAt(0)) || isMark(c.charCodeAt(0));
        if (alone || !open) parts.push(c);
        else parts[parts.length - 1] += c;
        open = !alone;
      }
      return parts;
    })
    .filter((w) => w !== '');
}

function isMark(code: number): boolean {
  return code >= 0xe000 && code <= 0xe002;
}

function isPause(code: number): boolean {
  return code === 0x2e || code === 0x2c || code === 0x21 || code === 0x3f;
}
