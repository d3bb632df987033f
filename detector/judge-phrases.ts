// Finds the phrases of a language in one pass over the words of a text, through an automaton of words, one a language. Before
// that it says which languages know the words of the text, so that only one language is searched. Owns the search only: which
// language counts, and what a phrase does to the verdict, is decided by its callers.
import type { Symptom } from '../shared/report.ts';
import { anyDense, anyPlain, type Automaton, type Classes, createAutomaton, firstWord, neither } from './judge-automaton.ts';
import { neverHidden, type PhraseKind, speaking } from './judge-kinds.ts';
import { createVotes, type Say, sayOf, vote, type Votes } from './judge-language.ts';
import { createLine, cut, hashOf, isPause, type Line, writeLine } from './judge-line.ts';
import { addPattern, nowhere, readWords } from './judge-pattern.ts';
import { type Flattener, nameMark, otherMark } from './judge-text.ts';
import { createVocabulary, createWordTable, type WordTable } from './judge-words.ts';
import type { Lexicon } from './lexicon.ts';

export interface Phrase {
  kind: PhraseKind;
  lang: string;
  symptom: Symptom | null;
  /** as the lexicon writes it */
  text: string;
  /** where it stands among all of its language; those of `any` come behind */
  place: number;
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
  /** All phrases of all languages in a flat text. */
  findIn(flat: string): Hit[];
  /** Whether a flat text tells of an outage by itself, in any language. */
  tells(flat: string): boolean;
}

/** what is no list of phrases */
const notSearched: ReadonlySet<string> = new Set(['lang', 'about', 'hashtagEnd', 'ordinary', 'plain', 'local', 'article', 'of', 'power', 'subjectFollows']);

function* phrasesOf(lexicon: Lexicon): Generator<Phrase> {
  let place = lexicon.lang === 'any' ? 1 << 20 : 0;
  for (const [key, value] of Object.entries(lexicon)) {
    if (notSearched.has(key) || typeof value === 'string' || typeof value === 'boolean') continue;
    const kind = key as PhraseKind;
    const groups: [Symptom | null, string[]][] = Array.isArray(value) ? [[null, value]] : (Object.entries(value) as [Symptom, string[]][]);
    for (const [symptom, patterns] of groups) {
      for (const text of patterns) yield { kind, lang: lexicon.lang, symptom, text, place: place++, speaks: speaking.has(kind), hides: !neverHidden.has(kind) };
    }
  }
}

/** Notes of states: a phrase that speaks of an outage ends there, or only others do. */
const said = 2;
const unsaid = 1;

const nothing: readonly number[] = [];

/** Words of lexicons; by number, the tongues that have one among their stop words, in another phrase, in a telling one, as bits. */
interface Listed {
  readonly table: WordTable;
  readonly inStops: number[];
  readonly inPhrases: number[];
  readonly inTelling: number[];
}
const createListed = (): Listed => ({ table: createWordTable(), inStops: [], inPhrases: [], inTelling: [] });

const star = 0x2a;
const tilde = 0x7e;
/** any word at all, where a part is asked for */
const anyPart = -1;

/** Phrases that tell of an outage by themselves. */
const isTelling = (kind: PhraseKind): boolean => kind === 'outage' || kind === 'weak';

/** Letters of English, no three alike in a row: a word that is spelled like this in any flat text. */
function isPlain(units: Uint16Array, start: number, length: number): boolean {
  for (let i = start; i < start + length; i++) {
    if (units[i]! < 0x61 || units[i]! > 0x7a || (i >= start + 2 && units[i] === units[i - 1] && units[i] === units[i - 2])) return false;
  }
  return true;
}

