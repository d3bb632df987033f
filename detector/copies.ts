// Reposts and near-copies: what a report adds when others have said the same words. Owns the groups of one service's
// last hour; who wrote it, and whether it is a report, is decided before.
import { foldText } from '../shared/fold.ts';
import { hash53, mix } from './hash.ts';

const hourMs = 3_600_000;
// Share of everybody else's recent weight that one wording may reach: people who know nothing of each other do write the
// same words, but not most of them the same.
const commonShare = 0.15;
const recentHalfLifeMs = 10 * 60_000;
// Words kept of a text; a repost cut at 140 characters still shows most of them.
const mostWords = 32;
// Below this many words equal texts are common, and only whole equality counts.
const fewWords = 5;
const alikeShort = 0.9;
const alikeLong = 0.8;
const longText = 8;
const bands = 6;
const mostGroups = 4_096;

interface Group {
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
  groups: Map<number, Group>;
  /** Band key to the group that took it first. */
  index: Map<number, number>;
  nextId: number;
  /** Fading weight of all groups, as of `at` (ms). */
  total: number;
  at: number;
}

export function createCopies(): Copies {
  return { groups: new Map(), index: new Map(), nextId: 1, total: 0, at: 0 };
}

/** What is compared: folded words without addresses, people, digits and signs; pairs of letters where no spaces part words. */
export function wordsOf(text: string): number[] {
  const bare = foldText(text.slice(0, 1_000).replace(/https?:\/\/\S*|^\s*RT\s+@\w+:?|@[\w.-]+/gi, ' '));
  const words = new Set<number>();
  for (const [word] of bare.matchAll(/[\p{L}]+/gu)) {
    if (words.size >= mostWords) break;
    if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word)) {
      for (let i = 0; i + 1 < word.length && words.size < mostWords; i++) words.add(hash53(word.slice(i, i + 2)) >>> 0);
      if (word.length === 1) words.add(hash53(word) >>> 0);
    } else words.add(hash53(word) >>> 0);
  }
  return [...words].sort((a, b) => a - b);
}

export function isRepost(text: string, repostOf: string | undefined): boolean {
  return repostOf !== undefined || /^\s*RT\s+@/.test(text);
}

/**
 * The factor (0..1) by which a report's weight is taken, and its group grows. A repost is worth 1/2, 1/4, 1/8 ... of
 * a post; a further post of the same words counts in full while the wording stays below `cap` less one, or below
 * a small share of what all others say at the time, then halves likewise. So a group alone never exceeds `cap`.
 */
export function copyFactor(copies: Copies, text: string, repostOf: string | undefined, source: string, at: number, weight: number, cap: number): number {
  const words = wordsOf(text);
  const repost = isRepost(text, repostOf);
  let id = words.length === 0 ? undefined : find(copies, words);
  const origin = repostOf === undefined ? undefined : hash53(`${source}\n${repostOf}`);
  if (id === undefined && origin !== undefined) id = copies.index.get(origin);
  const known = id === undefined ? undefined : copies.groups.get(id);
  const group = known ?? open(copies, words, origin, at);
  const now = Math.max(at, copies.at);
  copies.total *= fade(now - copies.at);
  copies.at = now;
  group.fading *= fade(Math.max(0, now - group.last));
  group.last = Math.max(group.last, now);
  let factor = 1;
  if (known !== undefined || repost) {
    const room = group.weight + weight <= cap - 1 || group.fading + weight <= commonShare * (copies.total - group.fading);
    if (repost || !room) {
      group.beyond += 1;
      factor = Math.floor(64 * 2 ** -group.beyond) / 64;
    }
  }
  group.weight += weight * factor;
  group.fading += weight * factor;
  copies.total += weight * factor;
  return factor;
}

function fade(ms: number): number {
  return 2 ** (-ms / recentHalfLifeMs);
}

/** Forgets groups that were last added to more than an hour before `at`. */
export function expireCopies(copies: Copies, at: number): void {
  for (const [id, group] of copies.groups) {
    if (group.last < at - hourMs || copies.groups.size > mostGroups) drop(copies, id, group);
  }
}

function open(copies: Copies, words: number[], origin: number | undefined, at: number): Group {
  const id = copies.nextId++;
  const keys = words.length === 0 ? [] : bandKeys(words);
  if (origin !== undefined) keys.push(origin);
  const group: Group = { words, keys, weight: 0, fading: 0, beyond: 0, last: at };
  copies.groups.set(id, group);
  for (const key of keys) if (!copies.index.has(key)) copies.index.set(key, id);
  return group;
}

function drop(copies: Copies, id: number, group: Group): void {
  copies.groups.delete(id);
  for (const key of group.keys) if (copies.index.get(key) === id) copies.index.delete(key);
}

function find(copies: Copies, words: number[]): number | undefined {
  for (const key of bandKeys(words)) {
    const id = copies.index.get(key);
    const group = id === undefined ? undefined : copies.groups.get(id);
    if (group !== undefined && alike(words, group.words)) return id;
  }
  return undefined;
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
  for (let band = 0; band < bands; band++) {
    let first = 0xffffffff;
    let second = 0xffffffff;
    for (const word of words) {
      first = Math.min(first, mix(word ^ (0x9e3779b9 * (2 * band + 1))));
      second = Math.min(second, mix(word ^ (0x9e3779b9 * (2 * band + 2))));
    }
    keys.push(band * 0x1_0000_0000_0000 + (first & 0xffffff) * 0x100_0000 + (second & 0xffffff));
  }
  return keys;
}
