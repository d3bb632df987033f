import { expect, test } from 'vitest';

import { createChance } from './chance.ts';
import { languages, readLibrary } from './library.ts';
import { lineKinds, parsePhrasebook, type LineKind } from './phrasebook.ts';
import { write } from './wording.ts';

const library = readLibrary();
const occasion = { service: 'Lantern', ts: Date.UTC(2017, 4, 3, 20), lastedMinutes: 30 };
const outageKinds: LineKind[] = ['complaint', 'echo', 'blame', 'praise', 'silence'];

const book = (lines: string): string => `
lang: xx
everydayShare: 1
outageShare: 1
countries: { DE: 1 }
clock: [0]
stops: ['.']
slots: { tag: '#down', place: here | there, whole: 'all of {place}', loop: '{loop}' }
${lines}`;

test('every language can tell the outage in many ways: English in 40, the big four in 20, all others in 12', () => {
  for (const lang of languages) {
    const ways = outageKinds.reduce((sum, kind) => sum + (library.books.get(lang)?.lines[kind].length ?? 0), 0);
    expect(ways, lang).toBeGreaterThanOrEqual(lang === 'en' ? 40 : ['es', 'pt', 'de', 'id'].includes(lang) ? 20 : 12);
  }
});

test('whatever a book says, no brace is left over and nothing is empty', () => {
  const chance = createChance('braces');
  for (const phrasebook of library.books.values()) {
    for (const kind of lineKinds) {
      if (phrasebook.lines[kind].length === 0) continue;
      for (let i = 0; i < 150; i++) {
        const text = write(phrasebook, kind, chance, occasion);
        expect(text, `${phrasebook.lang} ${kind}`).toMatch(/\S/);
        expect(text, `${phrasebook.lang} ${kind}`).not.toMatch(/[{}|]|undefined|\s{2}/);
      }
    }
  }
});

test('a sentence about a service names it', () => {
  const chance = createChance('names');
  for (const phrasebook of library.books.values()) {
    for (const kind of ['chatter', 'trouble', 'login', 'surge', 'memory'] as const) {
      for (let i = 0; i < 50; i++) expect(write(phrasebook, kind, chance, occasion).toLowerCase()).toContain('lantern');
    }
  }
});

test('slots, facts and choices within choices are filled', () => {
  const parsed = parsePhrasebook(book('headline: "{s} {is {down|dead} in {whole}|fails}"'));
  const chance = createChance(1);
  const seen = new Set(Array.from({ length: 200 }, () => write(parsed, 'headline', chance, occasion)));
  expect([...seen].sort()).toEqual([
    'Lantern fails',
    'Lantern is dead in all of here',
    'Lantern is dead in all of there',
    'Lantern is down in all of here',
    'Lantern is down in all of there',
  ]);
});

test('a mistake in a book says where it is', () => {
  expect(() => parsePhrasebook(book('headline: "{s} is {nowhere}"'))).toThrow('xx: slot {nowhere}');
  expect(() => parsePhrasebook(book('headline: "{loop}"'))).toThrow('{loop}');
  expect(() => parsePhrasebook(book('headline: "{s is down"'))).toThrow('left open');
  expect(() => parsePhrasebook(book('headlines: "{s}"'))).toThrow('headlines');
});
