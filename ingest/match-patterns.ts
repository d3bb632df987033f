// Patterns: what of a service's entry can be found in a text, as sequences of symbols, and what each one says when found.
// It decides which forms count (name, listed hashtag, name as hashtag, listed handle, exclude phrase), not where they are.
import { foldText } from '../shared/fold.ts';
import type { Service } from '../shared/service.ts';
import { formsOf } from './match-forms.ts';
import { classes, createSymbolTable, createTeller, kindBits, kinds, symbolize, type SymbolTable } from './match-symbols.ts';

/** What a found pattern means for one service. */
export type Use = {
  /** index in the list of services */
  readonly service: number;
  readonly by: 'name' | 'hashtag' | 'handle' | 'exclude';
  /** folded, without # or @ */
  readonly name: string;
  readonly ordinary: boolean;
  /** the service has exclude phrases, so a hit alone does not say that it is named */
  readonly doubtful: boolean;
  /** bit k: the match stands where a symbol of kind k comes next (the end of the text is `other`) */
  readonly endsBefore: number;
};

/** One sequence of symbol classes, with all that it means. `key` holds the classes as UTF-16 units. */
export type Pattern = { readonly key: string; readonly uses: readonly Use[] };

const anything = 0xff;
const notInsideSyllable = anything & ~(1 << kinds.continuation);
const notInsideWord = notInsideSyllable & ~(1 << kinds.word);
const tagEnd = (1 << kinds.other) | (1 << kinds.space);

// A particle may follow a name in Hangul or katakana at once, so only its start needs to be the start of a word.
function nameEnd(lastKind: number): number {
  if (lastKind === kinds.word) return notInsideWord;
  return lastKind === kinds.hangul || lastKind === kinds.katakana || lastKind === kinds.free ? notInsideSyllable : anything;
}

const isFiller = (kind: number): boolean => kind === kinds.other || kind === kinds.space;

type Sequence = { readonly key: string; readonly lastKind: number };

function sequenceOf(text: string, table: SymbolTable): Sequence | undefined {
  const symbols: number[] = [];
  symbolize(text, createTeller(table, { idle: false, take: (cls, kind) => symbols.push((cls << kindBits) | kind) }));
  if (symbols.length === 0 || symbols.some((symbol) => symbol >> kindBits === classes.unknown)) return undefined;
  // A mark belongs to the letter before it, so nothing can begin with one.
  if ((symbols[0]! & 7) === kinds.continuation) return undefined;
  const solid = symbols.filter((symbol) => (symbol & 7) !== kinds.continuation);
  return {
    key: String.fromCharCode(...symbols.map((symbol) => symbol >> kindBits)),
    lastKind: (solid.at(-1) ?? 0) & 7,
  };
}

/** 'bank of america' to 'bankofamerica'; undefined where a tag can't say the name ('disney+'). */
function asTag(name: string, table: SymbolTable): string | undefined {
  const points = [...name];
  const kindOf = (point: string): number => table.lookup(point.codePointAt(0)!) & 7;
  if (points.length === 0 || isFiller(kindOf(points[0]!)) || isFiller(kindOf(points.at(-1)!))) return undefined;
  const kept = points.filter((point) => !isFiller(kindOf(point)));
  return kept.some((point) => kindOf(point) === kinds.sigil) ? undefined : kept.join('');
}

const plain = (text: string): string => foldText(text).trim().replace(/\s+/g, ' ');

/** All patterns of all services, each sequence once, sorted by key, and the symbols that they are written in. */
export function patternsOf(services: readonly Service[]): { patterns: Pattern[]; table: SymbolTable } {
  const named = services.map((s) => [s.name, ...s.names].map(plain).map((name) => ({ name, forms: formsOf(name).map(plain) })));
  const table = createSymbolTable(
    services.flatMap((s, index) => [...named[index]!.flatMap(({ name, forms }) => [name, ...forms]), ...[...s.hashtags, ...s.handles, ...s.exclude].map(plain)]),
  );
  const listed = new Map<string, Use[]>();
  const derived = new Map<string, Use[]>();

  services.forEach((service, index) => {
    const ordinary = new Set(service.ordinary.map(plain));
    const doubtful = service.exclude.length > 0;

    function add(to: Map<string, Use[]>, text: string, by: Use['by'], name: string, endsBefore?: number): void {
      const sequence = sequenceOf(text, table);
      if (sequence === undefined) return;
      const uses = to.get(sequence.key) ?? [];
      to.set(sequence.key, uses);
      if (uses.some((use) => use.service === index && use.by === by)) return;
      uses.push({
        service: index,
        by,
        name,
        ordinary: by === 'name' && ordinary.has(name),
        doubtful,
        endsBefore: endsBefore ?? nameEnd(sequence.lastKind),
      });
    }

    for (const { name, forms } of named[index]!) {
      add(listed, name, 'name', name);
      const tag = asTag(name, table);
      if (tag !== undefined) add(derived, `#${tag}`, 'hashtag', tag, tagEnd);
      // an ordinary word is one in all its forms
      if (!ordinary.has(name)) for (const form of forms) add(derived, form, 'name', form);
    }
    for (const tag of service.hashtags.map(plain)) add(listed, tag, 'hashtag', tag.slice(1), tagEnd);
    for (const handle of service.handles.map(plain)) add(listed, handle, 'handle', handle.slice(1), notInsideWord);
    for (const phrase of service.exclude.map(plain)) add(listed, phrase, 'exclude', phrase);
  });

  // What one service lists is not also guessed from another's name.
  for (const [key, uses] of derived) if (!listed.has(key)) listed.set(key, uses);
  const patterns = [...listed].map(([key, uses]): Pattern => ({ key, uses }));
  return { patterns: patterns.sort((a, b) => (a.key < b.key ? -1 : 1)), table };
}
