import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from '../shared/fold.ts';
import { serviceSchema, type Service } from '../shared/service.ts';
import { createAccentCheck } from './accents.ts';
import { createMatcher } from './match.ts';
import { createMentionMaker } from './mentions.ts';

const service = (id: string, name: string, more: Partial<Service> = {}): Service => serviceSchema.parse({ id, name, ...more });
const services = [service('uber', 'Uber', { hashtags: ['#uberdown'] }), service('turk-telekom', 'Türk Telekom'), service('whatsapp', 'WhatsApp')];
const maker = createMentionMaker(services, createMatcher(services), (_kind, value) => value);
const named = (text: string) => maker.mentionsOf({ id: '1', ts: 0, text, author: 'a' }, 's', 1, undefined, false).map((mention) => mention.service);

test('a word that is a name only without its accent names nothing', () => {
  expect(named('über WhatsApp geht heute nichts')).toEqual(['whatsapp']);
  expect(named('u\u0308ber WhatsApp geht heute nichts')).toEqual(['whatsapp']);
  expect(named('ÜBER WHATSAPP GEHT NICHTS')).toEqual(['whatsapp']);
});

test('accents elsewhere in the post do not matter', () => {
  expect(named('die Uber-App ist kaputt, schön')).toEqual(['uber']);
  expect(named('über Uber kann man nichts bestellen')).toEqual(['uber']);
  expect(named('nada funciona, está caído #uberdown')).toEqual(['uber']);
});

test('a name that is written with accents is found with and without them', () => {
  expect(named('turk telekom yine yok')).toEqual(['turk-telekom']);
  expect(named('Türk Telekom yine çöktü')).toEqual(['turk-telekom']);
});

test('what a text says at a glance is what it says letter by letter', () => {
  const check = createAccentCheck(services);
  const piece = fc.constantFrom('uber', 'Uber', 'UBER', 'über', 'ÜBER', 'u\u0308ber', 'uber\u0308', 'uber\u0301', 'UBEŘ', 'whatsapp', 'İ', 'ı', 'K', '\u212a', 'é', ' ', 'x', 'ß');
  const slowly = (text: string, name: string): boolean =>
    (/[\u00c0-\u024f\u1e00-\u1eff]/.test(text) || text.includes('\u0308')) &&
    !foldText(text.normalize('NFC').replace(/[\u00c0-\u024f\u1e00-\u1eff]|\p{L}\u0308/gu, 'ꬠ')).includes(name);
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.constantFrom('uber', 'whatsapp', 'k', 'i', 'uberi', 'xi'), (pieces, name) => {
      const text = pieces.join('');
      expect(check(text, name)).toBe(slowly(text, name));
    }),
    { numRuns: 3_000 },
  );
});
