// Finds the phrases of a language in one pass over the words of a text, through an automaton of words, one a language. Before
// that it says which languages know the words of the text, so that only one language is searched. Owns the search only: which
// language counts, and what a phrase does to the verdict, is decided by its callers.
import type { Symptom } from '../shared/report.ts';
import { anyDense, anyPlain, type Automaton, createAutomaton, createClasses, firstWord } from './judge-automaton.ts';
import { neverHidden, type PhraseKind, speaking } from './judge-kinds.ts';
import { createVotes, type Say, sayOf, vote, type Votes } from './judge-language.ts';
import { createLine, cut, isPause, type Line, textOf, writeLine } from './judge-line.ts';
import { addPattern, type Builder } from './judge-pattern.ts';
import { type Flattener, nameMark, otherMark } from './judge-text.ts';
import { createVocabulary } from './judge-words.ts';
import type { Lexicon } from './lexicon.ts';

export interface Phrase {
  kind: PhraseKind;
  lang: string;
  symptom: Symptom | null;
  /** as the lexicon writes it */
  text: string;
  /** what its kind may do (judge-kinds.ts) */
  speaks: boolean;
  hides: boolean;
}

/** A phrase at [start, end) of the flat text. */
export interface Hit {
  phrase: Phrase;
  start: number;
  end: number;
}

export interface PhraseFinder {
  /** Which languages know the words of a line that has been cut; overwritten by the next call. */
  vote(line: Line): Votes;
  /**
   * The phrases of one language, and those of `any`, in the line that was voted on last: by where they begin, then by where
   * they end. Null where none of them speaks of an outage.
   */
  find(line: Line, tongue: number): Hit[] | null;
  /** All phrases of all languages in a flat text; if asked, of those alone that know one of its words. */
  findIn(flat: string, known?: boolean): Hit[];
  phraseCount: number;
}

/** what is no list of phrases */
const notSearched: ReadonlySet<string> = new Set(['lang', 'about', 'hashtagEnd', 'ordinary', 'plain', 'local', 'article', 'of', 'power', 'subjectFollows']);

function* phrasesOf(lexicon: Lexicon): Generator<Phrase> {
  for (const [key, value] of Object.entries(lexicon)) {
    if (notSearched.has(key) || typeof value === 'string' || typeof value === 'boolean') continue;
    const kind = key as PhraseKind;
    const groups: [Symptom | null, string[]][] = Array.isArray(value) ? [[null, value]] : (Object.entries(value) as [Symptom, string[]][]);
    for (const [symptom, patterns] of groups) {
      for (const text of patterns) yield { kind, lang: lexicon.lang, symptom, text, speaks: speaking.has(kind), hides: !neverHidden.has(kind) };
    }
  }
}

/** Notes of states: a phrase that speaks of an outage ends there, or only others do. */
const said = 2;
const unsaid = 1;

/** What was written of patterns, to be written again: reading them costs ten times as much. */
interface Draft extends Builder<Phrase> {
  /** Writes all of it into an automaton. */
  copyTo(automaton: Builder<Phrase>): void;
}

function createDraft(): Draft {
  let nodes = 1;
  const edges: number[] = []; // from, label, to
  const ways: number[] = []; // from, to
  const ends: number[] = [];
  const phrases: Phrase[] = [];
  return {
    node: () => nodes++,
    edge: (from, label, to) => void edges.push(from, label, to),
    free: (from, to) => void ways.push(from, to),
    output(node, phrase) {
      ends.push(node);
      phrases.push(phrase);
    },
    copyTo(automaton) {
      // node 0 is the start of both; the others follow what is there
      const first = automaton.node();
      for (let i = 2; i < nodes; i++) automaton.node();
      const place = (node: number): number => (node === 0 ? 0 : first + node - 1);
      for (let i = 0; i < edges.length; i += 3) automaton.edge(place(edges[i]!), edges[i + 1]!, place(edges[i + 2]!));
      for (let i = 0; i < ways.length; i += 2) automaton.free(place(ways[i]!), place(ways[i + 1]!));
      for (let i = 0; i < ends.length; i++) automaton.output(place(ends[i]!), phrases[i]!);
    },
  };
}

