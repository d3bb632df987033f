// Finds the phrases of all languages in one pass over the words of a text, through one automaton of words.
// Owns the search only: which language counts, and what a phrase does to the verdict, is decided by its callers.
import type { Symptom } from '../shared/report.ts';
import { anyDense, anyPlain, createAutomaton, firstWord } from './judge-automaton.ts';
import { neverHidden, type PhraseKind, speaking, telling } from './judge-kinds.ts';
import { createVotes, votePhrases, voteWords, type Votes } from './judge-language.ts';
import { createLine, cut, isPause, type Line, textOf, writeLine } from './judge-line.ts';
import { addPattern } from './judge-pattern.ts';
import { type Flattener, nameMark, otherMark } from './judge-text.ts';
import { createVocabulary } from './judge-words.ts';
import type { Lexicon } from './lexicon.ts';

export interface Phrase {
  kind: PhraseKind;
  lang: string;
  /** the place of its lexicon among all */
  tongue: number;
  symptom: Symptom | null;
  /** as the lexicon writes it */
  text: string;
  /** what its kind may do (judge-kinds.ts) */
  speaks: boolean;
  hides: boolean;
  /** what it is to the choice of a language */
  tells: 'word' | 'outage' | 'phrase' | 'nothing';
}

/** A phrase at [start, end) of the flat text. */
export interface Hit {
  phrase: Phrase;
  start: number;
  end: number;
}

/** What a search found, by where it begins, then by where it ends; overwritten by the next search. */
export interface Found {
  count: number;
  readonly phrases: Phrase[];
  readonly starts: number[];
  readonly ends: number[];
  /** what all that was found, stop words too, says of the language; stop words are not among the phrases */
  readonly votes: Votes;
  /** by tongue: 1 where a phrase of it speaks */
  readonly spoken: Uint8Array;
}

export interface PhraseFinder {
  /** Finds all phrases of a line that has been cut. */
  find(line: Line): Found;
  /** The same for a flat text, as hits of its own. */
  findIn(flat: string): Hit[];
  phraseCount: number;
}

function* phrasesOf(lexicon: Lexicon, tongue: number): Generator<Phrase> {
  for (const [key, value] of Object.entries(lexicon)) {
    if (key === 'lang' || key === 'about' || key === 'hashtagEnd' || key === 'ordinary' || key === 'plain' || typeof value === 'string') continue;
    const kind = key as PhraseKind;
    const tells = kind === 'stopWords' ? 'word' : kind === 'outage' || kind === 'recovery' ? 'outage' : telling.has(kind) ? 'phrase' : 'nothing';
    const groups: [Symptom | null, string[]][] = Array.isArray(value) ? [[null, value]] : (Object.entries(value) as [Symptom, string[]][]);
    for (const [symptom, patterns] of groups) {
      for (const text of patterns) yield { kind, lang: lexicon.lang, tongue, symptom, text, speaks: speaking.has(kind), hides: !neverHidden.has(kind), tells };
    }
  }
}

/** -1, or the tongues as bits where all that was found is a stop word: half of all finds. Those past the 31st have no say. */
function noteOf(outputs: readonly Phrase[]): number {
  let bits = 0;
  for (const { tells, tongue } of outputs) {
    if (tells !== 'word') return -1;
    bits |= bitOf(tongue);
  }
  return bits;
}

function bitOf(tongue: number): number {
  return tongue < 31 ? 1 << tongue : 0;
}

