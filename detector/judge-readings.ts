// What lexicons say, read for their words before any text comes: which words and stems there are, which languages know them,
// and which phrases begin with them. Laying out the phrases themselves waits until a text has such a word (judge-phrases.ts).
import { anyDense, anyPlain, type Classes, firstWord, neither } from './judge-automaton.ts';
import type { PhraseKind } from './judge-kinds.ts';
import { type Say, sayOf } from './judge-language.ts';
import { createLine, cut, hashOf, isPause, type Line, writeLine } from './judge-line.ts';
import { addPattern, nowhere, readWords, type Speller } from './judge-pattern.ts';
import { phrasesOf } from './judge-phrase.ts';
import { type Flattener, nameMark, otherMark } from './judge-text.ts';
import { createVocabulary, createWordTable, type KeptWords, type Vocabulary, type WordTable } from './judge-words.ts';
import type { Lexicon } from './lexicon.ts';
import { LexiconError } from './lexicon-error.ts';
import { type Keep, makeAnew } from '../shared/keep.ts';

export interface Readings {
  readonly vocabulary: Vocabulary;
  readonly classes: Classes;
  /** by class, four: bits and worth of a stop word, then of a word of phrases */
  readonly says: Int32Array;
  /** by class: the tongues in which a phrase that tells of an outage by itself may begin with it, as bits */
  readonly tellingIn: Int32Array;
  /** the tongues in which one may begin with any word */
  readonly tellsAnyhow: number;
  /** By tongue: the place of a phrase and a label that it may begin with, `anyPlain` for any word, by turns. */
  openingsOf(tongue: number): ArrayLike<number>;
  /** How the words of patterns become labels: "isn't" is one, "it's" two, 落ち two. */
  readonly speller: Speller;
}

/** Words of lexicons; by number, the tongues that have one among their stop words, in another phrase, at the start of a telling one, as bits. */
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

const nothing: readonly number[] = [];

/** Phrases that tell of an outage by themselves. */
export const isTelling = (kind: PhraseKind): boolean => kind === 'outage' || kind === 'weak';

/** Letters of English, no three alike in a row: a word that is spelled like this in any flat text. */
function isPlain(units: Uint16Array, start: number, length: number): boolean {
  for (let i = start; i < start + length; i++) {
    if (units[i]! < 0x61 || units[i]! > 0x7a || (i >= start + 2 && units[i] === units[i - 1] && units[i] === units[i - 2])) return false;
  }
  return true;
}

/** The same as plain data, which can be kept. */
interface Kept extends Pick<Readings, 'says' | 'tellingIn' | 'tellsAnyhow'> {
  readonly words: KeptWords;
  readonly stems: KeptWords;
  /** What words are spelled in, by how lexicons write them: labels from `firstPart` of its number on. */
  readonly written: KeptWords;
  readonly firstPart: Int32Array;
  readonly parts: Int32Array;
  readonly openings: readonly Int32Array[];
  readonly anyOf: Uint8Array;
  /** by class: the labels of the stems that it begins with; by stem: the classes that begin with it */
  readonly stemsOf: ReadonlyMap<number, readonly number[]>;
  readonly byStem: readonly (readonly number[])[];
}

// a name is a name to a phrase, whichever service it is: the rules see the difference by its place
const nameClass = firstWord;
const otherClass = firstWord + 1;
const mostWritten = 1 << 20;
const unknown = { plain: anyPlain, dense: anyDense, pause: neither };

/** Reads the words of all phrases, or takes them as they were read. Throws for a pattern that is none: lexicons are ours. */
export function createReadings(lexicons: readonly Lexicon[], flattener: Flattener, keep: Keep = makeAnew): Readings {
  const kept = keep('readings', [lexicons], () => readPhrases(lexicons, flattener));
  const { says, tellingIn, tellsAnyhow, firstPart, parts, openings, anyOf, stemsOf, byStem } = kept;
  const words = createWordTable(undefined, kept.words);
  const stems = createWordTable(undefined, kept.stems);
  const findWritten = createWordTable(mostWritten, kept.written).finder();
  const line = createLine();
  const firstStem = firstWord + words.count();
  const classes: Classes = {
    count: firstStem + stems.count(),
    labels(word) {
      const begun = stemsOf.get(word) ?? nothing;
      return word < firstWord || word >= firstStem ? begun : [word === otherClass ? nameClass : word, ...begun];
    },
    by: (label) => (label >= firstStem ? byStem[label - firstStem]! : label === nameClass ? [nameClass, otherClass] : [label]),
    anyOf,
  };
  return {
    vocabulary: createVocabulary(words, stems, firstWord, unknown, flattener.alone),
    classes, says, tellingIn, tellsAnyhow,
    openingsOf: (tongue) => openings[tongue]!,
    speller(raw) {
      writeLine(line, raw);
      const number = findWritten(line.units, 0, raw.length, hashOf(raw));
      if (number === -1) throw new Error(`lexicon word that was not read: ${raw}`);
      return Array.from(parts.subarray(firstPart[number], firstPart[number + 1]));
    },
  };
}

