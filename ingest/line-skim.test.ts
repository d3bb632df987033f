import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { serviceSchema } from '../shared/service.ts';
import { createSkim, type Skim } from './line-skim.ts';
import { createMatcher } from './match.ts';

const services = [
  serviceSchema.parse({ id: 'whatsapp', name: 'WhatsApp', hashtags: ['#whatsappdown'] }),
  serviceSchema.parse({ id: 'youtube', name: 'You Tube', exclude: ['the you tube'] }),
];

/** Where a skim over `text`, which a quote and a brace follow, stopped, as the text from there on, and why. */
function skim(text: string, from = 0): [string, Skim['stop']] {
  const one = createSkim(createMatcher(services));
  const bytes = new TextEncoder().encode(`${text}"}`);
  const at = one.read(bytes, from, bytes.length);
  return [new TextDecoder().decode(bytes.subarray(at)), one.stop];
}

test('words and signs that begin no name are passed over in one go', () => {
  expect(skim('lunch is late, again! (3rd time)')).toEqual(['"}', 'sign']);
});

test('it stops before a word that begins a name, in either case', () => {
  expect(skim('is WHATSAPP down')).toEqual(['WHATSAPP down"}', 'word']);
});

test('of a name of two words the first alone is passed over', () => {
  expect(skim('you are late')).toEqual(['"}', 'sign']);
  expect(skim('are you. tube')).toEqual(['"}', 'sign']);
  expect(skim('are you tube fans')).toEqual(['you tube fans"}', 'word']);
  expect(skim('are you  tube fans')).toEqual(['you  tube fans"}', 'word']);
});

test('it stops at a tag, an escape and whatever is no ASCII, and before a word that these may go on', () => {
  expect(skim('so #whatsappdown')).toEqual(['#whatsappdown"}', 'sign']);
  expect(skim('ok 🙏')).toEqual(['🙏"}', 'sign']);
  expect(skim('a caf\u00e9')).toEqual(['caf\u00e9"}', 'word']);
  expect(skim('a caf\\u00e9')).toEqual(['caf\\u00e9"}', 'word']);
});

test('a long text is read span by span, and no span cuts a word', () => {
  const text = 'lunch is late '.repeat(40);
  const [rest, stop] = skim(text);
  expect(stop).toBe('span');
  expect(text.endsWith(rest.slice(0, -2)) && /(^| )$/.test(text.slice(0, text.length - rest.length + 2))).toBe(true);
});

test('wherever it stops, no name began before', () => {
  const word = fc.constantFrom('lunch', 'you', 'tube', 'whatsapp', 'is', 'the', ' ', ' ', ' ', '.', '#', 'é');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => {
      const text = words.join('');
      const matcher = createMatcher(services);
      const one = createSkim(matcher);
      const bytes = new TextEncoder().encode(`${text}"}`);
      const at = one.read(bytes, 0, bytes.length);
      // a name that ends before the stop would have been passed over
      expect(matcher.matchText(new TextDecoder().decode(bytes.subarray(0, at)).trimEnd().replace(/[a-z]+$/, ''))).toEqual([]);
    }),
  );
});