/** Builds the automaton of all phrases. Cost of a search grows with the text, hardly with the number of phrases. */
export function createPhraseFinder(lexicons: readonly Lexicon[], flattener: Flattener): PhraseFinder {
  const words = new Map<string, number>();
  const stems = new Map<string, number>();
  const spelled = new Map<string, readonly number[]>();
  const classes: (readonly number[])[] = [];
  const automaton = createAutomaton<Phrase>(classes, noteOf);
  const scratch = createLine();
  let labelCount = firstWord;

  const labelOf = (word: string, among: Map<string, number>): number => {
    let label = among.get(word);
    if (label === undefined) among.set(word, (label = labelCount++));
    return label;
  };
  const cutPhrase = (phrase: string): string[] => {
    flattener.spellInto(phrase, scratch);
    cut(scratch, flattener.alone);
    return Array.from({ length: scratch.count }, (_, i) => textOf(scratch, scratch.starts[i]!, scratch.ends[i]!));
  };
  const spell = (raw: string): readonly number[] => {
    let labels = spelled.get(raw);
    if (labels === undefined) {
      if (raw === '%') labels = [labelOf(nameMark, words)];
      else if (/^(?:[.,!?]|[a-z]+)$/.test(raw) && !/(.)\1\1/.test(raw)) labels = [labelOf(raw, words)]; // spelled like this in any flat text
      else {
        const star = raw.endsWith('*');
        const parts = cutPhrase(star ? raw.slice(0, -1) : raw);
        // in a script without spaces every word goes on as it likes
        labels = parts.map((part, i) => labelOf(part, star && i === parts.length - 1 && flattener.alone[part.charCodeAt(0)] !== 1 ? stems : words));
      }
      spelled.set(raw, labels);
    }
    return labels;
  };

  labelOf(nameMark, words);
  // a name is a name to a phrase, whichever service it is: the rules see the difference by its place
  words.set(otherMark, labelOf(nameMark, words));
  let phraseCount = 0;
  for (const [tongue, lexicon] of lexicons.entries()) {
    for (const phrase of phrasesOf(lexicon, tongue)) {
      addPattern(automaton, phrase.text, phrase, spell);
      phraseCount++;
    }
  }

  /** A class of words that may take these labels; no two words have the same, for each has a label of its own. */
  const classOf = (labels: readonly number[]): number => classes.push(labels) - 1;
  const anyOf = (word: string): number[] => {
    const code = word.charCodeAt(0);
    return isPause(code) ? [] : [flattener.alone[code] === 1 ? anyDense : anyPlain];
  };
  // by first letter: how long its stems are, a bit a length
  const lengths = new Map<number, number>();
  for (const stem of stems.keys()) lengths.set(stem.charCodeAt(0), (lengths.get(stem.charCodeAt(0)) ?? 0) | (1 << Math.min(stem.length, 31)));
  const addStems = (labels: number[], word: string): number[] => {
    const known = lengths.get(word.charCodeAt(0)) ?? 0;
    for (let length = 1; length <= word.length && 1 << length <= known && length < 31; length++) {
      if ((known & (1 << length)) === 0) continue;
      const stem = stems.get(word.slice(0, length));
      if (stem !== undefined) labels.push(stem);
    }
    return labels;
  };
  const vocabulary = createVocabulary(
    new Map(Array.from(words, ([word, label]) => [word, classOf(addStems([...anyOf(word), label], word))])),
    // of words that are listed nowhere; the stem itself may be listed as a word
    new Map(Array.from(stems.keys(), (stem) => [stem, classOf(addStems(anyOf(stem), stem))])),
    { plain: classOf([anyPlain]), dense: classOf([anyDense]), pause: classOf([]) },
    flattener.alone,
  );
  const anyBit = bitOf(lexicons.findIndex(({ lang }) => lang === 'any') & 31);
  const read = new Int32Array(scratch.starts.length);
  const found: Found = { count: 0, phrases: [], starts: [], ends: [], votes: createVotes(lexicons.length), spoken: new Uint8Array(lexicons.length) };

  const find = (line: Line): Found => {
    const { count } = line;
    const { phrases, starts, ends, votes, spoken } = found;
    votes.points.fill(0);
    votes.phrases.fill(0);
    spoken.fill(0);
    for (let i = 0; i < count; i++) read[i] = vocabulary.classAt(line, i);
    let hits = 0;
    for (let first = 0; first < count; first++) {
      let state = automaton.next(0, read[first]!);
      for (let at = first; state !== -1; ) {
        const note = automaton.note(state);
        if (note > 0) voteWords(votes, note);
        else if (note < 0) {
          const outputs = automaton.outputs(state);
          const start = line.starts[first]!;
          const end = line.ends[at]!;
          let ofWords = 0;
          let ofPhrases = 0;
          let ofOutages = 0;
          for (let k = 0; k < outputs.length; k++) {
            const phrase = outputs[k]!;
            const bit = bitOf(phrase.tongue);
            if (phrase.tells === 'word') ofWords |= bit;
            else {
              if (phrase.tells !== 'nothing') ofPhrases |= bit;
              if (phrase.tells === 'outage') ofOutages |= bit;
              if (phrase.speaks) spoken[phrase.tongue] = 1;
              phrases[hits] = phrase;
              starts[hits] = start;
              ends[hits++] = end;
            }
          }
          if (ofWords !== 0) voteWords(votes, ofWords);
          // "down" and "error" are loan words
          if (ofPhrases !== 0 && (ofPhrases & anyBit) === 0) votePhrases(votes, ofPhrases, ofOutages, end - start);
        }
        if (++at >= count) break;
        state = automaton.next(state, read[at]!);
      }
    }
    found.count = hits;
    return found;
  };

  return {
    phraseCount,
    find,
    findIn(flat) {
      writeLine(scratch, flat);
      cut(scratch, flattener.alone);
      const { count, phrases, starts, ends } = find(scratch);
      return Array.from({ length: count }, (_, i) => ({ phrase: phrases[i]!, start: starts[i]!, end: ends[i]! }));
    },
  };
}
