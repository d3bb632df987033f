// The matcher: which services a text names. One automaton finds all names, hashtags and handles of all services in one
// pass; this page shows the chain. It does not judge whether an ordinary word means the service: it only says that it is one.
import { type Keep, makeAnew } from '../shared/keep.ts';
import type { Service } from '../shared/service.ts';
import { createAutomaton } from './match-automaton.ts';
import { buildWordFilter, type WordFilter } from './match-filter.ts';
import { settle, type Found } from './match-overlap.ts';
import { patternsOf } from './match-patterns.ts';
import { classes, createTeller, kinds, symbolize, type SymbolSink, type SymbolTable, type Teller } from './match-symbols.ts';

export type NameHit = {
  /** index in the services that the matcher was made of */
  readonly service: number;
  readonly by: 'name' | 'hashtag' | 'handle';
  /** as matched: folded, without # or @ */
  readonly name: string;
  /** a plain hit on an ordinary word; a hashtag or a handle is never ordinary */
  readonly ordinary: boolean;
};

export type Matcher = {
  /** The services that a text names, each once, by its surest naming, in the order in which they first occur. */
  matchText(text: string): NameHit[];
  /** The same for a part of a text, code point by code point: whether it names any service. */
  readonly trial: Trial;
  /** What the line scanner runs on the bytes themselves. */
  readonly table: SymbolTable;
  readonly filter: WordFilter;
};

/** No name; one that a phrase of its service may cover if more of the text is read; one that counts whatever is around it. */
export type Standing = 'none' | 'doubtful' | 'certain';

/** Reads a part of a text; one at a time, and none while `matchText` is at work. */
export type Trial = Teller & {
  /** Nothing that could become a name or a phrase is begun. */
  rests(): boolean;
  /** The part is over: what stood in it. */
  end(): Standing;
  /** The services (by index) that stood in it, for certain or perhaps. */
  readonly named: readonly number[];
};

/** Texts are cut far below this; one that was not shall not hold its memory for ever. */
const keptLength = 1 << 16;

function sureness(hit: NameHit): number {
  if (hit.by === 'hashtag') return 3;
  if (hit.by === 'handle') return 2;
  return hit.ordinary ? 0 : 1;
}

/**
 * Makes the matcher of a list of services. The time a text takes does not grow with their number; memory grows with what
 * texts come upon, up to 40 bytes a letter of all distinct names and 16 MB. Rules: a name in a script with spaces is whole
 * words; in Hangul and katakana it starts a word; in Han, hiragana, Thai and the like it stands anywhere. A name also counts
 * as a hashtag without its spaces, a handle only where listed. The longest match wins.
 */
export function createMatcher(services: readonly Service[], keep: Keep = makeAnew): Matcher {
  const patterns = patternsOf(services, keep);
  const { table } = patterns;
  const automaton = createAutomaton(patterns);

  // A post that is looked at closely is asked for twice: whether it names anything, and what.
  let lastText = '';
  let lastHits: readonly NameHit[] = [];

  function matchText(text: string): NameHit[] {
    if (text === lastText) return [...lastHits];
    const hits = find(text);
    if (text.length <= keptLength) {
      lastText = text;
      lastHits = hits;
    }
    return [...hits];
  }

  // Where the text being read stands: its state, how many symbols that state may have seen, and what was found.
  let state = 0;
  let at = 0;
  let stretches: Found[][] = [];
  let stretch: Found[] | undefined;

  const sink: SymbolSink = {
    idle: true,
    take(cls, kind) {
      // A match stands or falls with the symbol behind it, so it is judged when the state is left.
      if (state !== 0 && (automaton.mask(state) >> (16 + kind)) & 1) collect(kind);
      state = automaton.step(state, cls);
      at++;
      // In the middle of a word nothing starts.
      sink.idle = state === 0;
      // At the root nothing that comes can overlap what was found.
      if (state === 0) stretch = undefined;
    },
  };

  function collect(kind: number): void {
    if (stretch === undefined) stretches.push((stretch = []));
    for (let s = state; s !== 0; s = automaton.failsTo(s)) {
      const ended = automaton.endAt(s);
      if (ended === undefined) continue;
      for (const use of ended.uses) {
        if ((use.endsBefore >> kind) & 1) stretch.push({ use, start: at - ended.length, end: at });
      }
    }
  }

  const teller = createTeller(table, sink);

  function begin(): void {
    state = at = 0;
    sink.idle = true;
    stretch = undefined;
    stretches = [];
    teller.begin();
  }

  const trial: { -readonly [K in keyof Trial]: Trial[K] } = {
    named: [],
    begin,
    tell: teller.tell,
    inWord: teller.inWord,
    rests: () => state === 0,
    end() {
      sink.take(classes.unknown, kinds.other);
      const named: number[] = [];
      let standing: Standing = 'none';
      for (const found of stretches) {
        for (const { use } of settle(found)) {
          if (use.by === 'exclude') continue;
          if (!named.includes(use.service)) named.push(use.service);
          if (!use.doubtful) standing = 'certain';
          else if (standing === 'none') standing = 'doubtful';
        }
      }
      trial.named = named;
      return standing;
    },
  };

  function find(text: string): NameHit[] {
    begin();
    symbolize(text, teller);
    sink.take(classes.unknown, kinds.other);
    if (stretches.length === 0) return [];
    const hits = new Map<number, NameHit>();
    for (const { use } of stretches.flatMap(settle)) {
      if (use.by === 'exclude') continue;
      const hit: NameHit = { service: use.service, by: use.by, name: use.name, ordinary: use.ordinary };
      const earlier = hits.get(use.service);
      if (earlier === undefined || sureness(hit) > sureness(earlier)) hits.set(use.service, hit);
    }
    return [...hits.values()];
  }

  return { matchText, trial, table, filter: buildWordFilter(services, patterns, keep) };
}
