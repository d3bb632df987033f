// The matcher: which services a text names. One automaton finds all names, hashtags and handles of all services in one
// pass; this page shows the chain. It does not judge whether an ordinary word means the service: it only says that it is one.
import type { Service } from '../shared/service.ts';
import { buildAutomaton, step, type Automaton } from './match-automaton.ts';
import { buildWordFilter, type WordFilter } from './match-filter.ts';
import { settle, type Found } from './match-overlap.ts';
import { patternsOf } from './match-patterns.ts';
import { kindBits, kinds, symbolize, type SymbolTable } from './match-symbols.ts';

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
  /** What the line scanner runs on the bytes themselves. */
  readonly automaton: Automaton;
  readonly table: SymbolTable;
  readonly filter: WordFilter;
};

/** Texts are cut far below this; one that was not shall not hold its memory for ever. */
const keptSymbols = 1 << 16;

function sureness(hit: NameHit): number {
  if (hit.by === 'hashtag') return 3;
  if (hit.by === 'handle') return 2;
  return hit.ordinary ? 0 : 1;
}

/**
 * Makes the matcher of a list of services. The time a text takes does not grow with their number; memory is about 40
 * bytes a letter of all distinct names. Rules: a name in a script with spaces is whole words; in Hangul and katakana it
 * starts a word; in Han, hiragana, Thai and the like it stands anywhere. A name also counts as a hashtag without its
 * spaces, a handle only where listed. The longest match wins.
 */
export function createMatcher(services: readonly Service[]): Matcher {
  const { patterns, table } = patternsOf(services);
  const automaton = buildAutomaton(patterns, table.classCount);
  const { cells, ends } = automaton;

  // Room for the symbols of one text, kept from text to text.
  let symbols: number[] = [];
  // A post that is looked at closely is asked for twice: whether it names anything, and what.
  let lastText = '';
  let lastHits: readonly NameHit[] = [];

  function matchText(text: string): NameHit[] {
    if (text === lastText) return [...lastHits];
    const hits = find(text);
    if (text.length <= keptSymbols) {
      lastText = text;
      lastHits = hits;
    }
    return [...hits];
  }

  function find(text: string): NameHit[] {
    const count = symbolize(text, table, symbols);
    const hits = new Map<number, NameHit>();
    let stretch: Found[] = [];

    function close(): void {
      if (stretch.length === 0) return;
      for (const { use } of settle(stretch)) {
        if (use.by === 'exclude') continue;
        const hit: NameHit = { service: use.service, by: use.by, name: use.name, ordinary: use.ordinary };
        const earlier = hits.get(use.service);
        if (earlier === undefined || sureness(hit) > sureness(earlier)) hits.set(use.service, hit);
      }
      stretch = [];
    }

    function collect(state: number, end: number, kind: number): void {
      for (let s = state; s !== 0; s = cells[s + 2]!) {
        const pattern = patterns[ends[s >> 2]! - 1];
        for (const use of pattern?.uses ?? []) {
          if ((use.endsBefore >> kind) & 1) stretch.push({ use, start: end - pattern!.key.length, end });
        }
      }
    }

    let s = 0;
    for (let i = 0; i <= count; i++) {
      const symbol = i < count ? symbols[i]! : kinds.other;
      const kind = symbol & 7;
      // A match stands or falls with the symbol behind it, so it is judged when the state is left.
      if ((cells[s + 3]! >> (16 + kind)) & 1) collect(s, i, kind);
      s = step(cells, s, symbol >> kindBits);
      // At the root nothing that comes can overlap what was found.
      if (s === 0 && stretch.length > 0) close();
    }
    close();
    if (symbols.length > keptSymbols) symbols = [];
    return [...hits.values()];
  }

  return { matchText, automaton, table, filter: buildWordFilter(patterns, table) };
}
