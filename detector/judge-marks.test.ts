import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { createLine, cut, textOf } from './judge-line.ts';
import { closingTagsAt, markHandles, markNames, partClosingTags, readNames, replaceTag } from './judge-marks.ts';
import { createFlattener, handleMark, nameMark, otherMark } from './judge-text.ts';

const flattener = createFlattener();
const line = createLine();

/** The flat text with N for the judged service, O for others and H for other handles. */
function marked(text: string, own: readonly string[], others: readonly string[] = [], plain: readonly string[] = []): string {
  flattener.flatten(text, line);
  cut(line, flattener.alone);
  const names = (list: readonly string[]) => readNames(list.map((name) => flattener.spell(name)), flattener.alone, createLine());
  markNames(line, names(own), others.length === 0 ? [] : [names(others)], new Set(plain), flattener.alone);
  const words = Array.from({ length: line.count }, (_, i) => [line.starts[i], line.ends[i]]);
  cut(line, flattener.alone);
  expect(words).toEqual(Array.from({ length: line.count }, (_, i) => [line.starts[i], line.ends[i]]));
  markHandles(line);
  return textOf(line).replaceAll(nameMark, 'N').replaceAll(otherMark, 'O').replaceAll(handleMark, 'H');
}

test('a name is marked as words of its own, with the sign before it, wherever it stands', () => {
  expect(marked('Acme, #acme and @ACME but not acmes', ['acme'])).toBe('. N , N and N but not acmes .');
  expect(marked('アクメとacmeは落ちた', ['アクメ', 'acme'])).toBe('. NとNは落ちた .');
  expect(marked('at&t is AT & T', ['at&t'])).toBe('. N is N .');
  expect(marked('nothing', ['acme'])).toBe('. nothing .');
});

test('a longer name is marked before a shorter one, whoever has it', () => {
  expect(marked('acme messenger and acme', ['acme'], ['acme messenger'])).toBe('. O and N .');
  expect(marked('acme messenger and acme', ['acme messenger'], ['acme'])).toBe('. N and O .');
  expect(marked('acme and other', ['acme'], ['acme', 'other'], ['other'])).toBe('. N and other .');
});

test('whoever else is called by a handle is a handle', () => {
  expect(marked('@someone, ask @acme_help1.5 or @acme', ['acme'])).toBe('. H , ask H.5 or N .');
});

test('hashtags at the end are parted from the sentence and found again', () => {
  const parted = (text: string): [string, string] => {
    flattener.flatten(text, line);
    partClosingTags(line);
    return [textOf(line), textOf(line, closingTagsAt(line))];
  };
  expect(parted('it is back #acme #down!')).toEqual(['. it is back , #acme #down ! .', ' , #acme #down ! .']);
  expect(parted('is it #down?')).toEqual(['. is it #down ? .', '']);
  expect(parted('#down it is')).toEqual(['. #down it is .', '']);
  flattener.flatten('down #acmedown2 #acmedown', line);
  replaceTag(line, '#acmedown', nameMark.charCodeAt(0));
  expect(textOf(line)).toBe(`. down ${nameMark}2 ${nameMark} .`);
});

test('names are marked as if one after the other were replaced in the text', () => {
  const words = constantFrom('acme', 'acme mail', 'mail', 'ma', 'アク', 'アクメ', 'クメ', 'x', '#acme', '@mail', ' ', ', ', 'down', '。');
  assert(
    property(array(words, { maxLength: 12 }), array(words, { maxLength: 4 }), array(words, { maxLength: 3 }), (text, own, others) => {
      const post = text.join(text.length % 2 === 0 ? ' ' : '');
      const clean = (list: readonly string[]): string[] => list.map((name) => flattener.spell(name.replace(/^[#@]/, ''))).filter((name) => /[a-zア-ン]/.test(name));
      const all = [...new Set([...clean(own), ...clean(others)])].map((name) => ({ name, mark: clean(own).includes(name) ? nameMark : otherMark }));
      flattener.flatten(post, line);
      let wanted = textOf(line);
      const dense = (c: string): boolean => /[ア-ン]/.test(c);
      for (const { name, mark } of all.sort((a, b) => b.name.length - a.name.length)) {
        wanted = wanted.replaceAll(new RegExp(`[#@]?${name}`, 'g'), (found, at: number, whole: string) => {
          const before = whole.charAt(at - 1);
          const after = whole.charAt(at + found.length);
          const opens = before === '' || before === ' ' || dense(before) || dense(name.charAt(0));
          return opens && (after === '' || after === ' ' || dense(after) || dense(name.slice(-1))) ? mark : found;
        });
      }
      wanted = wanted.replace(/@[^\s,.!?]+/g, handleMark).replaceAll(nameMark, 'N').replaceAll(otherMark, 'O').replaceAll(handleMark, 'H');
      expect(marked(post, clean(own), clean(others))).toBe(wanted);
    }),
    { numRuns: 500 },
  );
});
