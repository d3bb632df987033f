import { expect, test } from 'vitest';
import { serviceSchema } from '../shared/service.ts';
import { bitsOf, buildWordFilter, pairOf, spread, wordTurn, type Cells, type WordFilter } from './match-filter.ts';
import { patternsOf } from './match-patterns.ts';

function hashOf(filter: WordFilter, word: string): number {
  let hash = 0;
  for (const byte of new TextEncoder().encode(word)) hash = ((hash << wordTurn) | (hash >>> (32 - wordTurn))) ^ filter.letter[byte]!;
  return hash;
}

function holds({ cells, shift }: Cells, hash: number): boolean {
  const asked = bitsOf(hash);
  return (cells[Math.imul(hash, spread) >>> shift]! & asked) === asked;
}

const passes = (filter: WordFilter, word: string): boolean => holds(filter.first, hashOf(filter, word));

const filterOf = (names: readonly string[]): WordFilter => {
  const { patterns, table } = patternsOf(names.map((name, i) => serviceSchema.parse({ id: `s${i}`, name })));
  return buildWordFilter(patterns, table);
};

test('a word that begins a name always passes, in either case', () => {
  const names = Array.from({ length: 3_000 }, (_, i) => `${(i * 7_919).toString(36)}x y${i}`);
  const filter = filterOf(names);
  for (const name of names) {
    const first = name.split(' ')[0]!;
    expect([first, passes(filter, first), passes(filter, first.toUpperCase())]).toEqual([first, true, true]);
  }
});

test('of the words that begin no name, few pass', () => {
  const filter = filterOf(Array.from({ length: 3_000 }, (_, i) => `brand${(i * 7_919).toString(36)}`));
  const others = Array.from({ length: 20_000 }, (_, i) => `word${(i * 104_729).toString(36)}`);
  expect(others.filter((word) => passes(filter, word)).length).toBeLessThan(others.length / 50);
});

test('the first word of a name ends where its letters end', () => {
  const filter = filterOf(['AT&T', 'booking.com', 'Bank of America']);
  expect(['at', 'booking', 'bank'].map((word) => passes(filter, word))).toEqual([true, true, true]);
  expect(['att', 'com', 'of', 'america'].map((word) => passes(filter, word))).toEqual([false, false, false, false]);
});

test('a word after which only certain words make a name is known by the pair', () => {
  const filter = filterOf(['You Tube', 'Sky', 'Sky News', 'Old.School']);
  const standsAlone = (word: string): boolean => holds(filter.alone, hashOf(filter, word));
  const pair = (one: string, two: string): boolean => holds(filter.pairs, pairOf(hashOf(filter, one), hashOf(filter, two)));
  expect(['you', 'sky', 'old'].map(standsAlone)).toEqual([false, true, true]);
  expect([pair('You', 'TUBE'), pair('sky', 'news'), pair('you', 'news'), pair('tube', 'you')]).toEqual([true, true, false, false]);
});

test('a phrase that only excludes is no reason to look closer', () => {
  const { patterns, table } = patternsOf([serviceSchema.parse({ id: 'signal', name: 'Signal', exclude: ['the signal'] })]);
  const filter = buildWordFilter(patterns, table);
  expect(['signal', 'the'].map((word) => passes(filter, word))).toEqual([true, false]);
});
