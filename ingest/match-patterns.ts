// Patterns: what of a service's entry can be found in a text, as sequences of symbols, and what each one says when found.
// It decides which forms count (name, listed hashtag, name as hashtag, listed handle, exclude phrase), not where they are.
import { foldText } from '../shared/fold.ts';
import { type Keep, makeAnew } from '../shared/keep.ts';
import type { Service } from '../shared/service.ts';
import { formsOf } from './match-forms.ts';
import { classes, createSymbolTable, createTeller, kinds, rankPoints, symbolize, type SymbolTable } from './match-symbols.ts';

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

/** What can be found: a sequence of symbol classes for each way in which a service can be written, some of them the same. */
export type Patterns = {
  readonly table: SymbolTable;
  readonly count: number;
  /** The sequences one behind the other, that of pattern i from starts[i] to starts[i + 1]. No class in them is `unknown`. */
  readonly sequences: Uint16Array;
  readonly starts: Int32Array;
  isExclude(pattern: number): boolean;
  /** What patterns of one sequence mean together. */
  usesOf(patterns: Int32Array): Use[];
};

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

/** The ways in which a service can be written: those that its entry lists, and behind them those guessed from a name. */
const ways = { name: 0, hashtag: 1, handle: 2, exclude: 3, form: 4, tag: 5 } as const;
const byWay = ['name', 'hashtag', 'handle', 'exclude', 'name', 'hashtag'] as const;

const isOrdinary = (service: Service, name: string): boolean => service.ordinary.some((one) => plain(one) === name);

/** All patterns as plain data, which can be kept. */
type Listing = Pick<Patterns, 'count' | 'sequences' | 'starts'> & {
  /** the code points that names are written in, by class */
  readonly points: readonly string[];
  /** of each pattern; the text of a tag is the name that it was guessed from */
  readonly texts: readonly string[];
  readonly owners: Int32Array;
  readonly wayOf: Uint8Array;
};

function listPatterns(services: readonly Service[]): Listing {
  // of each pattern; the text of a tag is the name that it was guessed from
  const texts: string[] = [];
  const owners: number[] = [];
  const wayOf: number[] = [];
  const list = (service: number, way: number, text: string): void => {
    texts.push(text);
    owners.push(service);
    wayOf.push(way);
  };
  services.forEach((service, index) => {
    for (let n = -1; n < service.names.length; n++) {
      const name = plain(n < 0 ? service.name : service.names[n]!);
      list(index, ways.name, name);
      list(index, ways.tag, name);
      const forms = formsOf(name);
      // an ordinary word is one in all its forms
      if (forms.length > 0 && !isOrdinary(service, name)) for (const form of forms) list(index, ways.form, plain(form));
    }
    for (const tag of service.hashtags) list(index, ways.hashtag, plain(tag));
    for (const handle of service.handles) list(index, ways.handle, plain(handle));
    for (const phrase of service.exclude) list(index, ways.exclude, plain(phrase));
  });
  const points = rankPoints(texts.filter((_, i) => wayOf[i] !== ways.tag));
  const table = createSymbolTable(points);

  let sequences = new Uint16Array(1 << 12);
  let end = 0;
  const teller = createTeller(table, {
    idle: false,
    take(cls) {
      if (end === sequences.length) {
        const longer = new Uint16Array(2 * end);
        longer.set(sequences);
        sequences = longer;
      }
      sequences[end++] = cls;
    },
  });
  const starts = new Int32Array(texts.length + 1);
  let count = 0;
  for (let i = 0; i < texts.length; i++) {
    const text = wayOf[i] === ways.tag ? asTag(texts[i]!, table) : texts[i];
    const start = starts[count]!;
    end = start;
    if (text !== undefined) symbolize(wayOf[i] === ways.tag ? `#${text}` : text, teller);
    // A mark belongs to the letter before it, so nothing can begin with one.
    if (end === start || (table.symbolOf[sequences[start]!]! & 7) === kinds.continuation || isUnknown(sequences, start, end)) continue;
    texts[count] = texts[i]!;
    owners[count] = owners[i]!;
    wayOf[count] = wayOf[i]!;
    starts[++count] = end;
  }
  return {
    points, count, sequences: sequences.slice(0, end), starts: starts.slice(0, count + 1),
    texts: texts.slice(0, count), owners: Int32Array.from(owners.slice(0, count)), wayOf: Uint8Array.from(wayOf.slice(0, count)),
  };
}

/** All patterns of all services, and the symbols that they are written in. */
export function patternsOf(services: readonly Service[], keep: Keep = makeAnew): Patterns {
  const { points, count, sequences, starts, texts, owners, wayOf } = keep('patterns', [services], () => listPatterns(services));
  const table = createSymbolTable(points);

  function endsBefore(pattern: number): number {
    const way = wayOf[pattern];
    if (way === ways.hashtag || way === ways.tag) return tagEnd;
    if (way === ways.handle) return notInsideWord;
    let last = starts[pattern + 1]! - 1;
    while ((table.symbolOf[sequences[last]!]! & 7) === kinds.continuation) last--;
    return nameEnd(table.symbolOf[sequences[last]!]! & 7);
  }

  function usesOf(patterns: Int32Array): Use[] {
    const uses: Use[] = [];
    // What one service lists is not also guessed from another's name.
    const isListed = patterns.some((one) => wayOf[one]! <= ways.exclude);
    for (const one of patterns) {
      const service = owners[one]!;
      const way = wayOf[one]!;
      const by = byWay[way]!;
      if ((isListed && way > ways.exclude) || uses.some((use) => use.service === service && use.by === by)) continue;
      const text = texts[one]!;
      const name = way === ways.tag ? asTag(text, table)! : way === ways.hashtag || way === ways.handle ? text.slice(1) : text;
      uses.push({ service, by, name, ordinary: by === 'name' && isOrdinary(services[service]!, name), doubtful: services[service]!.exclude.length > 0, endsBefore: endsBefore(one) });
    }
    return uses;
  }

  return { table, count, sequences, starts, isExclude: (one) => wayOf[one] === ways.exclude, usesOf };
}

function isUnknown(sequences: Uint16Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (sequences[i] === classes.unknown) return true;
  return false;
}

/** 'bank of america' to 'bankofamerica'; undefined where a tag can't say the name ('disney+'). */
function asTag(name: string, table: SymbolTable): string | undefined {
  let hasFillers = false;
  let kind: number = kinds.other;
  for (let i = 0; i < name.length; i++) {
    const point = name.codePointAt(i)!;
    kind = table.lookup(point) & 7;
    if (kind === kinds.sigil || (i === 0 && isFiller(kind))) return undefined;
    if (isFiller(kind)) hasFillers = true;
    if (point > 0xffff) i++;
  }
  if (isFiller(kind)) return undefined;
  return hasFillers ? Array.from(name).filter((point) => !isFiller(table.lookup(point.codePointAt(0)!) & 7)).join('') : name;
}