/** Reads all phrases; the automaton of a language is made when it is first asked for, in some milliseconds. */
export function createPhraseFinder(lexicons: readonly Lexicon[], flattener: Flattener): PhraseFinder {
  const words = new Map<string, number>();
  const stems = new Map<string, number>();
  const spelled = new Map<string, readonly number[]>();
  const scratch = createLine();
  let labelCount = firstWord;
  // by label: the tongues whose stop word, or whose phrases' word, it is
  const stopsOf: number[] = [];
  const wordsOf: number[] = [];

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
      if (raw === '%') labels = [nameLabel];
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

  const nameLabel = labelOf(nameMark, words);
  // a name is a name to a phrase, whichever service it is: the rules see the difference by its place
  words.set(otherMark, nameLabel);
  const pauseLabels = new Set([nameLabel, ...Array.from('.,!?', (pause) => labelOf(pause, words))]);

  const stopWords = createDraft(); // read for their words only
  const drafts: Draft[] = [];
  const phrases = lexicons.map((lexicon) => [...phrasesOf(lexicon)]);
  for (const [tongue, list] of phrases.entries()) {
    const draft = (drafts[tongue] = createDraft());
    const bit = tongue < 31 && lexicons[tongue]!.lang !== 'any' ? 1 << tongue : 0;
    for (const phrase of list) {
      const bits = phrase.kind === 'stopWords' ? stopsOf : wordsOf;
      addPattern(phrase.kind === 'stopWords' ? stopWords : draft, phrase.text, phrase, (word) => {
        const labels = spell(word);
        for (const label of labels) if (!pauseLabels.has(label)) bits[label] = (bits[label] ?? 0) | bit;
        return labels;
      });
    }
  }

  const labelsOf: (readonly number[])[] = [];
  /** A class of words that may take these labels; no two words have the same, for each has a label of its own. */
  const classOf = (labels: readonly number[]): number => labelsOf.push(labels) - 1;
  const anyOf = (word: string): number[] => {
    const code = word.charCodeAt(0);
    return isPause(code) ? [] : [flattener.alone[code] === 1 ? anyDense : anyPlain];
  };
  // by first letter: how long its stems are, a bit a length
  const lengths = new Map<number, number>();
  for (const stem of stems.keys()) lengths.set(stem.charCodeAt(0), (lengths.get(stem.charCodeAt(0)) ?? 0) | (1 << Math.min(stem.length, 30)));
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
  const classes = createClasses(labelsOf);
  // by class: bits and worth of a stop word, then of a word of phrases
  const says = new Int32Array(4 * labelsOf.length);
  /** by class: the tongues that have it in any phrase, as bits */
  const knownBy = new Int32Array(labelsOf.length);
  const unionOf = (labels: readonly number[], bits: readonly number[]): number => labels.reduce((all, label) => all | (bits[label] ?? 0), 0);
  for (const [word, labels] of labelsOf.entries()) {
    const stops: Say = sayOf(unionOf(labels, stopsOf), true);
    const others: Say = sayOf(unionOf(labels, wordsOf) & ~unionOf(labels, stopsOf), false);
    knownBy[word] = unionOf(labels, stopsOf) | unionOf(labels, wordsOf);
    says.set([stops.bits, stops.worth, others.bits, others.worth], 4 * word);
  }
  const votes = createVotes(lexicons.length);
  const read = new Int32Array(scratch.starts.length);

  const anyTongue = lexicons.findIndex(({ lang }) => lang === 'any');
  const automata: Automaton<Phrase>[] = [];
  const automatonOf = (tongue: number): Automaton<Phrase> => {
    const known = automata[tongue];
    if (known !== undefined) return known;
    const automaton = createAutomaton<Phrase>(classes, (outputs) => (outputs.some(({ speaks }) => speaks) ? said : unsaid));
    // what is heard in every language is searched with each of them
    for (const draft of new Set([drafts[tongue], drafts[anyTongue]])) draft?.copyTo(automaton);
    return (automata[tongue] = automaton);
  };

  // what was found, overwritten by the next search: most texts say nothing, and no object is made or looked at of theirs
  const foundOutputs: (readonly Phrase[])[] = [];
  const foundStarts: number[] = [];
  const foundEnds: number[] = [];
  let foundCount = 0;
  /** Notes the phrases that begin at a word; true where one of them speaks. */
  const search = (automaton: Automaton<Phrase>, { count, starts, ends }: Line, first: number): boolean => {
    let isSaid = false;
    let state = automaton.next(0, read[first]!);
    for (let at = first; state !== -1; ) {
      const note = automaton.note(state);
      if (note !== 0) {
        if (note === said) isSaid = true;
        foundOutputs[foundCount] = automaton.outputs(state);
        foundStarts[foundCount] = starts[first]!;
        foundEnds[foundCount++] = ends[at]!;
      }
      if (++at >= count) break;
      state = automaton.next(state, read[at]!);
    }
    return isSaid;
  };

  const hitsOf = (): Hit[] => {
    const hits: Hit[] = [];
    for (let i = 0; i < foundCount; i++) {
      const outputs = foundOutputs[i]!;
      for (let k = 0; k < outputs.length; k++) hits.push({ phrase: outputs[k]!, start: foundStarts[i]!, end: foundEnds[i]! });
    }
    return hits;
  };

  return {
    phraseCount: phrases.reduce((sum, list) => sum + list.length, 0),
    vote(line) {
      votes.stops.fill(0);
      votes.words.fill(0);
      for (let i = 0; i < line.count; i++) {
        const word = vocabulary.classAt(line, i);
        read[i] = word;
        const say = 4 * word;
        if (says[say] !== 0) vote(votes.stops, says[say]!, says[say + 1]!);
        if (says[say + 2] !== 0) vote(votes.words, says[say + 2]!, says[say + 3]!);
      }
      return votes;
    },
    find(line, tongue) {
      foundCount = 0;
      const own = automatonOf(tongue);
      let speaks = false;
      for (let first = 0; first < line.count; first++) if (search(own, line, first)) speaks = true;
      return speaks ? hitsOf() : null;
    },
    findIn(flat, known = false) {
      writeLine(scratch, flat);
      cut(scratch, flattener.alone);
      let knowing = 0;
      for (let i = 0; i < scratch.count; i++) knowing |= knownBy[(read[i] = vocabulary.classAt(scratch, i))]!;
      const hits: Hit[] = [];
      for (const [tongue, { lang }] of lexicons.entries()) {
        if (known && tongue !== anyTongue && tongue < 31 && (knowing & (1 << tongue)) === 0) continue;
        const automaton = automatonOf(tongue);
        foundCount = 0;
        for (let first = 0; first < scratch.count; first++) search(automaton, scratch, first);
        for (const hit of hitsOf()) if (hit.phrase.lang === lang) hits.push(hit);
      }
      return hits;
    },
  };
}