function readPhrases(lexicons: readonly Lexicon[], flattener: Flattener): Kept {
  const words = createListed();
  const stems = createListed();
  const scratch = createLine();
  const pattern = createLine();
  // What words are spelled in, by how lexicons write them: from parts[firstPart[n]] on, a word as twice its number, a stem as
  // one more. "isn't" is one, "it's" two, 落ち two.
  const written = createWordTable(mostWritten);
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

  /** What a pattern may begin with where its first word, or its first alternatives, are sure to stand there; else undefined. */
  const headsOf = (text: string): number[] | undefined => {
    const head = /^(?:%|[^ %*~{|}]+|\{[^{}]+\})(?= )/.exec(text)?.[0];
    if (head === undefined) return undefined;
    const heads: number[] = [];
    let isSure = false;
    const isRead = readWords(`${head} %`, pattern, (line, start, length, hash, opens) => {
      const code = line.units[start]!;
      isSure = !opens;
      if (!opens) return;
      if (length === 1 && (code === star || code === tilde)) return void heads.push(anyPart);
      const number = spell(line, start, length, hash);
      if (firstPart[number] === firstPart[number + 1]) heads.push(anyPart);
      else heads.push(parts[firstPart[number]!]!);
    });
    return isRead && isSure ? heads : undefined;
  };

  // these say nothing of a language; the names come first
  const mute = [nameMark, otherMark, ...'.,!?'];
  for (const mark of mute) {
    written.add(Uint16Array.of((mark === nameMark ? '%' : mark).charCodeAt(0)), 0, 1, hashOf(mark === nameMark ? '%' : mark));
    writeLine(scratch, mark);
    cut(scratch, flattener.alone);
    parts.push(partOf(0, words));
    firstPart.push(parts.length);
  }
  /** by tongue: the place of a phrase and the part that it may begin with, by turns */
  const openings = lexicons.map((): number[] => []);
  let tellsAnyhow = 0;
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
        }
      };
      const begin = (part: number): void => {
        if (isStop) return;
        opening.push(place, part);
        if (!tells) return;
        if (part === anyPart) tellsAnyhow |= bit;
        else (part & 1 ? stems : words).inTelling[part >> 1]! |= bit;
      };
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
      const heads = headsOf(text);
      for (const part of heads ?? (/[*~]/.test(text) ? [anyPart] : nothing)) begin(part);
      try {
        addPattern(nowhere, text, null, (raw) => {
          const number = spellText(raw);
          const own = partsOf(number);
          note(number);
          if (heads === undefined && own.length > 0) begin(own[0]!);
          return own;
        });
      } catch (error) {
        throw new LexiconError(`${lexicon.lang}.yaml: ${kind}: ${(error as Error).message}`);
      }
    }
  }
  for (let n = 0; n < mute.length; n++) words.inStops[n] = words.inPhrases[n] = 0;

  // A class is a word that is listed, or all that are not and begin with a stem; its number is its label too.
  const firstStem = firstWord + words.table.count();
  const classCount = firstStem + stems.table.count();
  const labelOf = (part: number): number => (part === anyPart ? anyPlain : (part & 1 ? firstStem : firstWord) + (part >> 1));
  const vocabulary = createVocabulary(words.table, stems.table, firstWord, unknown, flattener.alone);
  const anyOf = new Uint8Array(classCount);
  anyOf.set([anyPlain, anyDense, neither], 0);
  // by class: bits and worth of a stop word, then of a word of phrases
  const says = new Int32Array(4 * classCount);
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
  return {
    words: words.table.kept(), stems: stems.table.kept(), written: written.kept(),
    firstPart: Int32Array.from(firstPart), parts: Int32Array.from(parts, labelOf),
    openings: openings.map((own) => Int32Array.from(own, (one, i) => (i & 1 ? labelOf(one) : one))),
    says, tellingIn, tellsAnyhow, anyOf, stemsOf, byStem,
  };
}