/** Reads the words of all phrases; the automaton of a language is made when it is first asked for, in some ten milliseconds. */
export function createPhraseFinder(lexicons: readonly Lexicon[], flattener: Flattener): PhraseFinder {
  const words = createListed();
  const stems = createListed();
  const scratch = createLine();
  const pattern = createLine();
  // What words are spelled in, by how lexicons write them: from parts[firstPart[n]] on, a word as twice its number, a stem as
  // one more. "isn't" is one, "it's" two, 落ち two.
  const written = createWordTable(1 << 20);
  const firstPart: number[] = [0];
  const parts: number[] = [];

  const partOf = (index: number, among: Listed): number => {
    const start = scratch.starts[index]!;
    const n = among.table.add(scratch.units, start, scratch.ends[index]! - start, scratch.hashes[index]!);
    if (n === among.inStops.length) {
      among.inStops.push(0);
      among.inPhrases.push(0);
      among.inTelling.push(0);
    }
    return 2 * n + (among === stems ? 1 : 0);
  };
  /** The number of a word as a lexicon writes it, which is spelled where it is new. */
  const spell: (line: Line, start: number, length: number, hash: number) => number = ({ units }, start, length, hash) => {
    const number = written.add(units, start, length, hash);
    if (number < firstPart.length - 1) return number;
    const isStar = units[start + length - 1] === star;
    if (isPlain(units, start, length)) for (let i = 0; i < (scratch.length = length); i++) scratch.units[i] = units[start + i]!;
    else flattener.spellInto(String.fromCharCode(...units.subarray(start, start + length - (isStar ? 1 : 0))), scratch);
    cut(scratch, flattener.alone);
    for (let i = 0; i < scratch.count; i++) {
      // in a script without spaces every word goes on as it likes
      const isStem = isStar && i === scratch.count - 1 && flattener.alone[scratch.units[scratch.starts[i]!]!] !== 1;
      parts.push(partOf(i, isStem ? stems : words));
    }
    firstPart.push(parts.length);
    return number;
  };
  const partsOf = (number: number): number[] => parts.slice(firstPart[number], firstPart[number + 1]);
  const spellText = (raw: string): number => {
    writeLine(pattern, raw);
    return spell(pattern, 0, raw.length, hashOf(raw));
  };

  // these say nothing of a language; a name is a name to a phrase, whichever service it is: the rules see the difference by its place
  const mute = [nameMark, otherMark, ...'.,!?'];
  const nameClass = firstWord;
  const otherClass = firstWord + 1;
  for (const mark of mute) {
    written.add(Uint16Array.of((mark === nameMark ? '%' : mark).charCodeAt(0)), 0, 1, hashOf(mark === nameMark ? '%' : mark));
    writeLine(scratch, mark);
    cut(scratch, flattener.alone);
    parts.push(partOf(0, words));
    firstPart.push(parts.length);
  }
  /** by tongue: the place of a phrase and the part that it may begin with, by turns */
  const openings = lexicons.map((): number[] => []);
  for (const [tongue, lexicon] of lexicons.entries()) {
    const bit = tongue < 31 && lexicon.lang !== 'any' ? 1 << tongue : 0;
    const opening = openings[tongue]!;
    for (const { kind, text, place } of phrasesOf(lexicon)) {
      const isStop = kind === 'stopWords';
      const tells = isTelling(kind);
      const note = (number: number): void => {
        for (let i = firstPart[number]!; i < firstPart[number + 1]!; i++) {
          const among = parts[i]! & 1 ? stems : words;
          const n = parts[i]! >> 1;
          if (isStop) among.inStops[n]! |= bit;
          else among.inPhrases[n]! |= bit;
          if (tells) among.inTelling[n]! |= bit;
        }
      };
      const begin = (part: number): void => void (!isStop && opening.push(place, part));
      let isSound = true;
      const isRead = readWords(text, pattern, (line, start, length, hash, opens) => {
        const code = line.units[start]!;
        if (length === 1 && (code === star || code === tilde)) {
          if (opens) begin(anyPart);
          return;
        }
        const number = spell(line, start, length, hash);
        const first = firstPart[number]!;
        if (first === firstPart[number + 1]) isSound = false;
        else if (opens) begin(parts[first]!);
        note(number);
      });
      if (isRead && isSound) continue;
      if (/[*~]/.test(text)) begin(anyPart);
      addPattern(nowhere, text, null, (raw) => {
        const number = spellText(raw);
        const own = partsOf(number);
        note(number);
        if (own.length > 0) begin(own[0]!);
        return own;
      });
    }
  }
  for (let n = 0; n < mute.length; n++) words.inStops[n] = words.inPhrases[n] = words.inTelling[n] = 0;

  // A class is a word that is listed, or all that are not and begin with a stem; its number is its label too.
  const firstStem = firstWord + words.table.count();
  const classCount = firstStem + stems.table.count();
  const labelOf = (part: number): number => (part & 1 ? firstStem : firstWord) + (part >> 1);
  const vocabulary = createVocabulary(words.table, stems.table, firstWord, { plain: anyPlain, dense: anyDense, pause: neither }, flattener.alone);
  const anyOf = new Uint8Array(classCount);
  anyOf.set([anyPlain, anyDense, neither], 0);
  // by class: bits and worth of a stop word, then of a word of phrases
  const says = new Int32Array(4 * classCount);
  /** by class: the tongues that have it in a phrase that tells of an outage by itself, as bits */
  const tellingIn = new Int32Array(classCount);
  /** by class: the labels of the stems that it begins with */
  const stemsOf = new Map<number, readonly number[]>();
  /** by stem: the classes that begin with it */
  const byStem = Array.from({ length: stems.table.count() }, (): number[] => []);
  for (const [{ table, inStops, inPhrases, inTelling }, first] of [[words, firstWord], [stems, firstStem]] as const) {
    const letters = table.letters();
    for (let n = 0; n < table.count(); n++) {
      const start = table.startOf(n);
      let stopBits = inStops[n]!;
      let phraseBits = inPhrases[n]!;
      let tellingBits = inTelling[n]!;
      const begun = vocabulary.stemsOf(letters, start, table.startOf(n + 1));
      if (begun.length > 0) stemsOf.set(first + n, begun.map((stem) => firstStem + stem));
      for (const stem of begun) {
        byStem[stem]!.push(first + n);
        stopBits |= stems.inStops[stem]!;
        phraseBits |= stems.inPhrases[stem]!;
        tellingBits |= stems.inTelling[stem]!;
      }
      const code = letters[start]!;
      anyOf[first + n] = isPause(code) ? neither : flattener.alone[code] === 1 ? anyDense : anyPlain;
      tellingIn[first + n] = tellingBits;
      if (stopBits !== 0) setSay(4 * (first + n), sayOf(stopBits, true));
      if ((phraseBits & ~stopBits) !== 0) setSay(4 * (first + n) + 2, sayOf(phraseBits & ~stopBits, false));
    }
  }
  function setSay(at: number, { bits, worth }: Say): void {
    says[at] = bits;
    says[at + 1] = worth;
  }
  const classes: Classes = {
    count: classCount,
    labels(word) {
      const begun = stemsOf.get(word) ?? nothing;
      return word < firstWord || word >= firstStem ? begun : [word === otherClass ? nameClass : word, ...begun];
    },
    by: (label) => (label >= firstStem ? byStem[label - firstStem]! : label === nameClass ? [nameClass, otherClass] : [label]),
    anyOf,
  };
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
      const opening = openings[tongue]!;
      for (let i = 0; i < opening.length; i += 2) {
        if (!phrases.has(opening[i]!)) continue;
        const label = opening[i + 1] === anyPart ? anyPlain : labelOf(opening[i + 1]!);
        const places = beginning.get(label);
        if (places === undefined) beginning.set(label, new Set([opening[i]!]));
        else places.add(opening[i]!);
      }
    }
    const speller = (raw: string): readonly number[] => partsOf(spellText(raw)).map(labelOf);
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
      let knowing = 0;
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
