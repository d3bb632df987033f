// A name that is an ordinary word: written as a name, or not.
import { expect, test } from 'vitest';
import { isProper } from './judge-proper.ts';

test('a capital where the sentence goes on in small letters makes a name', () => {
  expect(isProper('Third coffee while Teams decides', 'teams')).toBe(true);
  expect(isProper('"reconnecting" says Teams', 'teams')).toBe(true);
  expect(isProper('EE, 40 minutes without a bar', 'ee')).toBe(true);
});

test('a capital says nothing where every word has one, or where a sentence begins', () => {
  expect(isProper('Teams that train hard win', 'teams')).toBe(false);
  expect(isProper('We lost. Teams like that win', 'teams')).toBe(false);
  expect(isProper('Two Big Teams Meet', 'teams')).toBe(false);
  expect(isProper('WHY ARE TEAMS DOWN', 'teams')).toBe(false);
  expect(isProper('both teams are down', 'teams')).toBe(false);
});

test('part of a word is no name, and letters that grow when they are made small shift none', () => {
  expect(isProper('while Teamster boats leave', 'teams')).toBe(false);
  expect(isProper('İİ while Teams decides', 'teams')).toBe(false);
  expect(isProper('', 'teams')).toBe(false);
});
