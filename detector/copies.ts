// Reposts and near-copies: what a report adds when others have said the same words, a long run of the same ones, or posted
// the same link. Owns the groups of one service's last hour; who wrote it, and whether it is a report, is decided before.
import { readWords, type Words } from './copies-words.ts';
import { hash53, mix } from './hash.ts';
import { createVocabulary, use, type Vocabulary } from './vocabulary.ts';

const hourMs = 3_600_000;
// Share of everybody else's recent posts that one wording may reach: people who know nothing of each other do write the
// same words, but not most of them the same.
const commonShare = 0.15;
const recentHalfLifeMs = 10 * 60_000;
// Words kept of a text; a repost cut at 140 characters still shows most of them.
const mostWords = 32;
// Below this many words equal texts are common, and only whole equality counts.
const fewWords = 5;
// A text of fewer may be anybody's.
const tellingWords = 6;
const alikeShort = 0.9;
const alikeLong = 0.8;
const longText = 8;
const bandCount = 6;
const mostGroups = 4_096;
// Who chooses their own words does not write eight in a row as another one did; campaigns change a part and keep the rest.
// Of each three such runs one is kept, so that ten words in common are always found. Source: winnowing, Schleimer 2003.
const runWords = 8;
const runWindow = 3;
const mostRuns = 24;
const mostLinks = 4;
const mostKeys = 32;

interface Group {
  id: number;
  /** Hashes of its words, sorted, without repeats. */
  words: number[];
  keys: number[];
  weight: number;
  /** The same, each post halved every ten minutes, as of `last`. */
  fading: number;
  /** Copies beyond what counts in full. */
  beyond: number;
  last: number;
}

export interface Copies {
  /** Undefined while there is no group. */
  groups: Map<number, Group> | undefined;
  /** Band key to the group that took it first. */
  index: Map<number, number> | undefined;
  nextId: number;
  /** Fading weight of all groups, as of `at` (ms). */
  total: number;
  at: number;
  /** Undefined until there is a word. */
  vocabulary: Vocabulary | undefined;
}

export function createCopies(): Copies {
  return { groups: undefined, index: undefined, nextId: 1, total: 0, at: 0, vocabulary: undefined };
}

/** As a snapshot has them: maps that are empty, not left out. */
export interface StoredCopies extends Omit<Copies, 'groups' | 'index' | 'vocabulary'> {
  readonly groups: Map<number, Group>;
  readonly index: Map<number, number>;
  readonly vocabulary?: Vocabulary | undefined;
}

export function storeCopies(copies: Copies): StoredCopies {
  return { ...copies, groups: copies.groups ?? new Map(), index: copies.index ?? new Map() };
}

/** The reverse of `storeCopies`. */
export function readCopies(stored: StoredCopies): Copies {
  return { ...createCopies(), ...stored, ...(stored.groups.size === 0 ? { groups: undefined, index: undefined } : {}) };
}

/** Hashes of a text's links, and of runs of its words: what copies keep that change the rest. */
export function marksOf(text: string): number[] {
  return marksIn(text, readWords(text).hashes);
}

