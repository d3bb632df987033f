import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from '../shared/fold.ts';
import { readWords, wordsOfFolded } from './copies-words.ts';

test('words are hashed on the way as they would be once folded and parted', () => {
  const texts = ['Wörter, 2 and more!', 'zero\u200dwidth a\ufe0fb', '😀x👍🏽y\u{1F130}z', 'サーバー落ちた down ㍿ ½a', '\ud83d x \ud83dy', 'ไทย слово كلمة', '', '\u{20000}字'];
  for (const text of texts) expect(readWords(text)).toEqual(wordsOfFolded(foldText(text)));
  assert(
    property(string({ unit: 'binary', maxLength: 60 }), string({ maxLength: 60 }), (strange, plain) => {
      const text = `${strange} ${plain}`.replaceAll(/[@/]/g, ' ');
      expect(readWords(text)).toEqual(wordsOfFolded(foldText(text)));
    }),
  );
});

test('addresses and people are no words', () => {
  expect(readWords('RT @someone: down https://example.com/a @other')).toEqual(wordsOfFolded('down'));
});
