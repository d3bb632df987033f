// The whole catalogue as rules and queries of X.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Service } from '../../../shared/service.ts';
import { catalogue, matcher, service, usual } from './rules.fixture.ts';
import { countQuery, planRules } from './rules.ts';
import { usualLanguages } from './words.ts';

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

test('a service less moves only the rules around it', () => {
  const services = catalogue();
  const before = new Set(planRules(services, usual).rules.map((rule) => rule.value));
  for (const gone of [0, 1_000, 3_000]) {
    const after = planRules(services.filter((_, i) => i !== gone), usual).rules;
    expect(after.filter((rule) => !before.has(rule.value)).length).toBeLessThan(40);
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
