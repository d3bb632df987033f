import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogPath, parseCatalog } from '../../../shared/catalog/catalog.ts';
import { serviceSchema, type Service } from '../../../shared/service.ts';
import { parseXQuery } from '../../../test/fakes/x-query.ts';
import { countQuery, planRules, searchQueries, type RuleBounds } from './rules.ts';
import { outageWords, usualLanguages } from './words.ts';

const usual: RuleBounds = { rules: 1_000, ruleChars: 1_024, languages: usualLanguages, reposts: false };
const service = (id: string, name: string, more: object = {}): Service => serviceSchema.parse({ id, name, ...more });
const matcher = (query: string, chars: number) => {
  const read = parseXQuery(query, chars);
  if ('problem' in read) throw new Error(`${read.problem}: ${query}`);
  return read.matches;
};
function catalogue(): Service[] {
  const read = parseCatalog(readFileSync(catalogPath, 'utf8'));
  if ('problems' in read) throw new Error('the catalogue is broken');
  return read.services;
}

test('the whole catalogue fits into the rules of a pay-per-use account, each of them one that X can read', () => {
  const services = catalogue();
  const plan = planRules(services, usual);
  expect(plan.rules.length).toBeLessThanOrEqual(1_000);
  expect(plan.services.length + plan.left.length).toBe(services.length);
  expect(plan.left.filter(({ why }) => why === 'no-room')).toEqual([]);
  expect(plan.left.length).toBeLessThan(services.length / 100);
  expect(new Set(plan.rules.map((rule) => rule.value)).size).toBe(plan.rules.length);
  for (const { value } of plan.rules) matcher(value, 1_024);
});

test('what people post when a service fails is picked in each language, what they post of it otherwise is not', () => {
  const services = [service('whatsapp', 'WhatsApp', { names: ['ватсап', 'واتساب'], hashtags: ['#whatsappdown'] }), service('netflix', 'Netflix')];
  const picks = planRules(services, { ...usual, languages: Object.keys(outageWords) }).rules.map(({ value }) => matcher(value, 1_024));
  const picked = (text: string, repost = false) => picks.some((matches) => matches({ text, repost }));
  const said = [
    'is whatsapp down?', 'WhatsApp is down again', 'netflix not working for anyone else', '#WhatsAppDown', 'se cayó whatsapp', 'o WhatsApp caiu', 'WhatsApp 障害', 'netflix en panne', 'WhatsApp geht nicht',
    'WhatsApp çöktü', 'ватсап не работает', 'whatsapp non funziona', 'واتساب معطل', 'netflix 먹통', 'storing bij netflix', 'netflix nie działa', 'whatsapp लगता है ठप', 'netflix ligger nere', 'netflix nem működik',
  ];
  expect(said.filter((text) => !picked(text))).toEqual([]);
  expect(['add me on whatsapp', 'sit down and watch netflix', 'the whole office is down with flu', 'netflixdown'].filter((text) => picked(text))).toEqual([]);
  expect(picked('RT @a: whatsapp is down', true)).toBe(false);
  for (const [language, words] of Object.entries(outageWords)) {
    expect({ language, unheard: words.filter((word) => !picked(`whatsapp ${word}`)) }).toEqual({ language, unheard: [] });
  }
});

test('a service less moves only the rules around it', () => {
  const services = catalogue();
  const before = new Set(planRules(services, usual).rules.map((rule) => rule.value));
  for (const gone of [0, 1_000, 3_000]) {
    const after = planRules(services.filter((_, i) => i !== gone), usual).rules;
    expect(after.filter((rule) => !before.has(rule.value)).length).toBeLessThan(40);
  }
});

test('where not all fit the first ones do, and the others are told', () => {
  const services = Array.from({ length: 400 }, (_, i) => service(`s${i}`, `Service of a rather long name ${i}`));
  const plan = planRules(services, { ...usual, rules: 10 });
  expect(plan.rules.length).toBeLessThanOrEqual(10);
  expect(plan.services).toEqual(services.slice(0, plan.services.length).map(({ id }) => id));
  expect(plan.services.length).toBeGreaterThan(20);
  expect(plan.left).toEqual(services.slice(plan.services.length).map(({ id }) => ({ service: id, why: 'no-room' })));
  expect(planRules(services, { ...usual, rules: 0 })).toMatchObject({ rules: [], services: [] });
  expect(planRules([], usual)).toEqual({ rules: [], services: [], left: [] });
  expect(planRules([service('line', 'Line', { ordinary: ['Line'] })], usual).left).toEqual([{ service: 'line', why: 'no-name' }]);
});

test('search asks for what the rules listen for, within its shorter queries', () => {
  const services = catalogue().slice(0, 60);
  const queries = searchQueries(services, { languages: usualLanguages, queryChars: 512 });
  const picks = queries.map(({ value }) => matcher(value, 512));
  for (const { name, ordinary } of services.filter((one) => one.ordinary.length === 0)) {
    expect({ name, ordinary, found: ['is down', 'caiu', '障害'].every((word) => picks.some((matches) => matches({ text: `${name} ${word}` }))) }).toEqual({ name, ordinary, found: true });
  }
});

test('a count asks for one service in one query that X can read, whatever its names', () => {
  for (const one of catalogue()) {
    const query = countQuery(one, { languages: usualLanguages, queryChars: 512 });
    if (query !== undefined) matcher(query, 512);
  }
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 });
  fc.assert(fc.property(text, fc.array(text, { maxLength: 5 }), fc.array(text, { maxLength: 3 }), fc.integer({ min: 256, max: 1_024 }), (name, names, context, chars) => {
    const one: Service = { ...service('one', 'One'), name, names, context, ordinary: names.slice(0, 2) };
    const query = countQuery(one, { languages: ['en', 'ja'], queryChars: chars });
    if (query !== undefined) matcher(query, chars);
    for (const { value } of planRules([one], { ...usual, ruleChars: chars }).rules) matcher(value, chars);
  }), { seed: 1, numRuns: 100 });
});
