// Finds the phrases of all languages in one pass over a flat text, through one automaton of words.
// Owns the search only: which language counts, and what a phrase does to the verdict, is decided by its callers.
import type { Symptom } from '../shared/report.ts';
import { anyDense, anyPlain, createAutomaton, firstWord } from './judge-automaton.ts';
import { addPattern } from './judge-pattern.ts';
import { type Flattener, nameMark, otherMark } from './judge-text.ts';
import { createWordMemo } from './judge-words.ts';
import type { Lexicon } from './lexicon.ts';

export type PhraseKind = Exclude<keyof Lexicon, 'lang' | 'about' | 'hashtagEnd' | 'ordinary'>;

export interface Phrase {
  kind: PhraseKind;
  lang: string;
  /** the place of its lexicon among all */
  tongue: number;
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

function* phrasesOf(lexicon: Lexicon, tongue: number): Generator<Phrase> {
  for (const [key, value] of Object.entries(lexicon)) {
    if (key === 'lang' || key === 'about' || key === 'hashtagEnd' || key === 'ordinary' || typeof value === 'string') continue;
    const groups: [Symptom | null, string[]][] = Array.isArray(value) ? [[null, value]] : (Object.entries(value) as [Symptom, string[]][]);
    for (const [symptom, patterns] of groups) {
      for (const text of patterns) yield { kind: key as PhraseKind, lang: lexicon.lang, tongue, symptom, text };
    }
  }
}

/** Builds the automaton of all phrases. Cost of a search grows with the text, hardly with the number of phrases. */
export function createPhraseFinder(lexicons: readonly Lexicon[], flattener: Flattener): PhraseFinder {
  const words = new Map<string, number>();
  const stems = new Map<string, number>();
  const stemLengths = new Map<number, number[]>();
  const memo = createWordMemo();
  const classes: (readonly number[])[] = [];
  const classIds = new Map<string, number>();
  const spelled = new Map<string, readonly number[]>();
  const automaton = createAutomaton<Phrase>((id) => classes[id]!);
  let count = firstWord;

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
  const spell = (raw: string): readonly number[] => {
    let labels = spelled.get(raw);
    if (labels === undefined) {
      if (raw === '%') labels = [numberOf(nameMark)];
      else if (/^(?:[.,!?]|[a-z]+)$/.test(raw) && !/(.)\1\1/.test(raw)) labels = [numberOf(raw)]; // spelled like this in any flat text
      else {
        const star = raw.endsWith('*');
        const parts = tokens(flattener.spell(star ? raw.slice(0, -1) : raw), flattener);
        labels = parts.map((p, i) => (star && i === parts.length - 1 ? stemOf(p) : numberOf(p)));
      }
      spelled.set(raw, labels);
    }
    return labels;
  };

  numberOf(nameMark);
  // a name is a name to a phrase, whichever service it is: the rules see the difference by its place
  words.set(otherMark, numberOf(nameMark));
  let phraseCount = 0;
  for (const [tongue, lexicon] of lexicons.entries()) {
    for (const phrase of phrasesOf(lexicon, tongue)) {
      addPattern(automaton, phrase.text, phrase, spell);
      phraseCount++;
    }
  }

  const readClass = (word: string): number => {
    const labels: number[] = [];
    const code = word.charCodeAt(0);
    if (!isPause(code)) labels.push(flattener.isDense(code) ? anyDense : anyPlain);
    const number = words.get(word);
    if (number !== undefined) labels.push(number);
    for (const length of stemLengths.get(code) ?? []) {
      const stem = length <= word.length ? stems.get(word.slice(0, length)) : undefined;
      if (stem !== undefined) labels.push(stem);
    }
    const key = labels.join();
    let id = classIds.get(key);
    if (id === undefined) {
      classIds.set(key, (id = classes.length));
      classes.push(labels);
    }
    return id;
  };
  // the words of the text at hand: where they begin and end, and their classes
  let starts = new Int32Array(1_024);
  let ends = new Int32Array(1_024);
  let read = new Int32Array(1_024);

  const standsAlone = (code: number): boolean => code >= 0x80 && (flattener.isDense(code) || isMark(code));

  return {
    phraseCount,
    find(flat: string): Hit[] {
      const hits: Hit[] = [];
      if (flat.length > starts.length) [starts, ends, read] = [starts, ends, read].map(() => new Int32Array(2 * flat.length)) as [typeof starts, typeof ends, typeof read];
      let count = 0;
      for (let i = 0; i < flat.length; ) {
        const code = flat.charCodeAt(i);
        if (code === space || code === 0x23) {
          i++;
          continue;
        }
        let end = i + 1;
        if (!standsAlone(code)) {
          while (end < flat.length) {
            const next = flat.charCodeAt(end);
            if (next === space || standsAlone(next)) break;
            end++;
          }
        }
        starts[count] = i;
        ends[count] = end;
        read[count++] = memo.classOf(flat, i, end, readClass);
        i = end;
      }
      for (let first = 0; first < count; first++) {
        let state = 0;
        for (let at = first; at < count; at++) {
          state = automaton.next(state, read[at]!);
          if (state === -1) break;
          const found = automaton.outputs(state);
          if (found === null) continue;
          for (let k = 0; k < found.length; k++) hits.push({ phrase: found[k]!, start: starts[first]!, end: ends[at]! });
        }
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
