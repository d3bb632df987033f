import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from '../shared/fold.ts';
import { createHeadlineReader, linksToPage } from './judge-headline.ts';
import { createLetters, letterBits } from './judge-letters.ts';
import { createLine, cut, hashOf, textOf, writeLine } from './judge-line.ts';
import { createFlattener } from './judge-text.ts';
import { createVocabulary, createWordTable, type WordTable } from './judge-words.ts';

test('a text is read sign by sign as what everybody else folds it to', () => {
  const letters = createLetters();
  const read = (text: string): number[] => {
    const length = letters.read(text, false);
    return [...letters.signs().subarray(0, length)];
  };
  const wanted = (text: string): number[] => {
    const folded = foldText(text);
    return Array.from({ length: folded.length }, (_, i) => letters.sign(folded.charCodeAt(i)));
  };
  for (const text of ['WhatsApp İstanbul ǅ ﬁ ½ ㍿', '\ud83d', 'か\u3099\u200d', '𝐃𝐎𝐖𝐍 ﷺ'.repeat(500), '😀\u{1F1E6}\u{20000}\u{E0041}']) expect(read(text)).toEqual(wanted(text));
  assert(property(string({ unit: 'binary', maxLength: 200 }), (text) => void expect(read(text)).toEqual(wanted(text))));
});

test('a stranger cannot write the marks that stand for names', () => {
  const letters = createLetters();
  const read = letters.read('a\uE000b\uE002', true);
  expect(String.fromCharCode(...letters.signs().subarray(0, read).map((sign) => sign & letterBits))).toBe('a b ');
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

test('a link to a page is told from a picture of the writer', () => {
  expect(linksToPage('Acme ist ausgefallen https://news.example/netz/1')).toBe(true);
  expect(linksToPage('acme is down https://t.co/abc and https://i.imgur.com/x.png')).toBe(false);
  expect(linksToPage('acme.example is down')).toBe(false);
});

/** A table of words, numbered in their order. */
function tableOf(words: readonly string[]): WordTable {
  const table = createWordTable();
  const line = createLine();
  for (const word of words) {
    writeLine(line, word);
    table.add(line.units, 0, line.length, hashOf(word));
  }
  return table;
}

test('a word is of the class of the list it is in, else of the longest stem that it begins with', () => {
  const words = tableOf(['down', 'downed', 'x', '落']);
  const stems = tableOf(['down', 'downl', 'kn', '打']);
  const alone = new Uint8Array(0x10000);
  for (const dense of '落打々') alone[dense.charCodeAt(0)] = 1;
  const { classAt, stemsOf } = createVocabulary(words, stems, 10, { plain: 0, dense: 1, pause: 2 }, alone);
  const line = createLine();
  writeLine(line, 'down downed downs download dow x y kn knx k 落打々 . .5 1.5');
  cut(line, alone);
  const classes = Array.from({ length: line.count }, (_, i) => [textOf(line, line.starts[i], line.ends[i]), classAt(line, i)]);
  expect(classes).toEqual([
    ['down', 10], ['downed', 11], ['downs', 14], ['download', 15], ['dow', 0], ['x', 12], ['y', 0], ['kn', 16], ['knx', 16], ['k', 0],
    ['落', 13], ['打', 17], ['々', 1], ['.', 2], ['.5', 2], ['1.5', 0],
  ]);
  expect(Array.from({ length: line.count }, (_, i) => stemsOf(line.units, line.starts[i]!, line.ends[i]!))).toEqual([
    [0], [0], [0], [0, 1], [], [], [], [2], [2], [], [], [3], [], [], [], [],
  ]);
});

test('of many words each keeps its class, and a word that only looks alike has none', () => {
  const words = Array.from({ length: 20_000 }, (_, i) => `w${(i * 7_919) % 65_537}`);
  const alone = new Uint8Array(0x10000);
  const { classAt } = createVocabulary(tableOf([...words, ...words]), createWordTable(), 1, { plain: 0, dense: 0, pause: 0 }, alone);
  const line = createLine();
  for (const [i, word] of words.entries()) {
    writeLine(line, `${word} ${word}0x`);
    cut(line, alone);
    expect([classAt(line, 0), classAt(line, 1)]).toEqual([i + 1, 0]);
  }
});

test('a word that mixes alphabets is read in the one in which all its letters can be written', () => {
  const flattener = createFlattener();
  const line = createLine();
  const flatOf = (text: string): string => {
    flattener.flatten(text, line);
    return textOf(line);
  };
  expect(flatOf('Whats\u0410pp is d\u043ewn')).toBe('. whatsapp is down .');
  expect(flatOf('Яндeкc не рабoтает')).toBe(flatOf('Яндекс не работает'));
  expect(flatOf('Instαgram')).toBe('. instagram .');
  expect(flatOf('iPhoneом')).toBe(`. iphoneом .`);
  expect(flatOf('ᴅᴏᴡɴ 𝐝𝐨𝐰𝐧 ｄｏｗｎ')).toBe('. down down down .');
});

test('a post in simplified characters, without Polish strokes or in other digits reads as one with them', () => {
  const flattener = createFlattener();
  expect(flattener.spell('網路斷線')).toBe(flattener.spell('网路断线'));
  expect(flattener.spell('nie działa')).toBe('nie dziala');
  expect(flattener.spell('không vào được')).toBe('khong vao duoc');
  expect(flattener.spell('৫০৩ ๕๐๓ ۵۰۳')).toBe('503 503 503');
});
