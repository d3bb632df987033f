import { expect, test } from 'vitest';
import { serviceSchema } from '../shared/service.ts';
import { createMatcher } from './match.ts';
import { createMentionMaker } from './mentions.ts';

const services = [
  { id: 'acme', name: 'Acme', names: ['Acme Broadband', 'アクメ'], hashtags: ['#acmedown'], handles: ['@AcmeHelp'] },
  { id: 'big-bank', name: 'Bank of Big', names: ['Grand Bänk'] },
].map((one) => serviceSchema.parse(one));
const maker = createMentionMaker(services, createMatcher(services), (_kind, value) => `hash of ${value}`);
const idOf = (text: string) => maker.serviceOf(text)?.id;

test('an id, name, hashtag or handle that is the whole string is the service, however it is written', () => {
  for (const text of ['acme', 'ACME', ' Acme ', 'acme  broadband', 'アクメ', '#AcmeDown', '#acme', '@acmehelp']) expect([text, idOf(text)]).toEqual([text, 'acme']);
  for (const text of ['big-bank', 'BANK of big', '#BankOfBig', 'grand bank']) expect([text, idOf(text)]).toEqual([text, 'big-bank']);
});

test('words for the kind of thing beside a name leave the service as it is', () => {
  for (const text of ['acme internet', 'Acme Mobile App', 'acme wifi', 'network acme', 'アクメ app']) expect([text, idOf(text)]).toEqual([text, 'acme']);
});

test('a string that only holds a name is another service', () => {
  for (const text of ['not-acme', 'anti-acme', 'acme-clone', 'acme2', 'not acme', 'acme killers', 'acme acme', 'acme-app', 'acme, big-bank', 'internet', '@acme', '']) expect([text, idOf(text)]).toEqual([text, undefined]);
});

test("a post's service field counts as named only where it is the service's", () => {
  const named = (service: string) => maker.mentionsOf({ id: 'a', ts: 1, text: 'down again', author: 'x', service }, 's', 1, undefined, false).map((one) => [one.service, one.by]);
  expect([named('acme internet'), named('not-acme'), named('anti-acme internet')]).toEqual([[['acme', 'field']], [], []]);
});
