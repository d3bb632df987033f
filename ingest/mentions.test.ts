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

test('a short answer to a post that names a service is about it, an answer to the answer is not', () => {
  const say = (id: string, text: string, replyTo?: string) => maker.mentionsOf({ id, ts: 1, text, author: id, ...(replyTo === undefined ? {} : { replyTo }) }, 'net', 1, undefined, false).map((one) => [one.service, one.by]);
  expect(say('1', 'Acme is down')).toEqual([['acme', 'name']]);
  expect(say('2', 'same here', '1')).toEqual([['acme', 'reply']]);
  expect(say('3', 'same here', '2')).toEqual([]);
  expect(say('4', 'same here', 'unknown')).toEqual([]);
  expect(say('5', `${'a long story '.repeat(12)}`, '1')).toEqual([]);
  expect(say('6', 'no, Grand Bank is', '1')).toEqual([['big-bank', 'name']]);
  expect(maker.mentionsOf({ id: '7', ts: 1, text: 'same here', author: 'x', replyTo: '1' }, 'another net', 1, undefined, false)).toEqual([]);
});
