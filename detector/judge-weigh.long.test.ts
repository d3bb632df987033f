import { expect, test } from 'vitest';
import { createClauseReader } from './judge-clauses.ts';
import { createLine, textOf, writeLine } from './judge-line.ts';
import { placesOf } from './judge-marks.ts';
import { createPhraseFinder } from './judge-phrases.ts';
import { byKind } from './judge-scene.ts';
import { createFlattener, nameMark, otherMark } from './judge-text.ts';
import { nothingSaid, weigh } from './judge-weigh.ts';
import { readCases } from './judge.fixture.ts';
import { readLexicons } from './lexicon.ts';

test('where no phrase speaks of an outage, weighing the text finds what is said without weighing it', () => {
  const lexicons = readLexicons();
  const flattener = createFlattener();
  const finder = createPhraseFinder(lexicons, flattener);
  const clauses = createClauseReader(flattener.alone);
  const line = createLine();
  let silent = 0;
  for (const [i, { text }] of [...readCases().values()].flat().entries()) {
    const { hasUrl } = flattener.flatten(text, line);
    const words = textOf(line).split(' ');
    writeLine(line, words.with(1 % words.length, nameMark).with((5 + i) % words.length, i % 2 === 0 ? otherMark : nameMark).join(' '));
    const all = finder.findIn(textOf(line));
    for (const lang of lexicons.map((lexicon) => lexicon.lang)) {
      const spoken = all.filter(({ phrase }) => phrase.lang === lang || phrase.lang === 'any');
      // what is left of a text when all that speaks is taken out is silent too
      for (const hits of [spoken, spoken.filter(({ phrase }) => !phrase.speaks)]) {
        if (hits.some(({ phrase }) => phrase.speaks)) continue;
        silent++;
        const ordinary = i % 3 === 0;
        clauses.read(line, []);
        const scene = {
          line, hits: byKind(hits), clauses, own: placesOf(line, nameMark), other: placesOf(line, otherMark), tail: () => line.length,
          telling: null, addressed: true, ordinary, hasUrl, titleCase: flattener.isTitleCase, linksToPage: () => false, machine: () => 0, isProper: () => false, isBystanders: () => false, isOfPower: () => false, hashtag: null,
        };
        expect(weigh(scene)).toEqual(nothingSaid(ordinary));
      }
    }
  }
  expect(silent).toBeGreaterThan(1_000);
}, 600_000);
