import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { catalogPath } from './catalog.ts';
import { readPlainForm } from './plain-form.ts';

test('the shipped catalogue is in the plain form, and is read as all of YAML reads it', () => {
  const text = readFileSync(catalogPath, 'utf8');
  expect(readPlainForm(text)).toEqual(load(text));
});

test('what could be anything but a text or a list of texts is left to the whole reader', () => {
  const entry = (value: string): string => `services:\n  - id: a\n    name: ${value}\n`;
  for (const value of ['2fa', '3BB', '99 Pop', '1xBet', 'https://a.example/b#c', 'C#', "it''s"]) expect(readPlainForm(entry(value))).toEqual({ services: [{ id: 'a', name: value }] });
  expect(readPlainForm(entry("'it''s: #1'"))).toEqual({ services: [{ id: 'a', name: "it's: #1" }] });
  for (const value of ['', 'A: b', '7', '1.5', '0x1f', '2026-01-01', 'yes', 'null', '~', '-7', '.5', '1e3', '1_000', '0o7', '2026-01-01 10:00:00Z', '+.5e-3', '12:30', '&a b', '*a', '!t b', '| ', '>', '{a: b}', '[[a]]', '[a: b]', '[a', 'a # b', '"a\\n"', "'a", '@a', '%a', '- a', 'b\n      c', '[a,,b]', '[1]', '[a] b']) {
    expect([value, readPlainForm(entry(value))]).toEqual([value, undefined]);
  }
  for (const text of ['', 'services:\n', 'services: []\n', 'other:\n  - id: a\n', 'services:\n  - id: a\n    id: b\n', 'services:\n  - id: a\n   name: b\n', 'services:\n  - id: a', 'services:\n\t- id: a\n', '\ufeffservices:\n  - id: a\n', 'services:\n- id: a\n', 'services:\n  - id: a\nmore: b\n']) {
    expect([text, readPlainForm(text)]).toEqual([text, undefined]);
  }
});

test('whatever it reads, all of YAML reads alike', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', 'B c', '2fa', '0b', '1_0', '1e', '2026-01-01', '.5', '+', '\'', '"', '[', ']', ',', ', ', ':', ': ', '#', ' #', ' ', '  ', '\n', '\n      ', '\n    name: ', '\n  - id: ', '-', '?', '{', '}', '&', '*', '!', '|', '>', '%', '@', '~', '1', '0x', '.', 'no', 'null', '微博', '\'\'', '[a, b]', '\'#x\'', '\\', '\u00a0', '\u0085', '\t'),
    fc.string({ maxLength: 3 }),
  );
  let read = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = `services:\n  - id: a\n    name: ${pieces.join('')}\n`;
      const plain = readPlainForm(text);
      if (plain === undefined) return;
      read++;
      expect(plain).toEqual(load(text));
    }),
    { numRuns: 20_000 },
  );
  expect(read).toBeGreaterThan(1_000);
});
