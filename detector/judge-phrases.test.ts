import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLine, textOf } from './judge-line.ts';
import { createPhraseFinder } from './judge-phrases.ts';
import { createFlattener, nameMark, otherMark } from './judge-text.ts';
import { parseLexicon } from './lexicon.ts';

const flattener = createFlattener();
const line = createLine();

function flatOf(text: string): string {
  flattener.flatten(text, line);
  return textOf(line);
}

/** The places, as texts, where a pattern is found in a text. */
function found(pattern: string, text: string): string[] {
  const lexicon = parseLexicon(`lang: any\nslow: [${JSON.stringify(pattern)}]`);
  const flat = flatOf(text).replaceAll('acme', nameMark).replaceAll('other', otherMark);
  return createPhraseFinder([lexicon], flattener).findIn(flat).map((hit) => flat.slice(hit.start, hit.end));
}

test('a phrase is found as whole words, whatever its case, accents and apostrophes', () => {
  expect(found('is down', 'Acme IS DÓWN')).toEqual(['is down']);
  expect(found('is down', 'this downs it')).toEqual([]);
  expect(found('isnt it', "isn't it")).toEqual(['isnt it']);
  expect(found('l app', 'l’app')).toEqual(['l app']);
});

test('alternatives stand for each of them, nested, empty and within a word', () => {
  for (const text of ['is down now', 'is so down now', 'is so very down now']) expect(found('is {so {very |}|}down now', text)).toEqual([text]);
  expect(found('{power|net} cut{s|}', 'power cuts, net cut')).toEqual(['power cuts', 'net cut']);
  expect(found('{a b|c} {d|e f}', 'a b e f c d')).toEqual(['a b e f', 'c d']);
});

test('a star is the rest of a word or one word, a tilde up to three words that no pause parts', () => {
  expect(found('crash*', 'crash crashes crashed cash')).toEqual(['crash', 'crashes', 'crashed']);
  expect(found('is * down', 'is totally down')).toEqual(['is totally down']);
  expect(found('is * down', 'is down')).toEqual([]);
  expect(found('not ~ work', 'not work')).toEqual(['not work']);
  expect(found('not ~ work', 'not at all gonna work')).toEqual(['not at all gonna work']);
  expect(found('not ~ work', 'not one two three four work')).toEqual([]);
  expect(found('not ~ work', 'not me, work')).toEqual([]);
  expect(found('は~落ち', 'は今また落ち')).toEqual([]); // a tilde stands between blanks
  expect(found('は ~ 落ち', 'は今また落ち')).toEqual(['は今また落ち']);
});

test('a name is a name to a phrase, whichever service it is, and scripts without spaces need none', () => {
  expect(found('% down', 'acme down, other down')).toEqual([`${nameMark} down`, `${otherMark} down`]);
  expect(found('落ちた', 'サーバー落ちたよ')).toEqual(['落ちた']);
});

test('a phrase that could be found in any text, or in none, stops the start', () => {
  expect(() => found('a {b|c', 'x')).toThrow('lone brace');
  expect(() => found('a b} c', 'x')).toThrow('lone brace');
  expect(() => found('(a|b)', 'x')).toThrow('parenthesis');
  expect(() => found('a {-|b}', 'x')).toThrow('no letters');
  expect(() => found(' ', 'x')).toThrow('without a word');
});

test('a language that comes to the others changes nothing that they find', () => {
  const one = parseLexicon('lang: en\nslow: ["so {very|} slow", "slow *"]');
  const two = parseLexicon('lang: de\nslow: ["so langsam", "slow ~ heute"]');
  const flat = flatOf('so slow so very slow so langsam slow app heute');
  const ofOne = (lexicons: typeof one[]): string[] => createPhraseFinder(lexicons, flattener).findIn(flat).filter((hit) => hit.phrase.lang === 'en').map((hit) => `${hit.start}-${hit.end} ${hit.phrase.text}`);
  expect(ofOne([two, one])).toEqual(ofOne([one]));
});

test('a finder that has read many texts finds what a new one finds', () => {
  const lexicons = [
    'lang: any\nslow: ["zzz *"]\noutage: {down: ["% kaput"]}',
    'lang: en\nslow: ["so {very|} slow", "slow * app", "~ slow"]\noutage: {down: ["{is|s} down", "% {is |}down{s|}", "* down"]}\nweak: {other: ["so slow"]}',
    'lang: de\nslow: ["so langsam", "langsam ~ heute"]\nstopWords: [so, heute]\noutage: {down: ["{so |}kaputt"]}',
  ].map((yaml) => parseLexicon(yaml));
  const used = createPhraseFinder(lexicons, flattener);
  const word = fc.constantFrom('so', 'very', 'slow', 'slowly', 'app', 'is', 's', 'down', 'downs', nameMark, otherMark, 'kaputt', 'kaput', 'langsam', 'heute', 'zzz', 'foo', '.', ',', '落');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 10 }), (words) => {
      const fresh = createPhraseFinder(lexicons, flattener);
      const flat = `. ${words.join(' ')} .`;
      expect(used.findIn(flat)).toEqual(fresh.findIn(flat));
      expect(used.tells(flat)).toBe(fresh.tells(flat));
      expect(fresh.tells(flat)).toBe(fresh.findIn(flat).some(({ phrase }) => phrase.kind === 'outage' || (phrase.kind === 'weak' && phrase.lang !== 'any')));
    }),
    { numRuns: 500 },
  );
});
