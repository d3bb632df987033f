import { expect, test } from 'vitest';
import { catalogue, matcher, service, usual } from './rules.fixture.ts';
import { planRules, searchQueries } from './rules.ts';
import { outageWords, usualLanguages } from './words.ts';

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
