import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from '../shared/fold.ts';
import { createHeadlineReader } from './judge-headline.ts';
import { createLetters } from './judge-letters.ts';
import { createWordMemo } from './judge-words.ts';

test('a text is folded unit by unit to what everybody else folds it to', () => {
  const letters = createLetters();
  const folded = (text: string): string => {
    const length = letters.fold(text, false);
    return String.fromCharCode(...letters.units().subarray(0, length));
  };
  for (const text of ['WhatsApp İstanbul ǅ ﬁ ½ ㍿', '\ud83d', 'か\u3099\u200d', '𝐃𝐎𝐖𝐍 ﷺ'.repeat(500)]) expect(folded(text)).toBe(foldText(text));
  assert(property(string({ unit: 'binary', maxLength: 200 }), (text) => folded(text) === foldText(text)));
});

test('a stranger cannot write the marks that stand for names', () => {
  const letters = createLetters();
  expect(letters.fold('a\uE000b\uE002', true)).toBe(4);
  expect(String.fromCharCode(...letters.units().subarray(0, 4))).toBe('a b ');
});

test('most of the longer words of a headline open with a capital and go on without', () => {
  const { isHeadline } = createHeadlineReader();
  expect(isHeadline('Thousands Report Acme Problems Across Europe')).toBe(true);
  expect(isHeadline('Тысячи Людей Пишут Жалобы')).toBe(true);
  expect(isHeadline('thousands of us report that Acme has problems')).toBe(false);
  expect(isHeadline('ACME DOWN AGAIN TODAY FOLKS')).toBe(false);
  expect(isHeadline('#Thousands @Report #Acme #Problems')).toBe(false);
  expect(isHeadline('One Two Six Ten 😀 New')).toBe(false);
});

test('a word keeps its class, however many come between', () => {
  const memo = createWordMemo();
  const read = (word: string): number => word.length * 7 + word.charCodeAt(0);
  for (let i = 0; i < 50_000; i++) {
    const text = `x${i % 25_000} ${'y'.repeat(i % 60)}z`;
    const cut = text.indexOf(' ');
    expect(memo.classOf(text, 0, cut, read)).toBe(read(text.slice(0, cut)));
    expect(memo.classOf(text, cut + 1, text.length, read)).toBe(read(text.slice(cut + 1)));
  }
});