/** `hashes` are those of the bare words, in their order. */
function marksIn(text: string, hashes: readonly number[]): number[] {
  const marks = new Set<number>();
  if (text.includes('://')) {
    for (const [link] of text.matchAll(/https?:\/\/[^\s<>"']+/gi)) {
      if (marks.size >= mostLinks) break;
      // what was cut off leads nowhere
      if (!/(…|\.\.\.)$/.test(link)) marks.add(hash53(link.replace(/[\p{P}\p{S}]+$/u, ''), 1));
    }
  }
  const runs: number[] = [];
  for (let i = 0; i + runWords <= hashes.length; i++) runs.push(runHash(hashes, i));
  for (let i = 0; i < runs.length && marks.size < mostRuns; i++) {
    let least = Infinity;
    for (let k = Math.max(0, Math.min(i, runs.length - runWindow)); k < Math.min(i + runWindow, runs.length); k++) least = Math.min(least, runs[k]!);
    marks.add(least);
  }
  return [...marks];
}

/** A 53-bit hash of the run of words that begins at `from`. */
function runHash(hashes: readonly number[], from: number): number {
  let a = 2;
  let b = 0x9dc5811c;
  for (let i = from; i < from + runWords; i++) {
    a = Math.imul(a ^ (hashes[i]! >>> 0), 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b ^ (hashes[i]! >>> 0), 0x85ebca6b);
    b = (b << 13) | (b >>> 19);
  }
  return (mix(a) & 0x1fffff) * 0x1_0000_0000 + mix(b ^ a);
}

/** What is compared: folded words without addresses, people, digits and signs; pairs of letters where no spaces part words. */
export function wordsOf(text: string): number[] {
  return wordsIn(readWords(text));
}

function wordsIn({ hashes, unspaced }: Words): number[] {
  const words: number[] = [];
  for (let at = 0; at < hashes.length && words.length < mostWords; at++) {
    const word = unspaced[at]!;
    if (word !== null) {
      for (let i = 0; i + 1 < word.length && words.length < mostWords; i++) insert(words, hash53(word.slice(i, i + 2)) >>> 0);
      if (word.length === 1) insert(words, hashes[at]! >>> 0);
    } else insert(words, hashes[at]! >>> 0);
  }
  return words;
}

/** Puts a number in its place among sorted ones, once. */
function insert(sorted: number[], value: number): void {
  let at = sorted.length;
  while (at > 0 && sorted[at - 1]! > value) at--;
  if (at > 0 && sorted[at - 1] === value) return;
  sorted.push(value);
  for (let i = sorted.length - 1; i > at; i--) sorted[i] = sorted[i - 1]!;
  sorted[at] = value;
}

export function isRepost(text: string, repostOf: string | undefined): boolean {
  return repostOf !== undefined || /^\s*RT\s+@/.test(text);
}

/** `factor` (0..1): what is left of the post's weight. `own`: somebody's own words, or such as many use at the time. */
export interface Said {
  readonly factor: number;
  readonly own: boolean;
  /** Whether the text is the first of its wording and brings a word that none has used lately; null where it is too short to tell. */
  readonly fresh: boolean | null;
}

interface Wording {
  readonly text: string;
  readonly words: number[];
  readonly hashes: readonly number[];
}

function readWording(text: string): Wording {
  const read = readWords(text);
  return { text, words: wordsIn(read), hashes: read.hashes };
}

/** What talk adds (0..1): 1 for a text that many would write just so; one that says more counts as a wording does. */
export function countTalk(copies: Copies, text: string, source: string, at: number, cap: number): number {
  if (text.length < 2 * longText) return 1;
  const wording = readWording(text);
  const distinctive = wording.words.length >= longText || (text.includes('://') && /https?:\/\//i.test(text));
  return distinctive ? count(copies, wording, undefined, source, at, cap).factor : 1;
}

/**
 * By how much a report's weight is taken, and its group grows. A repost is worth 1/2, 1/4, 1/8 ... of
 * a post; a further post of the same words counts in full while the wording stays below `cap` less one, or below
 * a small share of what all others say at the time, then halves likewise. So a group alone never exceeds `cap`.
 */
export function countWording(copies: Copies, text: string, repostOf: string | undefined, source: string, at: number, cap: number): Said {
  const wording = readWording(text);
  copies.vocabulary ??= createVocabulary(at);
  const news = use(copies.vocabulary, wording.words, at);
  const said = count(copies, wording, repostOf, source, at, cap);
  return { ...said, fresh: wording.words.length < tellingWords ? null : news > 0 && said.fresh };
}

function count(copies: Copies, { text, words, hashes }: Wording, repostOf: string | undefined, source: string, at: number, cap: number): Said & { fresh: boolean } {
  const repost = isRepost(text, repostOf);
  const marks = marksIn(text, hashes);
  if (repostOf !== undefined) marks.push(hash53(`${source}\n${repostOf}`));
  const bands = words.length === 0 ? [] : bandKeys(words);
  const known = find(copies, words, bands) ?? marked(copies, marks);
  const group = known ?? open(copies, words, bands, at);
  mark(copies, group, marks);
  // what was pushed to takes half as much again, and most groups are of one post
  if (known === undefined) group.keys = group.keys.slice();
  const now = Math.max(at, copies.at);
  copies.total *= fade(now - copies.at);
  copies.at = now;
  group.fading *= fade(Math.max(0, now - group.last));
  group.last = Math.max(group.last, now);
  let factor = 1;
  let own = true;
  if (known !== undefined || repost) {
    own = !repost && group.fading + 1 <= commonShare * (copies.total - group.fading);
    if (!own && (repost || group.weight + 1 > cap - 1)) {
      group.beyond += 1;
      factor = Math.floor(64 * 2 ** -group.beyond) / 64;
    }
  }
  group.weight += factor;
  group.fading += factor;
  copies.total += factor;
  return { factor, own, fresh: known === undefined && !repost };
}

function fade(ms: number): number {
  return 2 ** (-ms / recentHalfLifeMs);
}

/** Forgets groups that were last added to more than an hour before `at`. */
export function expireCopies(copies: Copies, at: number): void {
  const { groups, index } = copies;
  if (groups === undefined || index === undefined) return;
  groups.forEach((group, id) => {
    if (group.last >= at - hourMs && groups.size <= mostGroups) return;
    groups.delete(id);
    for (const key of group.keys) if (index.get(key) === id) index.delete(key);
  });
  if (groups.size > 0) return;
  copies.groups = undefined;
  copies.index = undefined;
}

function open(copies: Copies, words: number[], bands: number[], at: number): Group {
  const id = copies.nextId++;
  const group: Group = { id, words: words.slice(), keys: [], weight: 0, fading: 0, beyond: 0, last: at };
  (copies.groups ??= new Map()).set(id, group);
  mark(copies, group, bands);
  return group;
}

/** From here on a text with one of these keys, if no other group has it, belongs to this one. */
function mark(copies: Copies, group: Group, keys: readonly number[]): void {
  const index = (copies.index ??= new Map());
  for (const key of keys) {
    if (group.keys.length >= mostKeys) return;
    if (index.has(key)) continue;
    group.keys.push(key);
    index.set(key, group.id);
  }
}

function find(copies: Copies, words: readonly number[], bands: readonly number[]): Group | undefined {
  for (const key of bands) {
    const group = groupOf(copies, key);
    if (group !== undefined && alike(words, group.words)) return group;
  }
  return undefined;
}

function marked(copies: Copies, marks: readonly number[]): Group | undefined {
  for (const key of marks) {
    const group = groupOf(copies, key);
    if (group !== undefined) return group;
  }
  return undefined;
}

function groupOf(copies: Copies, key: number): Group | undefined {
  const id = copies.index?.get(key);
  return id === undefined ? undefined : copies.groups!.get(id);
}

function alike(a: readonly number[], b: readonly number[]): boolean {
  let common = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      common++;
      i++;
      j++;
    } else if (a[i]! < b[j]!) i++;
    else j++;
  }
  const fewest = Math.min(a.length, b.length);
  if (fewest < fewWords) return common === a.length && common === b.length;
  return (2 * common) / (a.length + b.length) >= (fewest >= longText ? alikeLong : alikeShort);
}

// Min-hash over the words, two at a time: texts that share 80 % of their words meet in one of six bands nine times in
// ten. Source: Broder 1997; Leskovec et al., Mining of Massive Datasets, ch. 3.
function bandKeys(words: readonly number[]): number[] {
  const keys: number[] = [];
  for (let band = 0; band < bandCount; band++) {
    const one = 0x9e3779b9 * (2 * band + 1);
    const two = 0x9e3779b9 * (2 * band + 2);
    let first = 0xffffffff;
    let second = 0xffffffff;
    for (const word of words) {
      const a = mix(word ^ one);
      const b = mix(word ^ two);
      if (a < first) first = a;
      if (b < second) second = b;
    }
    keys.push(band * 0x1_0000_0000_0000 + (first & 0xffffff) * 0x100_0000 + (second & 0xffffff));
  }
  return keys;
}
