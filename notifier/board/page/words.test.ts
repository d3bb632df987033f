import { expect, test } from 'vitest';
import { symptoms } from '../../../shared/report.ts';
import { incidentChangeSchema, incidentStateSchema } from '../../../shared/incident.ts';
import { officialStateSchema } from '../../../shared/observation.ts';
import { sourceStateSchema } from '../../../shared/frame.ts';
import { createTelling } from './telling.ts';
import { say, wordsFor, type Words } from './words.ts';

const both: readonly Words[] = [wordsFor('en-GB'), wordsFor('de-AT')];

test('every symptom, state and change has a word in both languages', () => {
  for (const words of both) {
    expect(Object.keys(words.symptomNames)).toEqual(expect.arrayContaining([...symptoms]));
    expect(Object.keys(words.standings)).toEqual(expect.arrayContaining(incidentStateSchema.options));
    expect(Object.keys(words.changes)).toEqual(expect.arrayContaining(incidentChangeSchema.options));
    expect(Object.keys(words.officialStates)).toEqual(expect.arrayContaining(officialStateSchema.options));
    expect(Object.keys(words.sourceStates)).toEqual(expect.arrayContaining(sourceStateSchema.options));
  }
});

test('both languages fill the same places in each sentence', () => {
  const places = (text: string): string[] => (text.match(/\{\d\}/g) ?? []).toSorted();
  const [english, german] = both as [Words, Words];
  for (const key of Object.keys(english) as (keyof Words)[]) {
    const [a, b] = [english[key], german[key]];
    if (typeof a === 'string' && typeof b === 'string') expect(places(b), key).toEqual(places(a));
  }
});

test('a value that looks like a place in the sentence stays as it is', () => {
  expect(say('{0} and {1}', '{1}', 'b')).toBe('{1} and b');
});

test('numbers and durations read as people write them', () => {
  const english = createTelling('en-GB');
  expect([0, 0.25, 4.21, 1_012].map(english.amount)).toEqual(['0', '0.25', '4.2', '1,012']);
  expect([12_000, 900_000, 3_600_000, 5_000_000, 200_000_000].map(english.duration)).toEqual(['12 s', '15 min', '1 h', '1 h 23 min', '2 d 7 h']);
  expect(createTelling('de').amount(1_012)).toBe('1.012');
});

test('languages and places that nobody knows are shown as they came', () => {
  const { languageName, placeName } = createTelling('en');
  expect(languageName('de')).toBe('German');
  expect(languageName('not a language')).toBe('not a language');
  expect(placeName('unknown')).toBe('unknown');
});
