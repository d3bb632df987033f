import { expect, test } from 'vitest';
import { createTextJudge } from './judge.ts';
import { readCatalog } from '../config.ts';

const tell = createTextJudge(readCatalog().filter(({ id }) => id === 'whatsapp' || id === 'telegram'));

test('a judgement is told with the words of the post, the phrase, the rule and its weight', () => {
  const told = tell('whatsapp is down again, nothing sends');
  expect(told).toContain('whatsapp: report');
  expect(told).toContain('weight 1, language en');
  expect(told).toContain('rule       outage-phrase: says first-hand');
  expect(told).toMatch(/for {8}"% is down again" {2}outage-phrase, weight 1/);
});

test('what is set aside is told with the rule that sets it aside', () => {
  expect(tell('yesterday whatsapp kept crashing')).toMatch(/set aside {2}"[^"]*" {2}past/);
  expect(tell('whatsapp is down, telegram works fine').split('\n').filter((line) => line.startsWith('telegram'))[0]).toContain('none');
});

test('a text that names no service is judged all the same', () => {
  expect(tell('the whole site is down')).toContain('no service named: report');
});
