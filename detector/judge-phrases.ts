// Finds the phrases of a language in one pass over the words of a text, through an automaton of words, one a language. Before
// that it says which languages know the words of the text, so that only one language is searched. Owns the search only: which
// language counts, and what a phrase does to the verdict, is decided by its callers.
import { anyDense, anyPlain, type Automaton, createAutomaton } from './judge-automaton.ts';
import { createVotes, vote, type Votes } from './judge-language.ts';
import { createLine, cut, type Line, writeLine } from './judge-line.ts';
import { addPattern } from './judge-pattern.ts';
import { type Phrase, phrasesOf } from './judge-phrase.ts';
import { createReadings, isTelling } from './judge-readings.ts';
import type { Flattener } from './judge-text.ts';
import type { Lexicon } from './lexicon.ts';
import { type Keep, makeAnew } from '../shared/keep.ts';

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
  /** All phrases of all languages in a flat text. */
  findIn(flat: string): Hit[];
  /** Whether a flat text tells of an outage by itself, in any language. */
  tells(flat: string): boolean;
}

/** Notes of states: a phrase that speaks of an outage ends there, or only others do. */
const said = 2;
const unsaid = 1;

const nothing: readonly number[] = [];

/** Reads all lexicons for their words; a phrase is laid out when a text first has a word that it may begin with. */
export function createPhraseFinder(lexicons: readonly Lexicon[], flattener: Flattener, keep: Keep = makeAnew): PhraseFinder {
  const { vocabulary, classes, says, tellingIn, tellsAnyhow, openingsOf, speller } = createReadings(lexicons, flattener, keep);
  const scratch = createLine();
  const votes = createVotes(lexicons.length);
  const read = new Int32Array(scratch.starts.length);

  const anyTongue = lexicons.findIndex(({ lang }) => lang === 'any');
  /** Makes the automaton of the phrases of some tongues. They are read when a text first has a word that they may begin with. */
  const makeAutomaton = (tongues: readonly number[], has: (phrase: Phrase) => boolean): Automaton<Phrase> => {
    const phrases = new Map<number, Phrase>();
    /** by label, the places of the phrases that may begin with it */
    const beginning = new Map<number, Set<number>>();
    for (const tongue of tongues) {
      for (const phrase of phrasesOf(lexicons[tongue]!)) if (has(phrase)) phrases.set(phrase.place, phrase);
      const opening = openingsOf(tongue);
      for (let i = 0; i < opening.length; i += 2) {
        if (!phrases.has(opening[i]!)) continue;
        const label = opening[i + 1]!;
        const places = beginning.get(label);
        if (places === undefined) beginning.set(label, new Set([opening[i]!]));
        else places.add(opening[i]!);
      }
    }
    return createAutomaton<Phrase>(classes, {
      supply(label, to) {
        for (const place of beginning.get(label === anyDense ? anyPlain : label) ?? nothing) {
          const phrase = phrases.get(place);
          if (phrase !== undefined) addPattern(to, phrase.text, phrase, speller);
          phrases.delete(place);
        }
      },
      noteOf: (outputs) => (outputs.some(({ speaks }) => speaks) ? said : unsaid),
      compare: (a, b) => a.place - b.place,
    });
  };
  const automata: Automaton<Phrase>[] = [];
  // what is heard in every language is searched with each of them; stop words are read for their words only
  const automatonOf = (tongue: number): Automaton<Phrase> =>
    (automata[tongue] ??= makeAutomaton([...new Set([tongue, anyTongue])].filter((one) => one in lexicons), ({ kind }) => kind !== 'stopWords'));
  const telling: Automaton<Phrase>[] = [];
  const tellingOf = (tongue: number): Automaton<Phrase> => (telling[tongue] ??= makeAutomaton([tongue], ({ kind, lang }) => isTelling(kind) && (kind !== 'weak' || lang !== 'any')));

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
    tells(flat) {
      writeLine(scratch, flat);
      cut(scratch, flattener.alone);
      let knowing = tellsAnyhow;
      for (let i = 0; i < scratch.count; i++) knowing |= tellingIn[(read[i] = vocabulary.classAt(scratch, i))]!;
      return lexicons.some((_, tongue) => {
        if (tongue !== anyTongue && tongue < 31 && (knowing & (1 << tongue)) === 0) return false;
        foundCount = 0;
        for (let first = 0; first < scratch.count; first++) search(tellingOf(tongue), scratch, first);
        return foundCount > 0;
      });
    },
    findIn(flat) {
      writeLine(scratch, flat);
      cut(scratch, flattener.alone);
      for (let i = 0; i < scratch.count; i++) read[i] = vocabulary.classAt(scratch, i);
      const hits: Hit[] = [];
      for (const [tongue, { lang }] of lexicons.entries()) {
        const automaton = automatonOf(tongue);
        foundCount = 0;
        for (let first = 0; first < scratch.count; first++) search(automaton, scratch, first);
        for (const hit of hitsOf()) if (hit.phrase.lang === lang) hits.push(hit);
      }
      return hits;
    },
  };
}
