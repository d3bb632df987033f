import { expect, test } from 'vitest';
import { createPhraseFinder } from './judge-phrases.ts';
import { createFlattener } from './judge-text.ts';
import { parseLexicon } from './lexicon.ts';
import { LexiconError } from './lexicon-error.ts';

const problemOf = (yaml: string): string => {
  try {
    createPhraseFinder([parseLexicon(yaml, 'de.yaml')], createFlattener());
  } catch (error) {
    expect(error).toBeInstanceOf(LexiconError);
    return (error as Error).message;
  }
  return 'none';
};

test('a lexicon that can not be used is told with its file, and with the line or the phrase to look at', () => {
  expect(problemOf('lang: de\nslow: [lahm]')).toBe('none');
  expect(problemOf('lang: de\nslow: [lahm\n')).toMatch(/de\.yaml.*\(\d+:\d+\)/);
  expect(problemOf('lang: de\nslow: [lahm]\nwish: [7]')).toMatch(/^de\.yaml:3: wish\.0: .*string/i);
  expect(problemOf('lang: de\nslow: [lahm]\n\nslwo: [lahm]')).toMatch(/^de\.yaml:4: .*slwo/);
  expect(problemOf('lang: de\noutage:\n  dwon: [kaputt]')).toMatch(/^de\.yaml:2: /);
  expect(problemOf('- de')).toMatch(/^de\.yaml:1: /);
  expect(problemOf('lang: de\nslow: ["so {lahm"]')).toMatch(/^de\.yaml: slow: .*lone brace: so \{lahm$/);
});
