import { expect, test } from 'vitest';
import { serviceSchema, type Service } from '../shared/service.ts';
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
