// Patterns: what of a service's entry can be found in a text, as sequences of symbols, and what each one says when found.
// It decides which forms count (name, listed hashtag, name as hashtag, listed handle, exclude phrase), not where they are.
import { foldText } from '../shared/fold.ts';
import type { Service } from '../shared/service.ts';
import { formsOf } from './match-forms.ts';
import { classes, createSymbolTable, createTeller, kinds, symbolize, type SymbolTable } from './match-symbols.ts';
import { createTrie, type Trie } from './match-trie.ts';

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

/** One sequence of symbol classes, by its node in the trie and its length, with all that it means. */
export type Pattern = { readonly node: number; readonly length: number; readonly uses: readonly Use[] };

export type Patterns = { readonly list: readonly Pattern[]; readonly trie: Trie; readonly table: SymbolTable };

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

const oddSpaces = /\s\s|[^\S ]/;

function plain(text: string): string {
  const folded = foldText(text).trim();
  return oddSpaces.test(folded) ? folded.replace(/\s+/g, ' ') : folded;
}

/** All patterns of all services, each sequence once, and the symbols that they are written in. */
export function patternsOf(services: readonly Service[]): Patterns {
  const named = services.map((s) => [s.name, ...s.names].map(plain).map((name) => ({ name, forms: formsOf(name).map(plain) })));
  const others = services.map((s) => ({ hashtags: s.hashtags.map(plain), handles: s.handles.map(plain), exclude: s.exclude.map(plain) }));
  const table = createSymbolTable(
    services.flatMap((_, index) => {
      const { hashtags, handles, exclude } = others[index]!;
      return [...named[index]!.flatMap(({ name, forms }) => [name, ...forms]), ...hashtags, ...handles, ...exclude];
    }),
  );
  const trie = createTrie();
  // by node
  const listed = new Map<number, Found>();
  const derived = new Map<number, Found>();

  // the sequence at hand
  let sequence = new Uint16Array(256);
  let length = 0;
  let firstKind = 0;
  let lastKind = 0;
  let isKnown = true;
  const teller = createTeller(table, {
    idle: false,
    take(cls, kind) {
      if (length === 0) firstKind = kind;
      if (cls === classes.unknown) isKnown = false;
      if (length === sequence.length) {
        const longer = new Uint16Array(2 * length);
        longer.set(sequence);
        sequence = longer;
      }
      sequence[length++] = cls;
      if (kind !== kinds.continuation) lastKind = kind;
    },
  });
  /** Whether a text can be looked for; then it is the sequence at hand. */
  function reads(text: string): boolean {
    length = lastKind = 0;
    isKnown = true;
    symbolize(text, teller);
    // A mark belongs to the letter before it, so nothing can begin with one.
    return isKnown && length > 0 && firstKind !== kinds.continuation;
  }

  services.forEach((service, index) => {
    const ordinary = new Set(service.ordinary.map(plain));
    const doubtful = service.exclude.length > 0;

    function add(to: Map<number, Found>, text: string, by: Use['by'], name: string, endsBefore?: number): void {
      if (!reads(text)) return;
      const node = trie.add(sequence, length);
      let found = to.get(node);
      if (found === undefined) to.set(node, (found = { length, uses: [] }));
      if (found.uses.some((use) => use.service === index && use.by === by)) return;
      found.uses.push({
        service: index,
        by,
        name,
        ordinary: by === 'name' && ordinary.has(name),
        doubtful,
        endsBefore: endsBefore ?? nameEnd(lastKind),
      });
    }

    for (const { name, forms } of named[index]!) {
      add(listed, name, 'name', name);
      const tag = asTag(name, table);
      if (tag !== undefined) add(derived, `#${tag}`, 'hashtag', tag, tagEnd);
      // an ordinary word is one in all its forms
      if (!ordinary.has(name)) for (const form of forms) add(derived, form, 'name', form);
    }
    const { hashtags, handles, exclude } = others[index]!;
    for (const tag of hashtags) add(listed, tag, 'hashtag', tag.slice(1), tagEnd);
    for (const handle of handles) add(listed, handle, 'handle', handle.slice(1), notInsideWord);
    for (const phrase of exclude) add(listed, phrase, 'exclude', phrase);
  });

  const list = Array.from(listed, ([node, { length, uses }]): Pattern => ({ node, length, uses }));
  // What one service lists is not also guessed from another's name.
  for (const [node, { length, uses }] of derived) if (!listed.has(node)) list.push({ node, length, uses });
  return { list, trie, table };
}

type Found = { readonly length: number; readonly uses: Use[] };

/** 'bank of america' to 'bankofamerica'; undefined where a tag can't say the name ('disney+'). */
function asTag(name: string, table: SymbolTable): string | undefined {
  let tag = '';
  let kind: number = kinds.other;
  for (const point of name) {
    kind = table.lookup(point.codePointAt(0)!) & 7;
    if (kind === kinds.sigil || (tag === '' && isFiller(kind))) return undefined;
    if (!isFiller(kind)) tag += point;
  }
  return isFiller(kind) ? undefined : tag;
}
