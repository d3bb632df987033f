import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { serviceSchema } from '../../../shared/service.ts';
import { parseXQuery } from '../../../test/fakes/x-query.ts';
import { operand, termsOf } from './terms.ts';

const service = (more: object) => serviceSchema.parse({ id: 'one', name: 'One', ...more });

test('one word stands bare, anything else in quotes, and what could end the quotes is gone', () => {
  expect(['WhatsApp', 'Whats App', 'AT&T', 'OR', 'not', 'ワッツアップ', 'व्हाट्सएप', '"quoted" \\ name', 'a\u202eb', '  spaced   out '].map(operand)).toEqual([
    'WhatsApp', '"Whats App"', '"AT&T"', '"OR"', '"not"', 'ワッツアップ', 'व्हाट्सएप', '"quoted name"', '"a b"', '"spaced out"',
  ]);
  expect(['', '"', '***', '\u200b'].map(operand)).toEqual([undefined, undefined, undefined, undefined]);
});

test('any words are one operand of X, or none', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (words) => {
    const one = operand(words);
    if (one !== undefined) expect(parseXQuery(`(${one}) x`, 1_024)).toHaveProperty('matches');
  }), { seed: 1, numRuns: 500 });
});

test('a service is named by its name, its account and its other names; what speaks of an outage stands by itself', () => {
  const { names, direct } = termsOf(service({ name: 'Störfix', names: ['Stoer Fix', 'STÖRFIX'], handles: ['@storfix', '@one.bsky.social', '@much_too_long_for_an_account_of_x'], hashtags: ['#störfix', '#störfixapp', '#störfixdown', '#2024', '#störfix障害'] }));
  expect(names).toEqual(['Störfix', 'Storfix', '@storfix', '"Stoer Fix"', '#störfixapp']);
  expect(direct).toEqual(['"Störfix down"', '#störfixdown', '#störfix障害']);
});

test('an ordinary word never stands alone: only beside what makes it mean the service', () => {
  const told = termsOf(service({ name: 'Signal', ordinary: ['Signal'], context: ['app', 'group chat'], handles: ['@signalapp'], hashtags: ['#signalapp', '#signaldown'] }));
  expect(told).toEqual({ names: ['@signalapp', '#signalapp', '(Signal (app OR "group chat"))'], direct: ['#signaldown'] });
  expect(termsOf(service({ name: 'Line', ordinary: ['Line'] }))).toEqual({ names: [], direct: [] });
});
