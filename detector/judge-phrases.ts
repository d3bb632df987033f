// Finds the phrases of all languages in one pass over a flat text, through one trie in typed arrays.
// Owns the search only: which language counts, and what a phrase does to the verdict, is decided by its callers.
import type { Symptom } from '../shared/report.ts';
import { type Flattener, nameMark, otherMark } from './judge-text.ts';
import { expandPhrase, type Lexicon } from './lexicon.ts';

export type PhraseKind = Exclude<keyof Lexicon, 'lang' | 'about' | 'hashtagEnd'>;

export interface Phrase {
  kind: PhraseKind;
  lang: string;
  symptom: Symptom | null;
  /** as written in the lexicon, braces expanded */
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

const bySymptomKinds = ['outage', 'weak', 'action', 'object'] as const;
const starCode = 0x2a;

function* phrasesOf(lexicon: Lexicon): Generator<Phrase> {
  for (const [key, value] of Object.entries(lexicon)) {
    if (key === 'lang' || key === 'about' || key === 'hashtagEnd') continue;
    const kind = key as PhraseKind;
    const groups: [Symptom | null, string[]][] = Array.isArray(value)
      ? [[null, value]]
      : bySymptomKinds.some((k) => k === kind)
        ? (Object.entries(value) as [Symptom, string[]][])
        : [];
    for (const [symptom, patterns] of groups) {
      for (const pattern of patterns) {
        for (const text of expandPhrase(pattern)) yield { kind, lang: lexicon.lang, symptom, text };
      }
    }
  }
}

/** Spells a phrase as it stands in flat text; stars and pauses stay signs of their own. */
function codesOf(phrase: string, flattener: Flattener): number[] {
  const words = phrase
    .replaceAll('%', ` ${nameMark} `)
    .split(' ')
    .filter((w) => w !== '')
    .map((w) => {
      if (/^[.,!?]$/.test(w)) return w;
      const star = w.endsWith('*');
      return flattener.spell(star ? w.slice(0, -1) : w) + (star ? '*' : '');
    })
    .filter((w) => w !== '');
  const codes: number[] = [];
  for (const w of words) {
    const last = codes.at(-1);
    const close = last !== undefined && (flattener.isDense(last) || flattener.isDense(w.charCodeAt(0)));
    if (last !== undefined && !close) codes.push(0x20);
    for (let i = 0; i < w.length; i++) codes.push(w.charCodeAt(i));
  }
  return codes;
}

/** Builds the trie over all phrases. Cost of a search grows with the text, hardly with the number of phrases. */
export function createPhraseFinder(lexicons: readonly Lexicon[], flattener: Flattener): PhraseFinder {
  const classes = new Uint16Array(0x10000);
  const outputs = new Map<number, Phrase[]>();
  const edges = createEdges();
  const starNext = new Map<number, number>();
  let states = 1;
  let classCount = 1;
  let phraseCount = 0;
  const classOf = (code: number): number => (classes[code] ||= classCount++);

  for (const lexicon of lexicons) {
    for (const phrase of phrasesOf(lexicon)) {
      const codes = codesOf(phrase.text, flattener);
      if (codes.length === 0) continue;
      let state = 0;
      for (const code of codes) {
        let next = code === starCode ? starNext.get(state) : edges.get(state, classOf(code));
        if (next === undefined || next === -1) {
          next = states++;
          if (code === starCode) starNext.set(state, next);
          else edges.set(state, classOf(code), next);
        }
        state = next;
      }
      const here = outputs.get(state);
      if (here === undefined) outputs.set(state, [phrase]);
      else here.push(phrase);
      phraseCount++;
    }
  }
  // a name is a name to a phrase, whichever service it is: the rules see the difference by its place
  classes[otherMark.charCodeAt(0)] = classOf(nameMark.charCodeAt(0));
  // most states emit nothing and have no star: one bit each spares two look-ups a letter
  const special = new Uint8Array(states);
  for (const state of outputs.keys()) special[state]! |= 1;
  for (const state of starNext.keys()) special[state]! |= 2;

  const space = 0x20;
  const isBoundary = (flat: string, at: number): boolean => {
    if (at >= flat.length) return true;
    const here = flat.charCodeAt(at);
    return here === space || flattener.isDense(here) || flattener.isDense(flat.charCodeAt(at - 1)) || isMarkCode(here) || isMarkCode(flat.charCodeAt(at - 1));
  };
  const emit = (flat: string, state: number, start: number, end: number, hits: Hit[]): void => {
    if (!isBoundary(flat, end)) return;
    for (const phrase of outputs.get(state)!) hits.push({ phrase, start, end });
  };
  const walk = (flat: string, from: number, begin: number, start: number, hits: Hit[]): void => {
    let state = from;
    for (let i = begin; ; i++) {
      const flags = special[state]!;
      if ((flags & 1) !== 0) emit(flat, state, start, i, hits);
      if ((flags & 2) !== 0) {
        let end = i;
        while (end < flat.length && flat.charCodeAt(end) !== space) end++;
        if (end > i || (i > 0 && flat.charCodeAt(i - 1) !== space)) walk(flat, starNext.get(state)!, end, start, hits);
      }
      if (i >= flat.length) return;
      const cls = classes[flat.charCodeAt(i)]!;
      if (cls === 0) return;
      state = edges.get(state, cls);
      if (state === -1) return;
    }
  };

  return {
    phraseCount,
    find(flat: string): Hit[] {
      const hits: Hit[] = [];
      for (let i = 0; i < flat.length; i++) {
        const code = flat.charCodeAt(i);
        if (code === space) continue;
        if (i === 0 || isBoundary(flat, i) || flat.charCodeAt(i - 1) === space || flat.charCodeAt(i - 1) === 0x23) walk(flat, 0, i, i, hits);
      }
      return hits;
    },
  };
}

interface Edges {
  /** the next state, or -1 */
  get(state: number, cls: number): number;
  set(state: number, cls: number, next: number): void;
}

/** Edges of a trie in an open hash of (state, class): a dense table would be mostly holes, a Map a state ten times as large. */
function createEdges(): Edges {
  let size = 1 << 14;
  let froms = new Int32Array(size).fill(-1);
  let classes = new Uint16Array(size);
  let targets = new Int32Array(size);
  let count = 0;
  const slot = (state: number, cls: number): number => {
    let at = (Math.imul(state, 0x9e3779b1) ^ Math.imul(cls, 0x85ebca6b)) >>> 9 & (size - 1);
    while (froms[at] !== -1 && (froms[at] !== state || classes[at] !== cls)) at = (at + 1) & (size - 1);
    return at;
  };
  const grow = (): void => {
    const old = { froms, classes, targets, size };
    size *= 2;
    froms = new Int32Array(size).fill(-1);
    classes = new Uint16Array(size);
    targets = new Int32Array(size);
    for (let i = 0; i < old.size; i++) {
      if (old.froms[i] === -1) continue;
      const at = slot(old.froms[i]!, old.classes[i]!);
      froms[at] = old.froms[i]!;
      classes[at] = old.classes[i]!;
      targets[at] = old.targets[i]!;
    }
  };
  return {
    get(state, cls) {
      const at = slot(state, cls);
      return froms[at] === -1 ? -1 : targets[at]!;
    },
    set(state, cls, next) {
      if (count * 2 >= size) grow();
      const at = slot(state, cls);
      froms[at] = state;
      classes[at] = cls;
      targets[at] = next;
      count++;
    },
  };
}

function isMarkCode(code: number): boolean {
  return code >= 0xe000 && code <= 0xe002;
}
