// Names as sentences bend them.
import { expect, test } from 'vitest';
import { serviceSchema } from '../shared/service.ts';
import { formsOf } from './match-forms.ts';
import { createMatcher } from './match.ts';

const services = [
  { id: 'whatsapp', name: 'WhatsApp', names: ['וואטסאפ', 'واتساب', 'الواتساب', 'হোয়াটসঅ্যাপ', 'вотсап'] },
  { id: 'telegram', name: 'Telegram', names: ['טלגרם', 'تلجرام', 'টেলিগ্রাম', 'телеграм', 'телега'], ordinary: ['телега'] },
  { id: 'word', name: 'Word Inc', names: ['בית', 'вайбер', 'вайбере'] },
  { id: 'insta', name: 'Insta', names: ['инста', 'вайбером'] },
].map((one) => serviceSchema.parse(one));
const matcher = createMatcher(services);
const named = (text: string) => matcher.matchText(text).map(({ service }) => services[service]!.id);

test.each([
  ['הטלגרם נפל לי', ['telegram']], ['אין כניסה לוואטסאפ', ['whatsapp']], ['שבוואטסאפ', ['whatsapp']],
  ['مشكلة بالواتساب', ['whatsapp']], ['والتلجرام واقف', ['telegram']], ['للواتساب', ['whatsapp']],
  ['টেলিগ্রামে ঢুকতে পারছি না', ['telegram']], ['হোয়াটসঅ্যাপের কী হলো', ['whatsapp']],
  ['в телеграме тишина', ['telegram']], ['у вотсапі нічого', ['whatsapp']], ['без инсты скучно', ['insta']],
])('%s names %j', (text, ids) => {
  expect(named(text)).toEqual(ids);
});

test('a short name, an ordinary word and a longer word that only begins so are not bent', () => {
  expect(named('הבית שלי')).toEqual([]);
  expect(named('телеги едут')).toEqual([]);
  expect(named('телеграммометр и вотсаповский')).toEqual([]);
});

test('a form that another service lists means that service', () => {
  expect(named('вайбером')).toEqual(['insta']);
  expect(named('в вайбере')).toEqual(['word']);
});

test('names of several words are bent where the language puts its small words at their ends', () => {
  expect(formsOf('בנק הפועלים')).toContain('בבנק הפועלים');
  expect(formsOf('شات جي بي تي')).toContain('بشات جي بي تي');
  expect(formsOf('ফ্রি ফায়ার')).toContain('ফ্রি ফায়ারে');
});

test('Cyrillic names of several words and names in other scripts have no forms', () => {
  expect(['bank of america', 'whatsapp', 'ワッツアップ', 'банк москвы', '카카오톡'].flatMap(formsOf)).toEqual([]);
});
