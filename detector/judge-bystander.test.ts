// What fails instead of the service, and who answers the question: on sentences, through the whole judge.
import { expect, test } from 'vitest';
import { serviceSchema } from '../shared/service.ts';
import { createJudge } from './judge.ts';
import { readLexicons } from './lexicon.ts';

const service = (id: string, tags: string[] = []): ReturnType<typeof serviceSchema.parse> => serviceSchema.parse({ id, name: id, tags });
const judge = createJudge(readLexicons(), [service('netflix', ['streaming']), service('vodafone', ['telecom'])]);
const judged = (text: string, lang: string, name = 'netflix', other?: string): { verdict: string; reason: string } =>
  judge.judge({ text, lang, service: name, by: 'name', name, ordinary: false, others: other === undefined ? [] : [{ service: other, name: other }] });

test.each([
  ['en', 'The zorble is broken, so it will be netflix'],
  ['de', 'Unser Zorbel ist kaputt, also netflix'],
  ['fr', "Le zorble est en panne, donc netflix"],
  ['es', 'Se cayó la zorbla, me quedo con netflix'],
  ['pl', 'zorbla z netflix nie działa'],
])('a thing that no list knows fails by itself (%s)', (lang, text) => {
  expect(judged(text, lang)).toMatchObject({ verdict: 'none', reason: 'other-sense' });
});

test.each([
  ['en', 'The netflix app is broken'],
  ['en', 'The site is broken, netflix'],
  ['de', 'Unser netflix ist kaputt'],
  ['es', 'Se cayó la app, netflix'],
  ['sv', 'Hej netflix: vårt bredband i Kiruna har varit borta sedan igår'],
])('a part of a service fails for the service (%s: %s)', (lang, text) => {
  expect(judged(text, lang).verdict).toBe('report');
});

test('a power cut is an outage of no streaming service, and may be told of a telecom', () => {
  expect(judged('The power is out again at the cabin, no netflix tonight', 'en').verdict).toBe('none');
  expect(judged('No power and no signal at all since noon, vodafone', 'en', 'vodafone').verdict).toBe('report');
});

test('who answers the own question reports nothing', () => {
  expect(judged('netflix down? Works here', 'en')).toMatchObject({ verdict: 'none', reason: 'negated' });
  expect(judged('netflix down? Nah, watching it now', 'en')).toMatchObject({ verdict: 'none', reason: 'negated' });
  expect(judged('netflix down? Nah, seriously, nothing loads', 'en').verdict).toBe('report');
});

test('a "no" to "does it work?" denies nothing', () => {
  expect(judged('Is netflix working? No, not at all', 'en').verdict).toBe('report');
});

test('what was thought of one service is not said of it once another is named', () => {
  expect(judged('I thought netflix was broken, no, vodafone again', 'en', 'netflix', 'vodafone').verdict).toBe('none');
  expect(judged('Thought it was vodafone, but netflix is down', 'en', 'netflix', 'vodafone').verdict).toBe('report');
});

test('that the own line works makes a report no weaker', () => {
  expect(judged("netflix won't load, my internet works fine", 'en').verdict).toBe('report');
  expect(judged('netflix lädt nicht, mein Internet läuft einwandfrei', 'de').verdict).toBe('report');
});
